"""Pages: never over the budget, always some way forward, nothing lost between cursors."""

from contextlib import suppress

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lepasserelle.errors import QueryError
from lepasserelle.model import LEAST_TOKENS, MOST_TOKENS, Page, Remarks
from lepasserelle.query.cursors import read_cursor, stamp
from lepasserelle.query.line_costs import escaped_tokens
from lepasserelle.query.page import Item, OneForm, Part, clip, cut, cut_part, room, single, tokens_of
from lepasserelle.query.tokens import estimate_tokens

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=400)
lines = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\n"), min_size=1, max_size=200)
items = st.lists(
    st.builds(Item, group=st.sampled_from(["", "a.py", "b/c.py", "ü" * 90]), full=texts, short=st.just("")), max_size=40
)
two_forms = st.lists(
    st.builds(lambda group, short, more: Item(group, f"{short}\n{more}", short), st.sampled_from(["", "x.py"]), lines, texts),
    max_size=20,
)
remarks = st.builds(
    Remarks,
    partial=st.sampled_from(["", "no index yet (parse 1/2 files), lines of plain text"]),
    stale_files=st.sampled_from([None, 0, 1, 123456]),
    stale_is_lower_bound=st.booleans(),
    notes=st.lists(texts, max_size=3).map(tuple),
)


@given(items | two_forms, st.integers(LEAST_TOKENS, 3000), texts, remarks)
@settings(max_examples=150, deadline=None)
def test_no_page_takes_more_than_its_budget(found: list[Item], budget: int, head: str, said: Remarks) -> None:
    """Neither as text nor as the JSON document in which a client may hand it on."""
    page = cut(found, budget, head=head, stamped="abcdef", remarks=said)
    assert estimate_tokens(page.text) <= budget
    assert estimate_tokens(msgspec.json.encode(page).decode()) <= budget
    assert tokens_of(page) <= budget


@given(items | two_forms, st.integers(0, LEAST_TOKENS), texts, remarks)
@settings(max_examples=80, deadline=None)
def test_a_budget_that_nothing_fits_in_is_refused(found: list[Item], budget: int, head: str, said: Remarks) -> None:
    """Or held; it does not go on for ever."""
    page = None
    with suppress(QueryError):
        page = cut(found, budget, head=head, stamped="abcdef", remarks=said)
    if found and budget < 8:
        assert page is None
    assert page is None or not page.shown or tokens_of(page) <= budget


@given(st.integers(0, 60), st.integers(LEAST_TOKENS, 500), st.integers(1, 120))
@settings(max_examples=80, deadline=None)
def test_cursors_lead_through_everything_once(count: int, budget: int, length: int) -> None:
    """Page after page gives every item, in order, and comes to an end."""
    found = [Item("path.py", f"{number} {'x' * length}") for number in range(count)]
    seen: list[str] = []
    start = 0
    while True:
        page = cut(found, budget, start=start, stamped="abcdef")
        seen += [line for line in page.text.split("\n") if line.endswith("x")]
        assert page.total == count
        if not page.cursor:
            break
        assert page.shown > 0
        start = read_cursor(page.cursor, "abcdef")
    assert seen == [item.full for item in found]


@given(st.lists(lines, min_size=1, max_size=60), st.integers(LEAST_TOKENS, 2000))
@settings(max_examples=80, deadline=None)
def test_a_cut_page_has_no_room_for_the_next_line(found: list[str], budget: int) -> None:
    """A budget of 500 tokens is not left at 390 while there is more to say."""
    every = [Item("path.py", text) for text in found]
    page = cut(every, budget, stamped="abcdef")
    if not page.cursor or page.shown < 2:
        return
    shown, said = page.shown + 1, ["path.py", *found[: page.shown + 1]]
    is_cut = shown < len(found)
    if is_cut:
        said.append(f"[1-{shown} of {len(found)}; for more: cursor {shown}.abcdef]")
    longer = Page("\n".join(said), shown, page.total, f"{shown}.abcdef" if is_cut else "", page.stale_files, partial=False)
    assert tokens_of(longer) > budget


