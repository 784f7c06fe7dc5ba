"""Lua: tables with methods are classes; `local` hides from other files, what a module returns is not followed."""

import re
from types import MappingProxyType

from lepasserelle.model import NodeKind
from lepasserelle.parse.lowering_lua import lua_imports
from lepasserelle.parse.spec import Head, LanguageSpec


def reachable(head: Head) -> bool:
    """What is not `local`: globals, and members of tables, for a module hands its table out."""
    return "local" not in head.words and not head.name.startswith("_") and head.parent is not NodeKind.FUNCTION


SPEC = LanguageSpec(
    name="lua",
    grammar=("tree_sitter_lua", "language"),
    names=frozenset({"identifier"}),
    members=MappingProxyType({"dot_index_expression": ("table", "field"), "method_index_expression": ("table", "method")}),
    calls=MappingProxyType({"function_call": "name"}),
    subscripts=MappingProxyType({"bracket_index_expression": "table"}),
    transparent=MappingProxyType({"parenthesized_expression": ""}),
    receivers=MappingProxyType({"self": "<self>"}),
    receiver_makes_class=True,
    literals=MappingProxyType(
        {
            "string": "<str>",
            "number": "<int>",
            "true": "<bool>",
            "false": "<bool>",
            "nil": "<none>",
            "table_constructor": "<dict>",
        }
    ),
    spread=frozenset({"vararg_expression"}),
    table_values=frozenset({"identifier", "dot_index_expression"}),
    exported=reachable,
    documentation_comment=re.compile(rb"--"),
    comment_markers=re.compile(r"^\s*(?:--\[=*\[|--+)\s?|\s*(?:--)?\]=*\]\s*$", re.MULTILINE),
    imports=lua_imports,
    claims=MappingProxyType(
        dict.fromkeys(
            ("definitions", "parents", "signature", "documentation", "imports", "calls", "bases", "reads", "writes"), "yes"
        )
    ),
)
