"""`#include` of C and `using` of C++ as imports; the members of C++ classes that stand in private sections."""

from tree_sitter import Node

from lepasserelle.model import ImportFlag
from lepasserelle.parse.spec import BoundName


def c_includes(node: Node, data: bytes) -> list[BoundName]:
    """What an `#include` brings in: every name of the file; a path that a macro gives is left as written."""
    path = node.child_by_field_name("path")
    if path is None:
        return []
    text = _text(path, data)
    if text[:1] == "<":
        return [BoundName(text.strip("<>"), "*", "", flags=int(ImportFlag.SYSTEM))]
    return [BoundName(text.strip('"'), "*", "", flags=int(ImportFlag.INCLUDE))]


def cpp_imports(node: Node, data: bytes) -> list[BoundName]:
    """An include, `using namespace a::b` (all of it) or `using a::b` (one name)."""
    if node.type == "namespace_alias_definition" and node.named_child_count > 1:
        alias, aliased = _text(node.named_children[0], data), _text(node.named_children[-1], data)
        return [BoundName(aliased.replace("::", ".").lstrip("."), "", alias)]
    if node.type != "using_declaration":
        return c_includes(node, data)
    named = node.named_children
    if not named:
        return []
    path = _text(named[0], data).replace("::", ".").lstrip(".")
    if any(child.type == "namespace" for child in node.children):
        return [BoundName(path, "*", "")]
    module, _, name = path.rpartition(".")
    return [BoundName(module, name, name)] if module else []


def _text(node: Node, data: bytes) -> str:
    return "".join(data[node.start_byte : node.end_byte].decode("utf-8", "replace").split())


_OUTSIDE_CODE = frozenset(
    {
        "translation_unit",
        "namespace_definition",
        "declaration_list",
        "linkage_specification",
        "template_declaration",
        "preproc_ifdef",
        "preproc_if",
        "preproc_else",
        "preproc_elif",
        "field_declaration",
        "declaration",
        "type_definition",
        "class_specifier",
        "struct_specifier",
        "union_specifier",
    }
)


def hidden_members(root: Node) -> frozenset[int]:
    """First bytes of the names of private members. Function bodies are not entered."""
    hidden: set[int] = set()
    stack = [root]
    while stack:
        node = stack.pop()
        if node.type == "field_declaration_list":
            holder = node.parent
            _private_names(node, "private" if holder is not None and holder.type == "class_specifier" else "public", hidden)
        elif node.type not in _OUTSIDE_CODE:
            continue
        stack.extend(node.named_children)
    return frozenset(hidden)


def _private_names(body: Node, access: str, hidden: set[int]) -> None:
    for member in body.named_children:
        if member.type == "access_specifier":
            access = member.children[0].type
        elif access == "private":
            hidden.update(_names(member))


def _names(member: Node) -> list[int]:
    """Where the names that a member declares begin."""
    inner = member.named_children[-1] if member.type == "template_declaration" and member.named_children else member
    places = []
    for declarator in inner.children_by_field_name("declarator"):
        node = declarator
        while (step := node.child_by_field_name("declarator") or _wrapped(node)) is not None:
            node = step
        places.append(node.start_byte)
    type_node = inner.child_by_field_name("type")
    for named in (inner, type_node):
        name = named.child_by_field_name("name") if named is not None else None
        if name is not None:
            places.append(name.start_byte)
    return places


def _wrapped(node: Node) -> Node | None:
    wrappers = ("reference_declarator", "parenthesized_declarator", "variadic_declarator")
    return node.named_children[0] if node.type in wrappers and node.named_children else None
