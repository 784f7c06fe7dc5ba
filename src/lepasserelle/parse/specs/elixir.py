"""Elixir: definitions are calls; the clauses of one function with one arity are one definition."""

import re
from types import MappingProxyType

from lepasserelle.model import NodeKind
from lepasserelle.parse.lowering_elixir import delegated, elixir_arity, elixir_clause, elixir_imports
from lepasserelle.parse.spec import Head, LanguageSpec

_PRIVATE = frozenset({"defp", "defmacrop", "defguardp", "typep"})


def visible(head: Head) -> bool:
    """Everything but the private forms; module attributes and tests are seen inside of their module only."""
    return head.words.isdisjoint(_PRIVATE) and head.kind is not NodeKind.CONSTANT and "test" not in head.words


def test_call(head: Head) -> bool:
    """`test "…" do`."""
    return "test" in head.words


SPEC = LanguageSpec(
    name="elixir",
    grammar=("tree_sitter_elixir", "language"),
    names=frozenset({"identifier", "alias", "atom"}),
    members=MappingProxyType({"dot": ("left", "right")}),
    calls=MappingProxyType({"call": "target"}),
    subscripts=MappingProxyType({"access_call": "target"}),
    transparent=MappingProxyType({"struct": "", "body": "", "unary_operator": "operand"}),
    receivers=MappingProxyType({"__MODULE__": "<class>"}),
    literals=MappingProxyType(
        {
            "string": "<str>",
            "charlist": "<list>",
            "sigil": "<str>",
            "integer": "<int>",
            "float": "<float>",
            "boolean": "<bool>",
            "nil": "<none>",
            "list": "<list>",
            "tuple": "<tuple>",
            "map": "<dict>",
            "bitstring": "<bytes>",
        }
    ),
    patterns=frozenset({"map", "map_content", "keywords", "tuple", "list", "binary_operator", "bitstring"}),
    pattern_keys=MappingProxyType({"pair": ("key", "value")}),
    pattern_constants=frozenset(
        {"struct", "atom", "alias", "unary_operator", "call", "quoted_atom", "char", "quoted_keyword", "dot"}
    ),
    arity=elixir_arity,
    tokens=delegated,
    clause=elixir_clause,
    name_tail=re.compile(r"^:|:\s*$"),
    name_joint=re.compile(r",\s*for:\s*"),
    exported=visible,
    test=test_call,
    documentation_comment=None,
    imports=elixir_imports,
    claims=MappingProxyType(
        {
            **dict.fromkeys(("definitions", "parents", "signature", "documentation", "imports", "calls", "bases", "reads"), "yes"),
            "writes": "n.a.",
        }
    ),
)
