"""What is under way between a client and its server, and what becomes of it when the server goes."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lepasserelle.faces.mcp.ledger import INVALID_REQUEST, SERVER_GONE, Kind, Ledger, failure, too_long
from lepasserelle.faces.mcp.lines import LineBuffer, TooLong


def line(**message: Any) -> bytes:
    """A message as it goes over the line."""
    return json.dumps({"jsonrpc": "2.0", **message}).encode()


HELLO = line(id=0, method="initialize", params={"protocolVersion": "2025-11-25"})
HELLO_DONE = line(method="notifications/initialized")
WELCOME = line(id=0, result={"capabilities": {}})


def greeted() -> Ledger:
    """A session whose greeting is over."""
    ledger = Ledger()
    assert ledger.from_client(HELLO) is Kind.REQUEST
    assert ledger.renewal() == [HELLO]
    assert ledger.from_server(WELCOME)
    assert ledger.from_client(HELLO_DONE) is Kind.REMARK
    return ledger


def test_an_answered_request_is_no_longer_waited_for() -> None:
    """Ids are told apart by their kind: 1 is not "1"."""
    ledger = Ledger()
    ledger.from_client(line(id=1, method="tools/list"))
    ledger.from_client(line(id="1", method="tools/list"))
    assert ledger.from_server(line(id=1, result={}))
    assert ledger.is_waiting
    assert ledger.from_server(line(id="1", error={"code": 1, "message": ""}))
    assert not ledger.is_waiting


def test_what_was_under_way_when_the_server_died_is_answered_with_an_error() -> None:
    """Under its own id, and only once."""
    ledger = greeted()
    ledger.from_client(line(id="a", method="tools/call", params={"name": "search"}))
    (answer,) = ledger.server_gone("it died")
    assert json.loads(answer) == {"jsonrpc": "2.0", "id": "a", "error": {"code": SERVER_GONE, "message": "it died"}}
    assert not ledger.is_waiting
    assert ledger.server_gone("again") == []


def test_a_new_server_is_greeted_without_the_client_noticing() -> None:
    """The greeting is said again, word for word, and its answer is kept from the client."""
    ledger = greeted()
    ledger.server_gone("it died")
    assert ledger.renewal() == [HELLO, HELLO_DONE]
    assert not ledger.from_server(WELCOME)
    ledger.from_client(line(id=5, method="ping"))
    assert ledger.from_server(line(id=5, result={}))


def test_a_greeting_that_was_not_answered_is_said_again_and_answered_to_the_client() -> None:
    """It has no effect, so it may be repeated; but not for ever."""
    ledger = Ledger()
    ledger.from_client(HELLO)
    assert ledger.renewal() == [HELLO]
    assert ledger.server_gone("it died") == []
    assert ledger.is_waiting
    assert ledger.renewal() == [HELLO]
    (answer,) = ledger.server_gone("it died again")
    assert json.loads(answer)["id"] == 0
    assert not ledger.is_waiting


def test_what_the_server_never_got_is_said_to_the_next_one() -> None:
    """Only what it can have begun is lost."""
    ledger = greeted()
    first, second = line(id=1, method="ping"), line(id=2, method="ping")
    ledger.from_client(first)
    ledger.from_client(second)
    (answer,) = ledger.server_gone("it died", unsent=[second])
    assert json.loads(answer)["id"] == 1
    assert ledger.renewal() == [HELLO, HELLO_DONE, second]


def test_a_server_that_took_its_leave_loses_nothing() -> None:
    """What came too late for it is said to the next one, in the order in which it came."""
    ledger = greeted()
    asked = [line(id=number, method="ping") for number in (3, 1, 2)]
    for one in asked:
        ledger.from_client(one)
    ledger.server_left()
    assert ledger.renewal() == [HELLO, HELLO_DONE, *asked]


def test_only_what_the_server_had_read_when_it_was_cut_off_is_an_error() -> None:
    """It counts lines; an answered one counts too, and every server counts from its first."""
    ledger = Ledger()
    for _ in range(2):
        lines = [line(id=number, method="tools/call") for number in range(3)]
        for each in lines:
            ledger.from_client(each)
            ledger.sent(each)
        assert ledger.from_server(line(id=0, result={}))
        assert ledger.unheard(1) == set(lines[1:])
        assert ledger.unheard(2) == {lines[2]}
        assert ledger.unheard(3) == set()
        errors = ledger.server_gone("gone", ledger.unheard(2))
        assert [json.loads(error)["id"] for error in errors] == [1]
        assert ledger.renewal() == [lines[2]]
        ledger.sent(lines[2])
        assert ledger.unheard(0) == {lines[2]}
        ledger.give_up("none to be had")


def test_sessions_without_a_greeting_are_renewed_without_one() -> None:
    """Since revision 2026-07-28 every request says by itself what it needs."""
    ledger = Ledger()
    ledger.from_client(line(id=1, method="server/discover"))
    ledger.from_server(line(id=1, result={}))
    ledger.server_gone("it died")
    assert ledger.renewal() == []


def test_without_any_server_everything_is_answered_with_the_reason() -> None:
    """The greeting too."""
    ledger = Ledger()
    ledger.from_client(HELLO)
    ledger.from_client(line(id=1, method="ping"))
    answers = [json.loads(answer) for answer in ledger.give_up("no room")]
    assert [answer["id"] for answer in answers] == [0, 1]
    assert {answer["error"]["message"] for answer in answers} == {"no room"}
    assert not ledger.is_waiting


def test_a_cancelled_request_is_not_waited_for() -> None:
    """The server need not answer it."""
    ledger = Ledger()
    ledger.from_client(line(id=1, method="tools/call"))
    assert ledger.from_client(line(method="notifications/cancelled", params={"requestId": 1})) is Kind.REMARK
    assert not ledger.is_waiting
    assert ledger.from_client(line(method="notifications/cancelled", params=[1])) is Kind.REMARK


def test_a_stream_is_not_waited_for_but_answered_when_its_server_dies() -> None:
    """A subscription is answered only when it ends."""
    ledger = Ledger()
    ledger.from_client(line(id=1, method="subscriptions/listen"))
    assert not ledger.is_waiting
    assert len(ledger.server_gone("it died")) == 1


def test_a_reply_to_a_server_that_died_does_not_reach_the_next_one() -> None:
    """Which may have asked something else under the same id."""
    ledger = greeted()
    assert ledger.from_server(line(id="s1", method="roots/list"))
    ledger.server_gone("it died")
    assert ledger.from_server(line(id="s1", method="roots/list"))
    assert ledger.from_client(line(id="s1", result={"roots": []})) is Kind.UNWANTED
    assert ledger.from_client(line(id="s1", result={"roots": []})) is Kind.REMARK


def test_a_batch_is_every_message_in_it() -> None:
    """Revision 2025-03-26 has them."""
    ledger = Ledger()
    batch = json.dumps([json.loads(line(id=1, method="ping")), json.loads(line(method="notifications/x"))]).encode()
    assert ledger.from_client(batch) is Kind.REQUEST
    ledger.server_left()
    assert ledger.renewal() == [batch]
    answers = json.dumps([json.loads(line(id=1, result={}))]).encode()
    assert ledger.from_server(answers)
    assert not ledger.is_waiting


@given(
    noise=st.one_of(
        st.binary(max_size=60), st.recursive(st.none() | st.booleans() | st.integers() | st.text(), st.lists, max_leaves=8)
    )
)
def test_nonsense_is_left_to_the_server(noise: object) -> None:
    """It answers what is no message; nothing is kept of it."""
    ledger = Ledger()
    ledger.from_client(noise if isinstance(noise, bytes) else json.dumps(noise).encode())
    assert ledger.from_server(noise if isinstance(noise, bytes) else json.dumps(noise).encode())
    assert ledger.renewal() == []


def test_json_that_is_nested_without_end_is_nonsense_too() -> None:
    """The parser gives up, and so do we."""
    assert Ledger().from_client(b"[" * 100_000) is Kind.REQUEST


IDS = st.one_of(st.integers(-(10**18), 10**18), st.text(max_size=30))


@given(identity=IDS, order=st.permutations(["jsonrpc", "id", "method", "params"]), inner=IDS)
def test_the_id_of_a_message_that_is_too_long_is_right_or_not_told(identity: object, order: list[str], inner: object) -> None:
    """A wrong one would end another request. At the start or the end, where clients write it, it is always told."""
    values = {"jsonrpc": "2.0", "id": identity, "method": "tools/call", "params": {"x": "y" * 3000, "id": inner}}
    message = json.dumps({key: values[key] for key in order}, ensure_ascii=False).encode()
    (taken,) = LineBuffer(2000).feed(message + b"\n")
    assert isinstance(taken, TooLong)
    answer = json.loads(too_long(taken, 2000))
    assert answer["error"]["code"] == INVALID_REQUEST
    if order.index("id") < order.index("params") or order[-1] == "id":
        assert answer["id"] == identity
    else:
        assert answer["id"] in (identity, None)


@pytest.mark.parametrize("tail", [b'"params":{"id":7}}', b'"x":"\\"id\\":7}', b'"x":["id",7]}'])
def test_an_id_inside_is_not_taken_for_the_messages_own(tail: bytes) -> None:
    """What looks like one stands deeper, or in a text."""
    assert json.loads(too_long(TooLong(b'{"params":{"id":8,', tail), 10))["id"] is None


def test_an_error_is_json_whatever_its_words() -> None:
    """Also with marks that JSON must escape."""
    assert json.loads(failure('"a\\"b"', -1, 'say "no"\n'))["error"]["message"] == 'say "no"\n'
    assert json.loads(failure("", -1, "x"))["id"] is None
