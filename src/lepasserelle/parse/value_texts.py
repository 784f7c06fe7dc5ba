"""Python's texts to value code: constants, texts put together of which a part is known, and who is asked for the rest of them.

A text whose beginning, end or middle is known is a constant too, word `f…` with `*` for each part that is not known: a member that
is asked for by such a name (`getattr(self, f"visit_{kind}")`) is one of those that the text fits.
"""

import re
from typing import TYPE_CHECKING

from tree_sitter import Node

if TYPE_CHECKING:
    from lepasserelle.parse.value_python import Expressions

_QUOTES = frozenset({b'"', b"'"})
_LONGEST = 42
_PART = re.compile(r"[A-Za-z_0-9]*")
_PERCENT = re.compile(r"%(?:\(\w*\))?[-#0 +]*(?:\d+|\*)?(?:\.(?:\d+|\*))?([a-zA-Z%])")
_FIELD = re.compile(r"\{\{|\}\}|\{[^{}]*\}")
_CASES = {"lower": str.lower, "upper": str.upper}
_CONVERSIONS = {"!r": "__repr__", "!a": "__repr__", "!s": "__str__"}


def string(walk: "Expressions", node: Node) -> int:
    """The term of a literal."""
    start = node.start_byte
    if walk.data[start : start + 1] not in _QUOTES:
        return _formatted(walk, node) if is_formatted(walk, node) else 0
    end = node.end_byte
    if end - start > _LONGEST or node.named_child_count != 3:
        return 0
    return -walk.rows.word("s" + walk.data[start + 1 : end - 1].decode("utf-8", "replace"))


def is_formatted(walk: "Expressions", node: Node) -> bool:
    """Whether a literal may hold expressions."""
    first = walk.data[node.start_byte : node.start_byte + 2].lower()
    return first[:1] not in _QUOTES and (b"f" in first or b"t" in first)


def literal(walk: "Expressions", node: Node) -> str | None:
    """The text of a short literal in plain quotes."""
    if node.end_byte - node.start_byte > _LONGEST or node.named_child_count != 3:
        return None
    text = walk.data[node.start_byte : node.end_byte]
    return text[1:-1].decode("utf-8", "replace") if text[:1] in _QUOTES else None


def _formatted(walk: "Expressions", node: Node) -> int:
    parts = []
    for child in node.named_children:
        if child.type == "string_content":
            parts.append(walk.text(child))
        elif child.type == "interpolation":
            parts.append("*")
            _interpolated(walk, child)
    return pattern(walk, parts)


def pattern(walk: "Expressions", parts: list[str]) -> int:
    """The constant of a text of these parts, `*` for one that is not known; 0 where nothing of a name is known."""
    known = "".join(part for part in parts if part != "*")
    if not known or len(known) > _LONGEST or _PART.fullmatch(known) is None:
        return 0
    if "*" not in parts:
        return -walk.rows.word("s" + known)
    return -walk.rows.word("f" + re.sub(r"\*+", "*", "".join(parts)))


def _interpolated(walk: "Expressions", node: Node) -> None:
    method = "__format__"
    for child in node.named_children:
        if child.type == "type_conversion":
            method = _CONVERSIONS.get(walk.text(child), method)
        elif child.type == "format_specifier":
            walk.value(child)
    expression = next((child for child in node.named_children if child.type != "comment"), None)
    if expression is not None:
        walk.operate(walk.value(expression), method, 0, expression)


def joined(walk: "Expressions", left: int, right: int) -> int:
    """`left + right` where one of them is a text that is known."""
    texts = [_text_of(walk, left), _text_of(walk, right)]
    if all(text == "*" for text in texts):
        return 0
    return pattern(walk, [part for text in texts for part in re.split(r"(\*)", text) if part])


def _text_of(walk: "Expressions", term: int) -> str:
    if term >= 0:
        return "*"
    word = walk.rows.words_in_order[-term]
    return word[1:] if word[:1] in ("s", "f") else "*"


def percent(walk: "Expressions", node: Node, right: int) -> int:
    """`"…" % right`."""
    text = walk.text(node)
    kinds = {found.group(1) for found in _PERCENT.finditer(text)}
    for kind, method in (("s", "__str__"), ("r", "__repr__")):
        if kind in kinds:
            walk.operate(right, method, 0, node)
    known = literal(walk, node)
    return _with_holes(walk, _PERCENT, known) if known is not None and "%%" not in known else 0


def is_format(walk: "Expressions", callee: Node) -> bool:
    """Whether a member whose text ends so is `format` of a literal."""
    parts = callee.named_children
    return walk.text(parts[-1]) == "format" and parts[0].type == "string"


def formatted(walk: "Expressions", node: Node, arguments: list[int]) -> int:
    """`"…".format(arguments)`."""
    for at in range(0, len(arguments), 2):
        walk.operate(arguments[at + 1], "__format__", 0, node)
    known = literal(walk, node)
    return _with_holes(walk, _FIELD, known) if known is not None else 0


def in_case(walk: "Expressions", constant: tuple[int, int], callee: Node, given: Node) -> int:
    """`text.lower()` or `text.upper()` of a text of which something is known; 0 for all other calls. `constant`: what a member was
    taken from, and where that ends.
    """
    text, end = constant
    name = walk.text(callee.named_children[-1]) if text and end == callee.end_byte and callee.type == "attribute" else ""
    if given.named_child_count or name not in _CASES:
        return 0
    cased = _CASES[name](_text_of(walk, text))
    return pattern(walk, [part for part in re.split(r"(\*)", cased) if part])


def _with_holes(walk: "Expressions", hole: re.Pattern[str], text: str) -> int:
    parts: list[str] = []
    end = 0
    for found in hole.finditer(text):
        parts += [text[end : found.start()], "*"]
        end = found.end()
    return pattern(walk, [part for part in [*parts, text[end:]] if part])


def deleted_item(walk: "Expressions", node: Node) -> None:
    """`del base[key]`."""
    children = node.named_children
    base, key = walk.value(children[0]), walk.value(children[-1])
    walk.operate(base, "__delitem__", key, node)
