"""Slices know which shifts of C++ are streams: what goes into one is kept, what comes out of one is written."""

import pytest
from executed import OneFile

STREAMS = """#include <iostream>
struct V { int n; };
std::ostream &operator<<(std::ostream &out, const V &v) {
  return out << v.n; // returned
}
int f(std::istream &in, int n, unsigned flags) {
  int a = 0;
  int b = 0;
  in >> a; // first
  while (in >> b) { // condition
    a += b;
  }
  std::cout << n;
  flags << 3;
  n >> b;
  int c = flags + n; // number
  return a; // read
}
"""


def lines(text: str, asked: str) -> list[str]:
    """The statements of the slice within the function, from the line that holds a text."""
    found = OneFile(text, "cpp", "program.cpp").ask(asked, forward=False)
    return [one.text.strip() for one in found.statements]


@pytest.mark.parametrize("kept", ["in >> a; // first", "while (in >> b) { // condition"])
def test_what_comes_out_of_a_stream_is_written(kept: str) -> None:
    """A statement or a condition that reads gives its variables new values."""
    assert kept in lines(STREAMS, "// read")


@pytest.mark.parametrize("left_out", ["std::cout << n;", "flags << 3;", "n >> b;"])
def test_shifts_of_numbers_and_the_standard_output_change_nothing(left_out: str) -> None:
    """What is declared a number is no stream, and nobody reads what was printed."""
    assert left_out not in lines(STREAMS, "// number")
    assert left_out not in lines(STREAMS, "// read")


def test_a_forward_slice_of_what_is_put_into_a_stream_finds_who_reads_it() -> None:
    """The stream holds it."""
    text = """#include <sstream>
int f(int v) {
  int x = v; // asked
  std::stringstream s;
  s << 1 << x;
  int n = 0;
  s >> n;
  return n;
}
"""
    found = OneFile(text, "cpp", "program.cpp").ask("// asked", forward=True)
    assert [one.start_line for one in found.statements] == [3, 5, 7, 8]
