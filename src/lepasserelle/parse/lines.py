"""Bytes to line numbers."""

from bisect import bisect_right
from itertools import accumulate


class Lines:
    """Line numbers of one text; lines end with a line feed, as tree-sitter counts them."""

    __slots__ = ("count", "starts")

    def __init__(self, data: bytes) -> None:
        lengths = list(map(len, data.replace(b"\n", b" \n").split(b"\n")))  # each with its line feed, the last without
        self.starts = [0, *accumulate(lengths)]
        """First byte of each line; the number of those up to a byte is its line. Hot loops bisect it themselves."""
        self.starts.pop()
        self.count = len(lengths) - (1 if data.endswith(b"\n") else 0) if data else 0

    def at(self, position: int) -> int:
        """1-based line of a byte."""
        return bisect_right(self.starts, position)

    def start_of(self, line: int) -> int:
        """First byte of a 1-based line."""
        return self.starts[line - 1]
