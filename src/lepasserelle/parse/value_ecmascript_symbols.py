"""Symbols of ECMAScript as constants of the value code: keys that nothing else is.

Each call of `Symbol` is a symbol of its own, however often it runs; `Symbol.for` gives the same one wherever its text is the same.
As constants they move like texts, through imports and exports too, and what is put or read under one is under that key alone. Not
here: the symbols that the language knows (`Symbol.iterator`), which are named where they stand.
"""

from typing import TYPE_CHECKING

from tree_sitter import Node

if TYPE_CHECKING:
    from lepasserelle.parse.value_ecmascript import EcmaExpressions

_LONGEST = 60
_BOUND_BY = {"variable_declarator": "name", "pair": "key", "assignment_expression": "left", "field_definition": "property",
             "public_field_definition": "name"}  # fmt: skip
"""What gives a symbol its name → the field where that stands."""


def symbol(walk: "EcmaExpressions", node: Node, callee: Node, arguments: list[int]) -> int:
    """The constant of the symbol that a call gives; 0 where it gives none."""
    text = walk.text(callee)
    if text not in ("Symbol", "Symbol.for") or walk.block.find("Symbol") is not None:
        return 0
    if text == "Symbol":
        return -walk.rows.word(f"s[Symbol {_told(walk, node)}]")
    known = arguments[1] if len(arguments) == 2 and arguments[0] == 0 else 0
    return -walk.rows.word(f"s[Symbol.for {walk.rows.words_in_order[-known][1:]}]") if known < 0 else 0


def _told(walk: "EcmaExpressions", node: Node) -> str:
    """What tells a call of `Symbol` from others, also those of other files: what it names and says, and which one it is here."""
    around = node.parent
    field = _BOUND_BY.get(around.type) if around is not None else None
    name = around.child_by_field_name(field) if around is not None and field is not None else None
    given = node.child_by_field_id(walk.fields["arguments"])
    said = (walk.text(part)[:_LONGEST] if part is not None else "" for part in (name, given))
    return f"{' '.join(said)} {walk.data.count(b'Symbol(', 0, node.start_byte)}"
