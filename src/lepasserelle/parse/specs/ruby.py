"""Ruby 3: modules are mixed in, so they are interfaces; blocks belong to their scope, `->` and `lambda` do not."""

import re

from lepasserelle.model import NodeKind
from lepasserelle.parse.lowering_ruby import hidden_methods, named_by_symbol, overridden, ruby_imports
from lepasserelle.parse.spec import Head, LanguageSpec


def visible(head: Head) -> bool:
    """Everything but instance and global variables; what `private` hides is taken away by `hidden_methods`."""
    return head.name[:1] not in ("@", "$")


def is_test(head: Head) -> bool:
    """Methods that Minitest runs."""
    return head.kind is NodeKind.METHOD and head.name.startswith("test_")


SPEC = LanguageSpec(
    name="ruby",
    grammar=("tree_sitter_ruby", "language"),
    names=frozenset({"identifier", "constant", "instance_variable", "class_variable", "global_variable", "operator", "setter"}),
    members={"scope_resolution": ("scope", "name")},
    methods={"call": ("receiver", "method")},
    instantiations={"new": frozenset({"constant", "scope_resolution"})},
    subscripts={"element_reference": "object"},
    transparent={
        "parenthesized_statements": "",
        "splat_argument": "",
        "block_argument": "",
        "argument_list": "",
        "rest_assignment": "",
    },
    receivers={"self": "<self>"},
    literals={
        "string": "<str>",
        "chained_string": "<str>",
        "heredoc_beginning": "<str>",
        "simple_symbol": "<str>",
        "delimited_symbol": "<str>",
        "subshell": "<str>",
        "character": "<str>",
        "integer": "<int>",
        "float": "<float>",
        "true": "<bool>",
        "false": "<bool>",
        "nil": "<none>",
        "array": "<list>",
        "string_array": "<list>",
        "symbol_array": "<list>",
        "hash": "<dict>",
        "regex": "<regex>",
    },
    roots={"super": overridden},
    plain=re.compile(rb"(?!super\Z)[A-Za-z_]\w*[?!]?"),
    patterns=frozenset({"left_assignment_list", "rest_assignment", "destructured_left_assignment"}),
    spread=frozenset({"splat_argument", "hash_splat_argument"}),
    constructors=frozenset({"initialize"}),
    instance_field=re.compile(r"(@@?\w+)"),
    assignment_binds=True,
    never_local=re.compile(r"[@$A-Z].*"),
    tokens=named_by_symbol,
    hidden=hidden_methods,
    exported=visible,
    test=is_test,
    imports=ruby_imports,
    claims=dict.fromkeys(
        ("definitions", "parents", "signature", "documentation", "imports", "calls", "bases", "reads", "writes"), "yes"
    ),
)
"""The tables of Ruby."""
