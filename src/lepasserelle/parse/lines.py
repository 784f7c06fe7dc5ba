"""Bytes to line numbers."""

from bisect import bisect_right
from io import BytesIO
from itertools import accumulate


class Lines:
    """Line numbers of one text; lines end with a line feed, as tree-sitter counts them."""

    __slots__ = ("count", "starts")

    def __init__(self, data: bytes) -> None:
        self.starts = [0, *accumulate(map(len, BytesIO(data)))]  # each line with its line feed, if it has one
        """First byte of each line; the number of those up to a byte is its line. Hot loops bisect it themselves."""
        self.count = len(self.starts) - 1
        if data and not data.endswith(b"\n"):
            self.starts.pop()

    def at(self, position: int) -> int:
        """1-based line of a byte."""
        return bisect_right(self.starts, position)

    def start_of(self, line: int) -> int:
        """First byte of a 1-based line."""
        return self.starts[line - 1]