@given(two_forms, st.integers(LEAST_TOKENS, 2000))
@settings(max_examples=80, deadline=None)
def test_what_was_shortened_is_said(found: list[Item], budget: int) -> None:
    """A place without its code, or the beginning of a line, is never handed out as if it were all; what is whole says nothing."""
    page = cut(found, budget, stamped="abcdef")
    shown = found[: page.shown]
    everything = "\n".join(item.full for item in shown)
    told = [line for line in page.text.split("\n") if line.endswith(" shortened to fit; a larger max_tokens shows the rest]")]
    without_groups = [line for line in page.text.split("\n") if line != "x.py"][: everything.count("\n") + 1]
    assert bool(told) == (bool(shown) and "\n".join(without_groups) != everything)


def test_a_path_is_said_once_for_what_stands_in_it() -> None:
    """Compact: a heading for items that follow each other, again where another one came between."""
    found = [Item("a.py", "1"), Item("a.py", "2"), Item("b.py", "3"), Item("a.py", "4")]
    assert cut(found, 500).text == "a.py\n1\n2\nb.py\n3\na.py\n4"


def test_short_forms_come_before_full_ones() -> None:
    """Better all hits by name than a few at length; what room is left goes to the first ones."""
    found = [Item("", f"{number}: {'word ' * 40}", f"{number}") for number in range(8)]
    page = cut(found, LEAST_TOKENS)
    assert page.shown == 8
    assert page.text.startswith("0: word")
    assert page.text.endswith("\n7\n[6 shortened to fit; a larger max_tokens shows the rest]")


def test_an_item_that_alone_is_too_long_is_cut_and_counted() -> None:
    """A line of a million characters does not stop those behind it from being reached."""
    found = [Item("", "a b" * 300_000), Item("", "last")]
    page = cut(found, LEAST_TOKENS, stamped="abcdef")
    assert page.shown == 1
    assert "…" in page.text
    assert cut(found, LEAST_TOKENS, start=read_cursor(page.cursor, "abcdef"), stamped="abcdef").text.startswith("last")


@pytest.mark.parametrize(
    "given_cursor", ["1", "x.abcdef", "-1.abcdef", "1.", "1.fedcba", "٣.abcdef", "9" * 30 + ".abcdef", "1.abcdef.1"]
)
def test_what_is_no_cursor_of_this_answer_is_refused(given_cursor: str) -> None:
    """Typed by hand, of another question, or of an older index."""
    with pytest.raises(QueryError, match="cursor"):
        read_cursor(given_cursor, "abcdef")


def test_a_cursor_behind_the_end_is_refused() -> None:
    """The stamp alone does not make it one."""
    with pytest.raises(QueryError, match="behind the end"):
        cut([Item("", "x")], 500, start=7, stamped="abcdef")


def test_a_stamp_tells_questions_apart() -> None:
    """The same question gives the same stamp; another one, or another generation, another."""
    assert stamp(b"g1", "a") == stamp(b"g1", "a") != stamp(b"g1", "b") != stamp(b"g2", "b")


@given(texts, st.integers(0, 200))
@settings(max_examples=100, deadline=None)
def test_clipping_keeps_a_beginning_within_the_tokens(text: str, tokens: int) -> None:
    """As long as it may be, and marked where it was cut."""
    found = clip(text, tokens)
    assert found == "" or escaped_tokens(found) <= tokens or found == text
    assert found == text or found == "" or (found.endswith("…") and text.startswith(found[:-1]))


@given(st.integers(LEAST_TOKENS, MOST_TOKENS), remarks)
@settings(max_examples=60, deadline=None)
def test_a_text_cut_to_its_room_makes_a_page_within_the_budget(budget: int, said: Remarks) -> None:
    """What `room` promises, `single` keeps."""
    text = clip("some words, " * 5000, room(budget, said))
    assert tokens_of(single(text, 999, 9999, "59.abcdef", said)) <= budget


def test_a_page_says_what_it_is_not() -> None:
    """Partial, stale, cut: in words at its end, and as fields."""
    said = Remarks("no index yet", 3, True, ("built anew",))
    page = cut([Item("", "x " * 400), Item("", "y")], LEAST_TOKENS, stamped="abcdef", remarks=said)
    assert "[partial: no index yet]" in page.text
    assert "[at least 3 files have changed since the index was made]" in page.text
    assert "[built anew]" in page.text
    assert page.text.endswith(f"[1-1 of 2; for more: cursor {page.cursor}]")
    assert (page.partial, page.stale_files) == (True, 3)
    assert msgspec.to_builtins(Page("x", 1, 1)) == {"text": "x", "shown": 1, "total": 1}


