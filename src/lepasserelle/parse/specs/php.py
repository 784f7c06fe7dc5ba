"""PHP 8: names with a backslash are chains in dots, promoted parameters are fields, a trait that is used is a base."""

import re

from tree_sitter import Node

from lepasserelle.model import ImportFlag, NodeFlag, NodeKind
from lepasserelle.parse.imports import import_path
from lepasserelle.parse.spec import BoundName, Head, LanguageSpec, Token

_QUOTED = re.compile(rb"['\"]([^'\"$]+)['\"]")


def php_imports(node: Node, data: bytes) -> list[BoundName]:
    """Of `use` with its groups and aliases, and of `require 'x.php'`."""
    if node.type != "namespace_use_declaration":
        return _included(node, data)
    group = node.child_by_field_name("body")
    if group is None:
        return [_clause(clause, "", data) for clause in node.named_children if clause.type == "namespace_use_clause"]
    prefix = next((import_path(child, data) for child in node.named_children if child.type == "namespace_name"), "")
    return [_clause(clause, prefix.strip("."), data) for clause in group.named_children if clause.type == "namespace_use_clause"]


def php_aliased(method: Node, data: bytes) -> list[Token]:
    """The method of a trait that a class gives a second name (`use T { T::run as go; }`)."""
    written = data[method.start_byte : method.end_byte].decode("utf-8", "replace")
    trait, _, name = "".join(written.split()).rpartition("::")
    chain = f"{trait.strip(chr(92)).replace(chr(92), '.')}.{name}" if trait else f"<self>.{name}"
    return [Token(method.start_byte, method.end_byte, True, chain, -1)]


def _clause(clause: Node, prefix: str, data: bytes) -> BoundName:
    alias = clause.child_by_field_name("alias")
    names = [child for child in clause.named_children if child.type in ("name", "qualified_name")]
    path = import_path(names[0], data).strip(".") if names else ""
    module, _, name = f"{prefix}.{path}".strip(".").rpartition(".")
    return BoundName(module, name, import_path(alias, data) if alias is not None else name)


def _included(node: Node, data: bytes) -> list[BoundName]:
    found = _QUOTED.findall(data, node.start_byte, node.end_byte)
    if not found:
        return []
    path = found[-1].decode("utf-8", "replace")
    relative = b"__DIR__" in data[node.start_byte : node.end_byte]
    return [BoundName(f".{path}" if relative and path.startswith("/") else path, "*", "", flags=ImportFlag.INCLUDE)]


def visible(head: Head) -> bool:
    """Everything that is neither `private` nor `protected` alone; `protected` is for subclasses, so it counts as public."""
    return "private" not in head.words


def is_test(head: Head) -> bool:
    """PHPUnit's methods: `testX`, or with the attribute `Test`."""
    named = head.kind is NodeKind.METHOD and head.name.startswith("test")
    return named or any(name.removesuffix("()").rpartition(".")[2] == "Test" for name in head.decorators)


SPEC = LanguageSpec(
    name="php",
    opening=re.compile(rb"<\?(?:php|=)"),
    name_joint=re.compile(r"\\"),
    grammar=("tree_sitter_php", "language_php"),
    names=frozenset({"name", "variable_name", "relative_scope"}),
    qualified=frozenset({"qualified_name", "relative_name"}),
    sigil_members=frozenset({"scoped_property_access_expression"}),
    members={
        "member_access_expression": ("object", "name"),
        "nullsafe_member_access_expression": ("object", "name"),
        "scoped_property_access_expression": ("scope", "name"),
        "class_constant_access_expression": ("", ""),
    },
    methods={
        "member_call_expression": ("object", "name"),
        "nullsafe_member_call_expression": ("object", "name"),
        "scoped_call_expression": ("scope", "name"),
    },
    calls={"function_call_expression": "function", "object_creation_expression": "", "attribute": ""},
    subscripts={"subscript_expression": ""},
    transparent={
        "parenthesized_expression": "",
        "optional_type": "",
        "named_type": "",
        "cast_expression": "value",
        "clone_expression": "",
        "argument": "",
        "reference_modifier": "",
        "by_ref": "",
        "error_suppression_expression": "",
    },
    receivers={"$this": "<self>", "self": "<class>", "static": "<class>", "parent": "<super>"},
    literals={
        "string": "<str>",
        "encapsed_string": "<str>",
        "heredoc": "<str>",
        "nowdoc": "<str>",
        "integer": "<int>",
        "float": "<float>",
        "boolean": "<bool>",
        "null": "<none>",
        "array_creation_expression": "<list>",
    },
    patterns=frozenset({"list_literal", "pair", "by_ref"}),
    spread=frozenset({"variadic_unpacking", "variadic_placeholder"}),
    unions=frozenset({"union_type"}),
    plain=re.compile(rb"[A-Za-z_]\w*"),
    constructors=frozenset({"__construct"}),
    assignment_binds=True,
    modifiers={"static": NodeFlag.STATIC},
    overloads=True,
    only_named=b"(...)",
    table_values=frozenset({"function_call_expression", "member_call_expression", "scoped_call_expression"}),
    closed=lambda head: bool(head.words & {"private", "final", "static"}),
    makes=frozenset({"object_creation_expression"}),
    exported=visible,
    test=is_test,
    documentation_comment=re.compile(rb"/\*\*|//|#"),
    tokens=php_aliased,
    imports=php_imports,
    claims=dict.fromkeys(
        ("definitions", "parents", "signature", "documentation", "imports", "calls", "bases", "reads", "writes"), "yes"
    ),
)
"""The tables of PHP."""
