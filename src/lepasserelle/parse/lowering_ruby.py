"""What tables cannot say of Ruby: `require` in its forms, which methods a bare `private` hides, and which one `super` calls."""

import re

from tree_sitter import Node

from lepasserelle.model import ImportFlag
from lepasserelle.parse.spec import BoundName, Token

_BODIES = frozenset(
    {
        "program",
        "class",
        "module",
        "singleton_class",
        "body_statement",
        "do_block",
        "block",
        "block_body",
        "assignment",
        "call",
        "begin",
    }
)
_ATTRIBUTES = frozenset({b"attr_reader", b"attr_writer", b"attr_accessor", b"attr"})
_HIDING = frozenset({b"private", b"protected"})
_SAID = re.compile(r"\w+[?!=]?")
"""Names of methods that stand in a chain as they are written."""
_NAMING = frozenset({b"private", b"protected", b"private_class_method", b"private_constant"})


def ruby_imports(node: Node, data: bytes) -> list[BoundName]:
    """`require "x"`, `require_relative "x"`, `load "x"`, `autoload :Name, "x"`."""
    method = node.child_by_field_name("method")
    arguments = node.child_by_field_name("arguments")
    if method is None or arguments is None:
        return []
    path = next((_text(child, data)[1:-1] for child in arguments.named_children if child.type == "string"), "")
    word = _text(method, data)
    if word == "autoload":
        name = _text(arguments.named_children[0], data).lstrip(":")
        return [BoundName(path, name, name)]
    return [BoundName(path, "*", "", flags=ImportFlag.INCLUDE if word == "require_relative" else 0)]


def _text(node: Node, data: bytes) -> str:
    return data[node.start_byte : node.end_byte].decode("utf-8", "replace")


def overridden(node: Node, data: bytes) -> str:
    """`super` calls the parent's method that has the name of the method around; `?` for operators, and where none is around."""
    name, around = "", node.parent
    while around is not None and not name and around.type not in ("class", "module"):
        if around.type in ("method", "singleton_method"):
            named = around.child_by_field_name("name")
            name = _text(named, data) if named is not None else "?"
        elif around.type == "call":
            name = _defined(around, node, data)
        around = around.parent
    if not _SAID.fullmatch(name):
        return "?"
    parent = node.parent
    called = parent is not None and parent.type == "call" and parent.child_by_field_name("method") == node
    return f"<super>.{name}" if called else f"<super>.{name}()"


def _defined(call: Node, inside: Node, data: bytes) -> str:
    """The name of the method that `define_method(:name) { … }` defines with the block that a node stands in."""
    method, arguments, block = (call.child_by_field_name(field) for field in ("method", "arguments", "block"))
    if (
        method is None
        or arguments is None
        or block is None
        or method.text != b"define_method"
        or inside.start_byte < block.start_byte
    ):
        return ""
    first = arguments.named_children[0] if arguments.named_children else None
    return _text(first, data).lstrip(":") if first is not None and first.type == "simple_symbol" else "?"


def hidden_methods(root: Node) -> frozenset[int]:
    """First bytes of the names of methods and attributes that are private or protected."""
    hidden: set[int] = set()
    stack = [root]
    while stack:
        node = stack.pop()
        if node.type in ("program", "body_statement"):
            _read_body(node, hidden)
        stack.extend(child for child in node.named_children if child.type in _BODIES)
    return frozenset(hidden)


def _read_body(body: Node, hidden: set[int]) -> None:
    hiding = False
    named: set[bytes] = set()
    places: list[tuple[bytes, int]] = []
    for child in body.named_children:
        if child.type == "identifier":
            hiding = child.text in _HIDING if child.text in _HIDING | {b"public", b"module_function"} else hiding
        elif child.type in ("method", "singleton_method"):
            _name(child, hiding and child.type == "method", hidden, places)
        elif child.type == "call":
            _read_call(child, hiding, hidden, named, places)
    hidden.update(place for name, place in places if name in named)


def _name(method: Node, hiding: bool, hidden: set[int], places: list[tuple[bytes, int]]) -> None:
    name = method.child_by_field_name("name")
    if name is None or name.text is None:
        return
    places.append((name.text, name.start_byte))
    if hiding:
        hidden.add(name.start_byte)


def _read_call(call: Node, hiding: bool, hidden: set[int], named: set[bytes], places: list[tuple[bytes, int]]) -> None:
    method = call.child_by_field_name("method")
    arguments = call.child_by_field_name("arguments")
    if method is None or arguments is None or call.child_by_field_name("receiver") is not None:
        return
    for argument in arguments.named_children:
        if method.text in _NAMING and argument.type in ("method", "singleton_method"):
            _name(argument, True, hidden, places)
        elif method.text in _NAMING and argument.type == "simple_symbol" and argument.text is not None:
            named.add(argument.text[1:])
        elif method.text in _ATTRIBUTES and argument.type == "simple_symbol" and argument.text is not None:
            places.append((argument.text[1:], argument.start_byte))
            if hiding:
                hidden.add(argument.start_byte)


def named_by_symbol(symbol: Node, data: bytes) -> list[Token]:
    """The method that an alias runs, named by its symbol."""
    name = data[symbol.start_byte + 1 : symbol.end_byte].decode("utf-8", "replace")
    return [Token(symbol.start_byte, symbol.end_byte, True, name, -1)] if _SAID.fullmatch(name) else []
