"""Lua's `require`, a call by the grammar and an import by use."""

from tree_sitter import Node

from lepasserelle.model import ImportFlag
from lepasserelle.parse.spec import BoundName


def lua_imports(node: Node, data: bytes) -> list[BoundName]:
    """`local x = require "a.b"` binds the module, `require("a.b").c` a member; `dofile` includes a file."""
    call = _call(node)
    if call is None:
        return []
    members: list[str] = []
    while call is not None and call.type == "dot_index_expression":
        members.insert(0, _text(call.child_by_field_name("field"), data))
        call = call.child_by_field_name("table")
    arguments = call.child_by_field_name("arguments") if call is not None else None
    module = _text(arguments, data).strip("() \"'[]")
    if call is None or not module:
        return []
    if _text(call.child_by_field_name("name"), data) != "require":
        return [BoundName(module, "*", "", flags=int(ImportFlag.INCLUDE))]
    target = _target(node)
    return [BoundName(module, ".".join(members), _text(target, data))]


def _call(node: Node) -> Node | None:
    if node.type == "function_call":
        return node
    for child in node.named_children:
        if child.type == "assignment_statement":
            return _call(child)
        if child.type == "expression_list" and child.named_children:
            return child.named_children[0]
    return None


def _target(node: Node) -> Node | None:
    for child in node.named_children:
        if child.type == "assignment_statement":
            return _target(child)
        if child.type == "variable_list":
            return child.named_children[0]
    return None


def _text(node: Node | None, data: bytes) -> str:
    return data[node.start_byte : node.end_byte].decode("utf-8", "replace") if node is not None else ""
