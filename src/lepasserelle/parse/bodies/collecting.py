"""What a statement does, while it is collected, and where in it an expression stands."""

from collections.abc import Iterable
from typing import NamedTuple

from lepasserelle.model.body import Call, Flows, Place, Use, Write


class Context(NamedTuple):
    """Where an expression stands: in an argument of a call, how its value goes on, whether it is evaluated at all."""

    call: int = -1
    argument: int = -1
    flows: int = Flows.VALUE
    maybe: bool = False


class Shared(NamedTuple):
    """What a function defined in an expression has in common with the body around it."""

    captured: Iterable[str]
    rebound: Iterable[str]


class Effects:
    """What a statement does, while it is collected."""

    __slots__ = ("calls", "captured", "flags", "rebound", "uses", "writes")

    def __init__(self) -> None:
        self.writes: dict[Write, None] = {}
        self.uses: dict[Use, None] = {}
        self.calls: list[Call] = []
        self.captured: dict[str, None] = {}
        self.rebound: dict[str, None] = {}
        self.flags = 0

    def write(self, place: Place, flags: int = 0) -> None:
        """Something gets a value."""
        self.writes[Write(place, flags)] = None

    def use(self, place: Place, context: Context) -> None:
        """A value is read."""
        self.uses[Use(place, context.call, context.argument, context.flows)] = None