def test_a_long_path_takes_the_room_of_the_head() -> None:
    """In the least budget: the head is cut, and what was found is told all the same."""
    page = cut([Item("ü" * 90, "", ""), Item("", "", "")], LEAST_TOKENS, head="\x07\x80" * 40, stamped="abcdef", remarks=Remarks())
    assert page.shown == 2
    assert tokens_of(page) <= LEAST_TOKENS


def test_a_page_of_many_lines_is_counted_few_times(monkeypatch: pytest.MonkeyPatch) -> None:
    """What there is room for beside the prices of the lines is sought, not tried line by line, and no line more would fit."""
    found = [Item("", f"total_{number}.py:{number}:    return self.total") for number in range(6000)]
    counted: list[Page] = []

    def counting(page: Page) -> int:
        counted.append(page)
        return tokens_of(page)

    monkeypatch.setattr("lepasserelle.query.page.tokens_of", counting)
    page = cut(found, MOST_TOKENS, stamped="abcdef")
    assert len(counted) < 40
    assert tokens_of(page) <= MOST_TOKENS
    shown = page.text.splitlines()[:-1]
    assert shown == [item.full for item in found[: page.shown]]
    assert (
        tokens_of(single("\n".join([*shown, found[page.shown].full]), page.shown + 1, 6000, page.cursor, Remarks())) > MOST_TOKENS
    )


@given(items, st.integers(LEAST_TOKENS, 3000), st.text(max_size=60), remarks, st.data())
@settings(max_examples=200, deadline=None)
def test_lines_that_are_counted_at_once_make_the_page_of_those_counted_one_by_one(
    found: list[Item], budget: int, head: str, said: Remarks, data: st.DataObject
) -> None:
    """To the last byte, from wherever the page begins, but where prices one by one cut a line or left one out that has room."""
    start = data.draw(st.integers(0, max(0, len(found) - 1)))
    try:
        one_by_one = cut(found, budget, head=head, start=start, stamped="abcdef", remarks=said)
    except QueryError:  # an empty line under a long path, whose room the head does not give
        return
    at_once = cut(OneForm(len(found), found.__getitem__), budget, head=head, start=start, stamped="abcdef", remarks=said)
    assert at_once == one_by_one or at_once.shown > one_by_one.shown or "shortened to fit" in one_by_one.text
    assert bool(at_once.shown) == bool(one_by_one.shown)
    assert tokens_of(at_once) <= budget


def test_a_page_of_an_answer_that_goes_on_leads_on_from_its_last_line() -> None:
    """Lines that nobody looked for yet are not counted, and not kept from who asks for them."""
    found = OneForm(3, lambda number: Item("a.py", f"{number}"))
    page = cut_part(found, 500, Part(0, "abcdef", goes_on=True), "", Remarks())
    assert page.text == "a.py\n0\n1\n2\n[1-3 of more than 3; for more: cursor 3.abcdef]"
    assert (page.shown, page.total, page.cursor) == (3, 3, "3.abcdef")
    assert not cut(found, 500, stamped="abcdef").cursor


def test_items_that_a_page_has_no_room_for_are_not_made() -> None:
    """Of a hundred thousand lines a page shows some; making the others would be most of its time."""
    made: list[int] = []

    def make(number: int) -> Item:
        made.append(number)
        return Item("a.py", f"{number}: return total")

    page = cut(OneForm(100_000, make), 2000, stamped="abcdef")
    assert len(made) < 4 * page.shown
    assert page == cut([Item("a.py", f"{number}: return total") for number in range(100_000)], 2000, stamped="abcdef")


def test_an_empty_line_at_the_border_of_a_page_is_no_empty_page() -> None:
    """What surrounds the others counts with it, so that the page stays within its budget."""
    found = [Item("", text) for text in ["word " * 20, "", "word " * 9, *[""] * 40]]
    for budget in range(LEAST_TOKENS, 200):
        assert tokens_of(cut(found, budget, stamped="abcdef")) <= budget


def test_a_blank_that_takes_no_token_is_not_cut_for_ever() -> None:
    """Nothing is won by cutting it, so a budget that is too small is said to be."""
    for head in ("", " "):
        with pytest.raises(QueryError, match="max_tokens"):
            cut([Item("a long/path.py", " ")], 8, head=head, stamped="abcdef")
