"""What a statement does, while it is collected, and where in it an expression stands."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Final, NamedTuple

from lepasserelle.model.body import Call, Flows, Place, StatementFlag, Use, Write

if TYPE_CHECKING:
    from tree_sitter import Node


class Context(NamedTuple):
    """Where an expression stands: in an argument of a call, how its value goes on, whether it is evaluated at all."""

    call: int = -1
    argument: int = -1
    flows: int = Flows.VALUE
    maybe: bool = False


class Traits(NamedTuple):
    """What the text of a file tells of names in all its bodies."""

    defaulting: frozenset[str]
    """Names of variables and attributes whose items are made when they are read."""
    united: dict[str, str]
    """Member of a union → the name of all that share its place."""
    has_views: bool
    """A part of a sequence may be another name for its items, counted from elsewhere: no index tells two items apart."""


class Shared(NamedTuple):
    """What a function defined in an expression has in common with the body around it."""

    captured: Iterable[str]
    rebound: Iterable[str]


class Effects:
    """What a statement does, while it is collected."""

    __slots__ = ("calls", "captured", "flags", "is_kept", "rebound", "uses", "waiting", "writes")

    def __init__(self, *, is_kept: bool = True) -> None:
        self.writes: dict[Write, None] = {}
        self.uses: dict[Use, None] = {}
        self.calls: list[Call] = []
        self.captured: dict[str, None] = {}
        self.rebound: dict[str, None] = {}
        self.flags = 0
        self.is_kept = is_kept
        """Somebody will read it; else only the place that an expression names is wanted."""
        self.waiting: list[tuple[Node, Context]] | None = None
        """Expressions that the walk which is on its way will come to."""

    def write(self, place: Place, flags: int = 0) -> None:
        """Something gets a value."""
        self.writes[Write(place, flags)] = None

    def use(self, place: Place, context: Context) -> None:
        """A value is read."""
        self.uses[Use(place, context.call, context.argument, context.flows)] = None


def makes(into: Effects, context: Context) -> None:
    """Something new stands here: it can be changed even where it holds only what cannot. What a call gives is new anyway."""
    if context.call < 0 and context.flows:
        into.flags |= StatementFlag.MAKES


class Depth:
    """How deep the recursion of one lowering is, over all the bodies inside one another."""

    __slots__ = ("is_outline", "now")

    def __init__(self, *, is_outline: bool = False) -> None:
        self.now = 0
        self.is_outline = is_outline
        """Functions inside are not looked into."""

    @property
    def is_great(self) -> bool:
        """What lies deeper is not taken apart."""
        return self.now > DEEPEST


DEEPEST: Final = 100
"""Levels of statements, expressions and functions inside one another. Python itself allows 100 levels of indentation."""
