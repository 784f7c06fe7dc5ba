"""Where a statement comes to stand while a body is lowered."""

from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

from lepasserelle.model.body import Arm

if TYPE_CHECKING:
    from tree_sitter import Node

    from lepasserelle.parse.bodies.lowering import Lowering


class Spot(NamedTuple):
    """Where a statement comes to stand."""

    parent: int
    arm: int
    sink: "Sink | None" = None
    """What the value of the block's last expression is for."""
    label: str = ""

    def under(self, number: int, arm: Arm) -> "Spot":
        """Inside a statement that stands here."""
        return Spot(number, arm, self.sink)


Sink = Callable[["Lowering", "Node", Spot], None]
