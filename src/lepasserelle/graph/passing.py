"""What is remembered for one file only, since it may depend on what was asked first.

The answer to a question that leads back to itself does, and whatever is answered behind it may lean on it. All of that goes with
the file in which it was asked, so that what a file states is the same whichever files were resolved before it.
"""

from typing import Any, TypeVar

_Key = TypeVar("_Key")
_Value = TypeVar("_Value")


class Passing:
    """Between `begin` and `end` what is kept behind a circle is noted, and dropped in the end; outside of that everything stays."""

    def __init__(self) -> None:
        self.is_circular = False
        """Whether a question has led back to itself."""
        self._noted: list[tuple[dict[Any, Any], object]] | None = None

    def begin(self) -> None:
        """A file begins."""
        self._noted, self.is_circular = [], False

    def end(self) -> None:
        """It ends."""
        for memo, key in self._noted or ():
            memo.pop(key, None)
        self._noted, self.is_circular = None, False

    def turn_back(self) -> None:
        """A question led back to itself."""
        self.is_circular = True

    def keep(self, memo: dict[_Key, _Value], key: _Key, value: _Value) -> None:
        """Remember something."""
        memo[key] = value
        if self.is_circular and self._noted is not None:
            self._noted.append((memo, key))
