"""Zig's `@import` as an import of the name that a `const` gives it; arguments are counted without a node of their own."""

from tree_sitter import Node

from lepasserelle.parse.spec import BoundName


def zig_imports(node: Node, data: bytes) -> list[BoundName]:
    """`const x = @import("a.zig")` binds the module, `const x = @import("a").b.c` a member, `usingnamespace` every name."""
    members: list[str] = []
    value = node.named_children[-1] if node.named_children else None
    while value is not None and value.type == "field_expression":
        members.append(_text(value.child_by_field_name("member"), data))
        value = value.child_by_field_name("object")
    if value is None or value.type != "builtin_function":
        return []
    module = _text(value, data).partition("(")[2].rstrip(") ").strip('"')
    name = ".".join(reversed(members))
    if node.type == "using_namespace_declaration":
        return [BoundName(f"{module}.{name}" if name else module, "*", "")]
    return [BoundName(module, name, _text(node.named_children[0], data))]


def zig_arity(call: Node) -> int:
    """Named children of a call, the callee left out."""
    return sum(not child.is_extra for child in call.named_children) - 1


def of_expected_type(node: Node, data: bytes) -> str:
    """`.init` is a member of the type that is expected where it stands, which no expression names."""
    return f"?.{_text(node.child_by_field_name('member'), data)}"


def _text(node: Node | None, data: bytes) -> str:
    return data[node.start_byte : node.end_byte].decode("utf-8", "replace") if node is not None else ""
