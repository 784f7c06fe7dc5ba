"""Rust's `use` trees, `extern crate` and `mod name;` as imports; calls inside macro arguments, which no grammar parses."""

from tree_sitter import Node

from lepasserelle.model import ImportFlag
from lepasserelle.parse.spec import BoundName


def rust_imports(node: Node, data: bytes) -> list[BoundName]:
    """What a `use`, `extern crate` or `mod name;` binds. A visibility makes it a re-export; `super` steps are the level."""
    flags = int(ImportFlag.REEXPORT) if any(child.type == "visibility_modifier" for child in node.named_children) else 0
    if node.type == "extern_crate_declaration":
        name = _text(node.child_by_field_name("name"), data)
        return [BoundName(name, "", _text(node.child_by_field_name("alias"), data) or name, flags=flags)]
    if node.type == "mod_item":
        name = _text(node.child_by_field_name("name"), data)
        return [BoundName(f"self.{name}", "", name, flags=flags)]
    argument = node.child_by_field_name("argument")
    return [] if argument is None else [_bound(path, alias, flags) for path, alias in _leaves(argument, data)]


def _leaves(argument: Node, data: bytes) -> list[tuple[list[str], str]]:
    """Every path of a use tree, in order, with its alias (empty: none given)."""
    leaves = []
    stack: list[tuple[Node, list[str]]] = [(argument, [])]
    while stack:
        node, prefix = stack.pop()
        if node.type in ("use_list", "scoped_use_list"):
            path = node.child_by_field_name("path")
            inner = prefix + _parts(path, data)
            members = node if node.type == "use_list" else node.child_by_field_name("list")
            if members is not None:
                stack.extend((child, inner) for child in reversed(members.named_children) if not child.is_extra)
        elif node.type == "use_as_clause":
            path = prefix + _parts(node.child_by_field_name("path"), data)
            leaves.append((path, _text(node.child_by_field_name("alias"), data)))
        elif node.type == "use_wildcard":
            leaves.append((prefix + _parts(node.named_children[0] if node.named_children else None, data) + ["*"], ""))
        else:
            leaves.append((prefix + _parts(node, data), ""))
    return leaves


def _bound(path: list[str], alias: str, flags: int) -> BoundName:
    level = 0
    while path and path[0] == "super":
        level += 1
        path = path[1:]
    if path and path[-1] == "self":
        path = path[:-1]
        return BoundName(".".join(path), "", alias or (path[-1] if path else ""), level, flags)
    if not path:
        return BoundName("", "", alias, level, flags)
    name = path[-1]
    if len(path) == 1 and not level:
        return BoundName(name, "", alias or name, level, flags)
    return BoundName(".".join(path[:-1]), name, "" if name == "*" else (alias or name), level, flags)


def _parts(node: Node | None, data: bytes) -> list[str]:
    return [part for part in _text(node, data).split("::") if part]


def _text(node: Node | None, data: bytes) -> str:
    if node is None:
        return ""
    return "".join(data[node.start_byte : node.end_byte].decode("utf-8", "replace").split())
