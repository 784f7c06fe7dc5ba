"""Items of Rust that stand in the arguments of a macro (`cfg_net! { pub mod tcp; }`), which the grammar leaves as loose tokens.

A macro that stands where items do is given whole items as a rule, and puts them where it stands. What is parsed then has the macro
called with nothing, and the items behind it: `cfg_net!{}  pub mod tcp;`. No byte moves and no line ends elsewhere.

Not for arguments that are no items by the grammar alone (`bitflags! { struct A: u8 {} }`), for statics that their macro gives
another type, and where there is no blank to close the brackets in; those are left as tokens. Bounded: what a text's macros hold is
parsed once, and the text once more for each level of macros in macros.
"""

import re
from collections.abc import Iterator
from typing import Final

from tree_sitter import Node, Parser, Tree

from lepasserelle.parse.trees import tree_of

_CALLED: Final = re.compile(rb"(?:^|[;{}])[ \t]*+(?P<name>[A-Za-z_][\w:]*+)!", re.MULTILINE)
"""What may be a macro that stands where an item does."""
_HOLDS: Final = re.compile(rb"\b(?:fn|struct|enum|union|trait|impl|mod|use|type|const|static)\b")
_MARK: Final = re.compile(rb"^[ \t]*+(?P<mark>@\w++(?:[ \t]++\w++)?)[ \t]*+\r?$", re.MULTILINE)
"""A word to the macro alone on its line (`@section self`), where no line of an item begins so."""
_RETYPED: Final = frozenset({b"thread_local"})
"""Macros of the standard library that make something else of what they are given."""
_AROUND: Final = frozenset({"source_file", "declaration_list"})
_ITEMS: Final = frozenset(
    {
        "function_item",
        "function_signature_item",
        "struct_item",
        "enum_item",
        "union_item",
        "trait_item",
        "impl_item",
        "mod_item",
        "foreign_mod_item",
        "type_item",
        "associated_type",
        "const_item",
        "static_item",
        "use_declaration",
        "extern_crate_declaration",
        "macro_definition",
    }
)
_BESIDE: Final = frozenset(
    {"attribute_item", "inner_attribute_item", "line_comment", "block_comment", "empty_statement", "macro_invocation"}
)


def opened(parser: Parser, tree: Tree, text: bytes) -> bytes:
    """The text with the items of its macros beside the macros; the same where there are none."""
    mended: bytearray | None = None
    for name, arguments in _macros(tree.root_node, text):
        start, end = arguments.start_byte, arguments.end_byte
        closing = _blank(text, name, start)
        if closing < 0 or _HOLDS.search(text, start, end) is None:
            continue
        inner = _MARK.sub(_blanked, text[start + 1 : end - 1])
        if _are_items(parser, inner):
            mended = mended or bytearray(text)
            mended[start + 1 : end - 1] = inner
            mended[start] = mended[end - 1] = ord(" ")
            mended[min(start, closing - 1)], mended[closing] = b"{}"
    return bytes(mended) if mended is not None else text


def _macros(root: Node, text: bytes) -> Iterator[tuple[int, Node]]:
    """(the end of the name, the arguments) of each macro that stands where an item does."""
    for found in _CALLED.finditer(text):
        start, end = found.span("name")
        node = root.descendant_for_byte_range(start, end + 1)
        if node is None or node.type != "macro_invocation" or node.start_byte != start or found["name"] in _RETYPED:
            continue
        around = node.parent
        if around is not None and around.type == "expression_statement":
            around = around.parent
        arguments = node.children[-1]
        if around is not None and around.type in _AROUND and arguments.type == "token_tree" and arguments.named_child_count:
            yield end + 1, arguments


def _blank(text: bytes, name_end: int, start: int) -> int:
    """Where a bracket can be closed that opens at `start`, or a byte before it; -1 where no blank is near."""
    if start > name_end:
        return start
    at = start + 1
    while text[at : at + 1] in (b"\r", b"\n"):
        at += 1
    return at if text[at : at + 1] in (b" ", b"\t") else -1


def _blanked(found: re.Match[bytes]) -> bytes:
    start, end = found.span("mark")
    return b"".join((found[0][: start - found.start()], b" " * (end - start), found[0][end - found.start() :]))


def _are_items(parser: Parser, inner: bytes) -> bool:
    """Whether a text is items and nothing else."""
    tree = tree_of(parser, inner)
    if tree is None or tree.root_node.has_error:
        return False
    kinds = {_kind(child) for child in tree.root_node.named_children}
    return kinds <= _ITEMS | _BESIDE and not kinds.isdisjoint(_ITEMS)


def _kind(child: Node) -> str:
    """The type of a node; of a macro with a semicolon that of the macro."""
    inner = child.named_children[0] if child.type == "expression_statement" and child.named_child_count == 1 else child
    return inner.type if inner.type == "macro_invocation" else child.type
