"""What predicts the next visit: on traces whose structure is known, the right answer is known, too."""

import random
import zlib
from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lepasserelle.memory.prediction import DECAY, Moment, Predictor, Visit
from lepasserelle.memory.trial import LEAST_SESSIONS, PRICE, Trial, chosen
from lepasserelle.memory.trial_record import Learned, decoded, encoded

HOUR_S = 3600.0


def visits(sequence: Sequence[Sequence[str]], a_session: int = 10, branch: bytes = b"") -> list[Visit]:
    """One a minute, sessions a few hours apart."""
    return [
        Visit(Moment((number // a_session) * 5 * HOUR_S + (number % a_session) * 20.0, branch), "search", tuple(items))
        for number, items in enumerate(sequence)
    ]


def chain(count: int, seed: int = 1) -> list[Visit]:
    """Six items in a ring; one visit in ten is anything."""
    chance, here, found = random.Random(seed), 0, []
    for _ in range(count):
        here = (here + 1) % 6 if chance.random() < 0.9 else chance.randrange(6)
        found.append([str(here)])
    return visits(found)


def independent(count: int, seed: int = 1) -> list[Visit]:
    """One item half of the time, the others rarely: nothing but frequency to learn."""
    chance = random.Random(seed)
    return visits([["often"] if chance.random() < 0.5 else [f"rare {chance.randrange(20)}"] for _ in range(count)])


def learned(trace: Sequence[Visit]) -> Predictor:
    """A predictor that saw it."""
    predictor = Predictor()
    for visit in trace:
        predictor.learn(visit)
    return predictor


def judged(trace: Sequence[Visit]) -> Trial:
    """A trial that saw it."""
    trial = Trial()
    for visit in trace:
        trial.learn(visit, {})
    return trial


def test_decayed_frequency_is_what_its_definition_says() -> None:
    """Against the sum written out."""
    chance = random.Random(3)
    trace = visits([[str(number) for number in range(5) if chance.random() < 0.4] for _ in range(60)])
    predictor = learned(trace)
    for number, item in enumerate(predictor.items):
        exact = sum(DECAY * (1 - DECAY) ** (len(trace) - 1 - at) for at, visit in enumerate(trace) if item in visit.items)
        assert predictor.ewma()[number] == pytest.approx(exact)


def test_the_chain_knows_what_follows() -> None:
    """The next item of the ring is by far the likeliest; by frequency it is one of six."""
    trace = chain(400)
    predictor = learned(trace)
    following = str((int(trace[-1].items[0]) + 1) % 6)
    place = predictor.items.index(following)
    assert predictor.markov()[place] > 0.8
    assert predictor.markov().argmax() == predictor.model(trace[-1].moment).argmax() == place
    assert predictor.ewma()[place] < 0.5


def test_the_regression_learns_the_hour() -> None:
    """Mornings one item, evenings another; the first question of a session has only the clock to go by."""
    found = []
    for day in range(60):
        for at_h, item in ((8.0, "morning"), (20.0, "evening")):
            found += [Visit(Moment((day * 24 + at_h) * HOUR_S + minute * 60.0), "search", (item,)) for minute in range(3)]
    predictor = learned(found)
    at_eight = predictor.model(Moment((60 * 24 + 8.0) * HOUR_S))
    at_twenty = predictor.model(Moment((60 * 24 + 20.0) * HOUR_S))
    morning, evening = (predictor.items.index(item) for item in ("morning", "evening"))
    assert at_eight[morning] > at_twenty[morning]
    assert at_twenty[evening] > at_eight[evening]


def test_the_regression_learns_that_a_branch_was_left() -> None:
    """Each branch has its item, sessions take turns; what was read on the one is unlikely at once when the other is checked out."""
    found = []
    for session in range(60):
        branch = b"main" if session % 2 else b"feature"
        found += [Visit(Moment(session * 5 * HOUR_S + minute * 60.0, branch), "search", (branch.decode(),)) for minute in range(5)]
    predictor, at_s = learned(found), 300 * HOUR_S
    place = predictor.items.index("main")
    stayed, left = (predictor.model(Moment(at_s, branch))[place] for branch in (b"main", b"feature"))
    assert stayed > 2 * left


def test_the_model_is_taken_when_it_has_beaten_frequency_beyond_doubt() -> None:
    """On a chain; not before enough sessions."""
    assert judged(chain(10 * (LEAST_SESSIONS - 1))).verdict().in_use == "ewma"
    verdict = judged(chain(600)).verdict()
    assert verdict.in_use == "model"
    assert verdict.error_ms is not None
    assert verdict.gain_ms > 2 * verdict.error_ms
    assert verdict.model_precision > verdict.ewma_precision + 0.2


def test_the_model_stays_in_shadow_where_frequency_is_all_there_is() -> None:
    """Nothing is gained, so nothing is switched on."""
    assert [judged(independent(600, seed)).verdict().in_use for seed in range(4)] == ["ewma"] * 4


def test_the_model_is_switched_off_when_it_is_ahead_no_more() -> None:
    """The habit ends: after a while of it frequency predicts again."""
    trial = judged(chain(500))
    assert trial.verdict().in_use == "model"
    offset_s = 1000 * HOUR_S
    chance = random.Random(5)
    was_off = False
    for visit in visits([["often"] if chance.random() < 0.5 else [str(chance.randrange(6))] for _ in range(3000)]):
        trial.learn(visit._replace(moment=Moment(visit.moment.at_s + offset_s)), {})
        was_off |= trial.verdict().in_use == "ewma"
    assert was_off


@pytest.mark.parametrize("seed", range(3))
def test_a_habit_that_ended_is_given_up_within_ten_sessions(seed: int) -> None:
    """Forty sessions of a ring, then frequency alone; and a ring that goes on is never given up."""
    trace, chance = chain(800, seed), random.Random(seed)
    trial = judged(trace[:400])
    assert trial.verdict().in_use == "model"
    for session in range(10):
        for visit in trace[400 + 10 * session : 410 + 10 * session]:
            items = ("0",) if chance.random() < 0.6 else (str(chance.randrange(1, 5)),)
            trial.learn(visit._replace(items=items), {})
    assert trial.verdict().in_use == "ewma"
    lasting = judged(trace[:200])
    assert lasting.verdict().in_use == "model"
    for visit in trace[200:]:
        lasting.learn(visit, {})
        assert lasting.verdict().in_use == "model"


def test_no_error_is_told_of_fewer_than_two_sessions() -> None:
    """One session tells nothing of how far sessions differ."""
    assert judged(chain(9)).verdict().error_ms is None
    one = judged(chain(11)).verdict()
    assert (one.sessions, one.error_ms) == (1, None)
    assert judged(chain(21)).verdict().error_ms is not None


def test_a_trial_that_is_taken_up_again_judges_as_one_that_went_on() -> None:
    """Kept and decoded in the middle; what was counted is counted again, and the rest gives the same, bit by bit."""
    trace = chain(300)
    trial = judged(trace[:200])
    kept = decoded(encoded(Learned(200, {"questions": trial.record()})), newest=200)
    assert kept is not None
    later = Trial(kept.trials["questions"])
    for visit in trace[:200]:
        later.recall(visit)
    for visit in trace[200:]:
        for one in (trial, later):
            one.learn(visit, {})
    assert later.verdict() == trial.verdict()
    assert later.chances(trace[-1].moment) == trial.chances(trace[-1].moment)


@given(st.binary(max_size=200))
def test_bytes_that_are_no_record_decode_to_none(anything: bytes) -> None:
    """Nor does a record that is ahead of its log."""
    assert decoded(anything, newest=100) is None
    assert decoded(zlib.crc32(anything).to_bytes(4, "little") + anything, newest=100) is None
    assert decoded(encoded(Learned(101, {})), newest=100) is None


def test_what_is_warmed_is_worth_it_and_fits() -> None:
    """Chance times cost by size; nothing below the price, nothing of unknown size, nothing over the room."""
    chances = {"a": 0.9, "b": 0.9, "c": PRICE / 2, "d": 0.5, "unknown": 1.0}
    costs = {"a": 1.0, "b": 5.0, "c": 100.0, "d": 1.0}
    sizes = {"a": 10, "b": 10, "c": 1, "d": 100}
    assert chosen(chances, costs, sizes, 1000) == ["b", "a", "d"]
    assert chosen(chances, costs, sizes, 25) == ["b", "a"]
    assert chosen(chances, costs, sizes, 0) == []


def test_a_prediction_is_made_of_what_came_before_alone() -> None:
    """Whatever the visit that is judged touches, the probabilities before it are the same."""
    trace = chain(100)
    one, other = learned(trace), learned(trace)
    moment = Moment(trace[-1].moment.at_s + 5.0)
    before = one.model(moment).copy()
    one.learn(Visit(moment, "search", ("0",)))
    assert np.array_equal(other.model(moment), before)


@given(
    trace=st.lists(
        st.tuples(
            st.lists(st.sampled_from("abcdefghij"), max_size=5),
            st.sampled_from(["search", "callers", *map(str, range(20))]),
            st.sampled_from([b"", b"x", b"y"]),
            st.floats(0, 1e9),
        ),
        max_size=30,
    ),
    most=st.integers(1, 6),
)
@settings(max_examples=60)
def test_probabilities_stay_probabilities_and_memory_bounded(trace: list[tuple[list[str], str, bytes, float]], most: int) -> None:
    """Whatever comes, also times that go backwards, and more items than are kept."""
    predictor = Predictor(most)
    for items, asked, branch, at_s in trace:
        predictor.learn(Visit(Moment(at_s, branch), asked, tuple(items)))
        assert len(predictor.items) == len(set(predictor.items)) <= most
        for chances in (predictor.ewma(), predictor.markov(), predictor.model(Moment(at_s, b"z"))):
            assert len(chances) == len(predictor.items)
            assert np.isfinite(chances).all()
            assert ((chances >= 0) & (chances <= 1 + 1e-9)).all()
    assert predictor.visits == len(trace)
