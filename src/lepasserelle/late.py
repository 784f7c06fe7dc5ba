"""Regular expressions that are compiled when they are first used: whoever asks one question loads many and uses few.

Compiling what a command for lines loads took a tenth of its processor time (docs/decisions/287). Not here: any expression.
Invariant: what is given back does what `re.compile` of the same would, at its price but for the first use.
"""

import re
from typing import AnyStr, Generic, cast


class _Late(Generic[AnyStr]):
    """Takes methods and attributes from the pattern when they are first asked for, and has them as its own from then on."""

    def __init__(self, source: AnyStr, flags: int) -> None:
        self._source: AnyStr = source
        self._flags = flags

    def __getattr__(self, name: str) -> object:
        found: object = getattr(re.compile(self._source, self._flags), name)
        setattr(self, name, found)
        return found


def late(source: AnyStr, flags: int = 0) -> re.Pattern[AnyStr]:
    """The pattern of this source. What is wrong with it is found at the first use."""
    return cast("re.Pattern[AnyStr]", _Late(source, flags))
