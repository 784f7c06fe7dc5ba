"""Haskell: equations are clauses, application is a call, instances extend their type, the module header says what is exported."""

import re
from types import MappingProxyType

from lepasserelle.parse.lowering_haskell import haskell_arity, haskell_clause, haskell_imports, operator_name, without_directives
from lepasserelle.parse.spec import Head, LanguageSpec


def not_local(head: Head) -> bool:
    """Everything but functions of a `where` or `let`; the export list of the header takes away from it."""
    return not head.parent.is_callable


SPEC = LanguageSpec(
    name="haskell",
    grammar=("tree_sitter_haskell", "language"),
    names=frozenset({"variable", "name", "constructor", "operator", "field_name", "qualified"}),
    calls=MappingProxyType({"apply": "function"}),
    curried=True,
    transparent=MappingProxyType(
        {
            "parens": "",
            "prefix_id": "",
            "infix_id": "",
            "strict_field": "",
            "lazy_field": "",
            "strict": "",
            "lazy": "",
            "signature": "",
        }
    ),
    generics=MappingProxyType({"apply": "constructor"}),
    plain=re.compile(rb"[A-Za-z_][\w']*(?:\.[A-Za-z_][\w']*)*"),
    literals=MappingProxyType(
        {"literal": "<int>", "list": "<list>", "tuple": "<tuple>", "unit": "<none>", "list_comprehension": "<list>"}
    ),
    patterns=frozenset(
        {
            "parens",
            "apply",
            "tuple",
            "list",
            "infix",
            "as",
            "strict",
            "lazy",
            "patterns",
            "record",
            "field_pattern",
            "irrefutable",
            "bang_pattern",
            "typed_binding",
            "signature",
        }
    ),
    pattern_constants=frozenset(
        {
            "constructor",
            "wildcard",
            "operator",
            "constructor_operator",
            "qualified",
            "field_name",
            "name",
            "view_pattern",
            "negation",
            "unit",
            "all_names",
        }
    ),
    roots=MappingProxyType(dict.fromkeys(("operator", "constructor_operator", "qualified"), operator_name)),
    prepare=without_directives,
    arity=haskell_arity,
    clause=haskell_clause,
    export_list=True,
    exported=not_local,
    documentation_comment=re.compile(rb"--+\s*\||\{-\s*\|"),
    trailing_comment=re.compile(rb"--+\s*\^|\{-\s*\^"),
    comment_markers=re.compile(r"^\s*(?:--+\s?[|^]?|\{-\s?[|^]?|-\})\s?|\s*-\}\s*$", re.MULTILINE),
    imports=haskell_imports,
    claims=MappingProxyType(
        dict.fromkeys(
            ("definitions", "parents", "signature", "documentation", "imports", "calls", "bases", "reads", "writes"), "yes"
        )
    ),
)
