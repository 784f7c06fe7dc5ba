"""The one way into `LeIndex`: what every public method passes, so that none can forget it.

A method is refused with an error of ours, before it does anything, where a limit leaves too little to load native libraries with
(they would end the process); and what the system refuses while it runs is an error of ours, too. Not here: what those errors are
(`MemoryManager.typed`). Invariant: every public method of the class goes through it, inherited ones as well, but for those of
`OPEN`; a test walks all of them.
"""

import functools
from collections.abc import Callable
from types import FunctionType
from typing import Any, Final, Protocol, TypeVar

from lepasserelle.memory import MemoryManager

C = TypeVar("C")

OPEN: Final = frozenset({"close"})
"""Must work whatever the limits are; it loads nothing."""


class _Managed(Protocol):
    @property
    def manager(self) -> MemoryManager: ...


def gated(cls: type[C]) -> type[C]:
    """Have every public method of a class that has a `manager` pass the gate."""
    for name in dir(cls):
        method = getattr(cls, name)
        if isinstance(method, FunctionType) and not name.startswith("_") and name not in OPEN:
            setattr(cls, name, _through_gate(method))
    return cls


def _through_gate(method: Callable[..., Any]) -> Callable[..., Any]:
    tag = method.__name__.replace("_", " ")

    @functools.wraps(method)
    def entered(self: _Managed, *args: object, **kwargs: object) -> object:
        with self.manager.typed(tag):
            return method(self, *args, **kwargs)

    return entered
