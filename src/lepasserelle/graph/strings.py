"""Strings as numbers: one table while linking, one sorted blob in the index. Not a cache: nothing is ever dropped."""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable
from itertools import accumulate
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


_AT_ONCE: Final = 4096
"""Strings that are decoded together: what that takes beside them stays small."""
_PIVOTS: Final = 512
"""Strings that stay in memory from the first look on, however many there are: half of the steps of each look are then one."""


class Interner(dict[str, int]):
    """Strings to numbers in order of first use; string 0 is empty. `interner[text]` gives a new string a new number, and costs a
    known one no call.
    """

    __slots__ = ("texts",)

    def __init__(self) -> None:
        super().__init__({"": 0})
        self.texts: list[str] = [""]

    def __missing__(self, text: str) -> int:
        number = self[text] = len(self.texts)
        self.texts.append(text)
        return number

    def known(self, text: str) -> int:
        """The number of a string that was interned before, -1 for one that was not."""
        return self.get(text, -1)

    def rewind(self, count: int) -> None:
        """Forget all but the first `count` strings."""
        for text in self.texts[count:]:
            del self[text]
        del self.texts[count:]

    def cut(self, count: int) -> tuple[str, list[int]]:
        """The same, and what was forgotten: all texts in one, and where each ends."""
        texts = self.texts[count:]
        self.rewind(count)
        return "".join(texts), list(accumulate(map(len, texts)))

    def mend(self, text: str, ends: Iterable[int]) -> None:
        """Meet again what was cut off, in new objects under the former numbers."""
        start = 0
        for end in ends:
            self[text[start:end]]
            start = end


def freeze_strings(texts: Iterable[str]) -> "tuple[NDArray[np.uint8], NDArray[np.uint32], dict[str, int]]":
    """(blob, end of each string, string → its number), the strings sorted by their UTF-8 bytes and each once."""
    import numpy as np

    unique = sorted({text: encode(text) for text in texts}.items(), key=lambda pair: pair[1])
    encoded = [data for _, data in unique]
    ends = np.cumsum(np.fromiter((len(data) for data in encoded), dtype=np.uint64, count=len(encoded)))
    blob = np.frombuffer(b"".join(encoded), dtype=np.uint8)
    return blob, ends.astype("<u4"), {text: number for number, (text, _) in enumerate(unique)}


def encode(text: str) -> bytes:
    """UTF-8 of any string, lone surrogates replaced."""
    return text.encode("utf-8", "replace")


def number_of(wanted: bytes, count: int, raw: Callable[[int], bytes], first: int = 0) -> int:
    """Which of `count` texts this is, -1 when it is none of them from the first on: `raw(number)` are their bytes, in ascending
    order, each once.
    """
    at = bisect_left(range(count), wanted, first, key=raw)
    return at if at < count and raw(at) == wanted else -1


class Strings:
    """The sorted strings of an index, read in place."""

    __slots__ = ("_blob", "_ends", "_pivots", "_step")

    def __init__(self, blob: "NDArray[np.uint8] | memoryview", ends: "NDArray[np.uint32] | memoryview") -> None:
        self._blob = memoryview(blob)  # type: ignore[arg-type]
        self._ends = memoryview(ends)  # type: ignore[arg-type]
        self._step = len(self._ends) // _PIVOTS + 1
        self._pivots: list[bytes] = []
        """Every so many-th string, from the first look on."""

    def __len__(self) -> int:
        return len(self._ends)

    def raw(self, number: int) -> bytes:
        """The UTF-8 bytes of one string."""
        start = self._ends[number - 1] if number else 0
        return bytes(self._blob[start : self._ends[number]])

    def __getitem__(self, number: int) -> str:
        start = self._ends[number - 1] if number else 0
        return str(self._blob[start : self._ends[number]], "utf-8", "replace")

    def texts(self, numbers: "NDArray[np.integer]") -> list[str]:
        """Many strings at once."""
        found: list[str] = []
        for start in range(0, len(numbers), _AT_ONCE):
            found += self._joined(numbers[start : start + _AT_ONCE])
        return found

    def _joined(self, numbers: "NDArray[np.integer]") -> list[str]:
        """Some of them, decoded as one text that is cut at separators: a quarter of what decoding each takes."""
        import numpy as np

        blob, ends = np.frombuffer(self._blob, dtype=np.uint8), np.frombuffer(self._ends, dtype="<u4")
        at = numbers.astype(np.int64)
        starts, stops = ends[at - 1].astype(np.int64), ends[at].astype(np.int64)
        starts[at == 0] = 0
        cuts = np.cumsum(stops - starts + 1)
        steps = np.ones(int(cuts[-1]), dtype=np.int64)
        steps[0], steps[cuts[:-1]] = starts[0], starts[1:] - stops[:-1]
        data = blob.take(np.cumsum(steps, out=steps), mode="clip") if len(blob) else np.zeros(len(steps), dtype=np.uint8)
        data[cuts - 1] = 0
        found = data.tobytes().decode("utf-8", "replace").split("\0")[:-1]
        return found if len(found) == len(numbers) else list(map(self.__getitem__, numbers.tolist()))

    def ending(self, numbers: "NDArray[np.integer]", ending: str) -> "NDArray[np.bool_]":
        """Of each of these strings whether it ends with a text: shape (numbers,)."""
        import numpy as np

        blob, ends, wanted = np.frombuffer(self._blob, dtype=np.uint8), np.frombuffer(self._ends, dtype="<u4"), encode(ending)
        last = ends[numbers].astype(np.int64)
        first = np.where(numbers > 0, ends[np.maximum(numbers.astype(np.int64), 1) - 1], 0)
        left = np.flatnonzero(last - first >= len(wanted))
        for back in range(1, len(wanted) + 1):
            if not len(left):
                break
            left = left[blob[last[left] - back] == wanted[-back]]
        found = np.zeros(len(numbers), dtype=bool)
        found[left] = True
        return found

    def number(self, text: str) -> int:
        """The number of a string, -1 when the index does not have it."""
        wanted, step = encode(text), self._step
        if not self._pivots:
            self._pivots = [self.raw(number) for number in range(0, len(self._ends), step)]
        after = bisect_right(self._pivots, wanted) * step
        return number_of(wanted, min(after, len(self._ends)), self.raw, max(0, after - step))
