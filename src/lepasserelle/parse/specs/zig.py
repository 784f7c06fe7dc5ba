"""Zig: containers are values, so a type is the `const` that holds it; `self` is a convention that everyone keeps."""

import re
from types import MappingProxyType

from lepasserelle.model import NodeKind
from lepasserelle.parse.lowering_zig import of_expected_type, zig_arity, zig_imports
from lepasserelle.parse.spec import Head, LanguageSpec


def visible(head: Head) -> bool:
    """`pub` or `export`; fields and members of enums cannot be hidden."""
    return "pub" in head.words or "export" in head.words or head.kind in (NodeKind.FIELD, NodeKind.ENUM_MEMBER)


def test_block(head: Head) -> bool:
    """`test "…" { }`."""
    return "test" in head.words


SPEC = LanguageSpec(
    name="zig",
    grammar=("tree_sitter_zig", "language"),
    names=frozenset({"identifier", "builtin_identifier", "builtin_type"}),
    members=MappingProxyType({"field_expression": ("object", "member")}),
    calls=MappingProxyType({"call_expression": "function", "builtin_function": ""}),
    subscripts=MappingProxyType({"index_expression": "object", "slice_expression": "object"}),
    transparent=MappingProxyType(
        {
            "parenthesized_expression": "",
            "dereference_expression": "",
            "null_coercion_expression": "",
            "try_expression": "",
            "await_expression": "",
            "unary_expression": "",
            "pointer_type": "",
            "nullable_type": "",
            "error_union_type": "ok",
            "catch_expression": "",
            "struct_initializer": "",
        }
    ),
    receivers=MappingProxyType({"self": "<self>", "@This()": "<class>"}),
    literals=MappingProxyType(
        {
            "string": "<str>",
            "multiline_string": "<str>",
            "integer": "<int>",
            "float": "<float>",
            "character": "<int>",
            "boolean": "<bool>",
            "null": "<none>",
            "undefined": "<none>",
        }
    ),
    rooted=frozenset({"field_expression"}),
    roots=MappingProxyType({"field_expression": of_expected_type}),
    arity=zig_arity,
    exported=visible,
    test=test_block,
    documentation_comment=re.compile(rb"///(?!/)"),
    comment_markers=re.compile(r"^\s*//[/!]\s?", re.MULTILINE),
    imports=zig_imports,
    claims=MappingProxyType(
        {
            **dict.fromkeys(("definitions", "parents", "signature", "documentation", "imports", "calls", "reads", "writes"), "yes"),
            "bases": "n.a.",
        }
    ),
)
