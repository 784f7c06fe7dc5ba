"""Rust's `use` trees, `extern crate` and `mod name;` as imports; calls inside macro arguments, which no grammar parses."""

from tree_sitter import Node

from lepasserelle.model import ImportFlag
from lepasserelle.parse.spec import BoundName, Token


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
            inner = prefix + _parts(node.child_by_field_name("path"), data)
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


_ROOTS = frozenset({"identifier", "self", "crate", "super", "metavariable", "primitive_type"})
_MEMBERS = _ROOTS | {"integer_literal", "await"}
_RECEIVERS = {"self": "<self>", "Self": "<class>"}


def of_own_module(node: Node, data: bytes) -> str:
    """`self::f` as it is written: its `self` is the module around, and the receiver only before a dot."""
    return ".".join(_parts(node, data))


def macro_tokens(tree: Node, data: bytes, *, items: bool = False) -> list[Token]:
    """Calls and reads in the arguments of a macro, put together from tokens: `self.a.run(1)` is a call of `<self>.a.run`. `items`:
    with reads of items (`all[]`).

    Patterns and generic arguments are not told apart from expressions; a name before `:` (a field of a struct literal) is left out.
    """
    found: list[Token] = []
    trees = [tree]
    while trees:
        children = trees.pop().children
        index = 0
        while index < len(children):
            child = children[index]
            if child.type == "token_tree":
                trees.append(child)
            index = _follow(children, index, data, found, trees, items=items) if child.type in _ROOTS else index + 1
    return found


def _follow(children: list[Node], index: int, data: bytes, found: list[Token], trees: list[Node], *, items: bool) -> int:
    """Read one chain that begins at `index`; the index after it."""
    root = children[index]
    name = _text(root, data)
    index += 1
    in_module = name == "self" and index < len(children) and children[index].type == "::"
    chain, end, called = name if in_module else _RECEIVERS.get(name, name), root.end_byte, False
    while index < len(children):
        token = children[index]
        after = children[index + 1] if index + 1 < len(children) else None
        if token.type in (".", "::") and after is not None and after.type in _MEMBERS:
            if _text(after, data) != "await":
                chain, end, called = f"{chain}.{_text(after, data)}", after.end_byte, False
            index += 1
        elif token.type == "token_tree" and token.start_byte == end:
            trees.append(token)
            called = token.children[0].type == "("
            if called:
                found.append(Token(root.start_byte, end, True, chain, _arguments(token)))
            chain, end = chain + ("()" if called else "[]"), token.end_byte
        elif token.type in ("?", "!") and token.start_byte == end:
            end = token.end_byte
        else:
            break
        index += 1
    is_field = index < len(children) and children[index].type == ":"
    if not called and not is_field and (items or not chain.endswith("[]")) and root.type != "metavariable":
        found.append(Token(root.start_byte, end, False, chain, -1))
    return index


def _arguments(tree: Node) -> int:
    inner = tree.children[1:-1]
    if not inner:
        return 0
    return sum(child.type == "," for child in inner) + (inner[-1].type != ",")
