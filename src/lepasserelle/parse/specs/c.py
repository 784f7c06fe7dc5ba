"""C: declarators are seen through by `transparent`, so that `*(*table)[3]` names `table`. Macros are named, never expanded."""

import re
from types import MappingProxyType

from lepasserelle.model import NodeFlag
from lepasserelle.parse.lone_macros import without_lone_macros, without_macros_of_types
from lepasserelle.parse.lost_heads import lost_heads
from lepasserelle.parse.lowering_c import c_includes
from lepasserelle.parse.spec import CONDITIONS, Head, LanguageSpec

DECLARATORS = {
    "pointer_declarator": "declarator",
    "array_declarator": "declarator",
    "function_declarator": "declarator",
    "init_declarator": "declarator",
    "parenthesized_declarator": "",
    "attributed_declarator": "",
    "bitfield_clause": "",
}
"""What stands around a declared name."""


def not_static(head: Head) -> bool:
    """External linkage: what another translation unit can name."""
    return "static" not in head.words


DOXYGEN = re.compile(r"^\s*(?://[/!]?<?|/\*[*!]?<?|\*/|\*)\s?|\s*\*+/\s*$", re.MULTILINE)

ALL_BUT_BASES = MappingProxyType(
    {
        **dict.fromkeys(("definitions", "parents", "signature", "documentation", "imports", "calls", "reads", "writes"), "yes"),
        "bases": "n.a.",
    }
)

LITERALS = {
    "string_literal": "<str>",
    "concatenated_string": "<str>",
    "char_literal": "<int>",
    "number_literal": "<int>",
    "true": "<bool>",
    "false": "<bool>",
    "null": "<none>",
    "initializer_list": "<list>",
}

SPEC = LanguageSpec(
    name="c",
    grammar=("tree_sitter_c", "language"),
    prepare=without_macros_of_types,
    mend=without_lone_macros,
    lost=lost_heads,
    unseen=CONDITIONS,
    names=frozenset({"identifier", "field_identifier", "type_identifier", "primitive_type", "sized_type_specifier"}),
    members=MappingProxyType({"field_expression": ("argument", "field")}),
    calls=MappingProxyType({"call_expression": "function"}),
    subscripts=MappingProxyType({"subscript_expression": "argument"}),
    transparent=MappingProxyType(
        {
            **DECLARATORS,
            "parenthesized_expression": "",
            "pointer_expression": "argument",
            "cast_expression": "value",
            "struct_specifier": "name",
            "union_specifier": "name",
            "enum_specifier": "name",
            "type_descriptor": "type",
        }
    ),
    declarators=MappingProxyType(DECLARATORS),
    function_values=frozenset({"identifier", "pointer_expression", "lambda_expression", "qualified_identifier"}),
    plain_types=frozenset(
        {
            "bool",
            "char",
            "double",
            "float",
            "int",
            "int8_t",
            "int16_t",
            "int32_t",
            "int64_t",
            "long",
            "short",
            "signed",
            "size_t",
            "ssize_t",
            "uint8_t",
            "uint16_t",
            "uint32_t",
            "uint64_t",
            "unsigned",
            "void",
        }
    ),
    function_declarators=frozenset({"function_declarator"}),
    choices=MappingProxyType({"conditional_expression": ("consequence", "alternative")}),
    literals=MappingProxyType(LITERALS),
    modifiers=MappingProxyType({"static": NodeFlag.STATIC}),
    exported=not_static,
    documentation_comment=re.compile(rb"(?!/[*/][*/!]<)"),
    trailing_comment=re.compile(rb"/[*/][*/!]<"),
    comment_markers=DOXYGEN,
    imports=c_includes,
    claims=ALL_BUT_BASES,
)
