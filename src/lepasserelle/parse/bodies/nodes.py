"""Small questions about nodes of a syntax tree."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tree_sitter import Node


def field(node: "Node", name: str) -> "Node | None":
    """The child in a field; None without a name."""
    return node.child_by_field_name(name) if name else None


def inner_statements(node: "Node") -> list["Node"]:
    """Named children that are no comments."""
    return [child for child in node.named_children if not child.is_extra]


def first(node: "Node") -> "Node | None":
    """The first of them."""
    return next((child for child in node.named_children if not child.is_extra), None)


def last(node: "Node") -> "Node | None":
    """The last of them."""
    return next((child for child in reversed(node.named_children) if not child.is_extra), None)
