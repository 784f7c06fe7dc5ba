"""Slices where two names have one place (unions of C, parts of slices of Go), or a text names a value (macros of Rust)."""

import pytest
from executed import OneFile, text_store

from lepasserelle.model.slices import Slice, SliceQuestion
from lepasserelle.query.slices import Slicer

UNION = """union U { int i; unsigned char b[4]; struct { int x; } s; };
int f(int a) {
  union U u;
  u.i = a;
  u.b[0] = 7;
  return u.i;
}
"""
BOUND = """package p

func f(a []int, n int) []int {
	n = n + 1
	b := a[n:]
	return b
}
"""
MACRO = """fn f(width: i32) {
    let mut all = [1, 2];
    let mut deep = width;
    all[1] = 5;
    deep = deep + 1;
    println!("{deep:>3} {{width}} {}", all[1]);
}
"""
FIELD = """struct S { n: i32 }
impl S { fn area(&self) -> i32 { self.n } }
fn f() {
    let mut s = S { n: 1 };
    s.n = 5;
    println!("{}", s.area());
}
"""
ASYNC = """class Store:
    def __init__(self):
        self.st = 1
    def put(self, v):
        self.st = v
    async def get(self, source):
        async for one in source:
            pass
        return self.st
    async def held(self, source):
        async with source:
            pass
        return self.st
"""


def sliced(language: str, text: str, asked: str, variable: str = "", *, across: bool = False) -> Slice:
    """From the last line that holds a text, backward."""
    one = OneFile(text, language, "a")
    line = max(number for number, each in enumerate(text.split("\n"), start=1) if asked in each)
    question = SliceQuestion("a", line, variable, "backward", across_calls=across)
    return Slicer(one.graph, text_store(one), one).slice(question)


def lines(found: Slice) -> list[int]:
    """Where its statements begin."""
    return [one.start_line for one in found.statements]


def test_members_of_a_union_have_one_place() -> None:
    """A write to one is read by the name of another, and leaves what the other had beside it."""
    assert lines(sliced("c", UNION, "return u.i")) == [3, 4, 5, 6]


def test_a_member_of_a_union_is_asked_for_by_its_own_name() -> None:
    """People do not know the name that all members share."""
    assert {4, 5} <= set(lines(sliced("c", UNION, "return u.i", "u.i")))


def test_bounds_of_a_slice_expression_are_read() -> None:
    """What is returned depends on where it begins."""
    assert lines(sliced("go", BOUND, "return b")) == [4, 5, 6]


def test_a_macro_reads_items_and_what_its_text_names() -> None:
    """`all[1]` in tokens, `{deep}` in a format; `{{width}}` is text."""
    assert lines(sliced("rust", MACRO, "println")) == [2, 3, 4, 5, 6]


def test_a_method_called_in_a_macro_sees_all_of_its_receiver() -> None:
    """The field that it reads is not named where it is called."""
    assert {4, 5} <= set(lines(sliced("rust", FIELD, "println")))


@pytest.mark.parametrize("across", [False, True])
@pytest.mark.parametrize("wait", [7, 11])
def test_async_loops_and_managers_wait(wait: int, *, across: bool) -> None:
    """What runs meanwhile may write the field that is read after them."""
    text = ASYNC if wait == 11 else ASYNC.partition("    async def held")[0]
    assert any(f"line {wait}" in note for note in sliced("python", text, "return self.st", across=across).notes)
