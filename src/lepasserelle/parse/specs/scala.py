"""Scala 2 and 3: several package clauses nest, an import selects many names, parameter lists may follow one another."""

import re

from tree_sitter import Node

from lepasserelle.parse.spec import COLLECTIONS, BoundName, Head, LanguageSpec


def scala_imports(node: Node, data: bytes) -> list[BoundName]:
    """`import a.b.C`, `import a.b._`, `import a.b.{C, D => E, _}`; several in one statement, separated by commas."""
    found: list[BoundName] = []
    path: list[str] = []
    for child in node.children:
        if child.type == "," and path:
            found += _plain(path)
            path = []
        elif child.type in ("identifier", "operator_identifier"):
            path.append(_text(child, data))
        elif child.type == "namespace_wildcard":
            found.append(BoundName(".".join(path), "*", ""))
            path = []
        elif child.type == "namespace_selectors":
            found += [_selected(selector, ".".join(path), data) for selector in child.named_children if selector.type != "comment"]
            path = []
        elif child.type in ("as_renamed_identifier", "arrow_renamed_identifier"):
            found.append(_selected(child, ".".join(path), data))
            path = []
    return [bound for bound in found + _plain(path) if bound.alias != "_"]


def _plain(path: list[str]) -> list[BoundName]:
    return [BoundName(".".join(path[:-1]), path[-1], path[-1])] if path else []


def _selected(selector: Node, module: str, data: bytes) -> BoundName:
    if selector.type == "namespace_wildcard":
        return BoundName(module, "*", "")
    name = selector.child_by_field_name("name")
    alias = selector.child_by_field_name("alias")
    if name is None or alias is None:
        word = _text(selector, data)
        return BoundName(module, word, word)
    return BoundName(module, _text(name, data), _text(alias, data))


def _text(node: Node, data: bytes) -> str:
    return data[node.start_byte : node.end_byte].decode("utf-8", "replace").strip("`")


def visible(head: Head) -> bool:
    """Everything that is not private; `private[a]` counts as private."""
    return "private" not in head.words


def block_arguments(call: Node) -> int:
    """1 when the arguments are a block (`f { … }`)."""
    arguments = call.child_by_field_name("arguments") if call.type == "call_expression" else None
    return int(arguments is not None and arguments.type in {"block", "case_block"})


_PLAIN = frozenset("Int Long Short Byte Float Double Boolean Char String BigInt BigDecimal".split())  # noqa: SIM905


SPEC = LanguageSpec(
    name="scala",
    grammar=("tree_sitter_scala", "language"),
    names=frozenset({"identifier", "type_identifier", "operator_identifier"}),
    members={"field_expression": ("value", "field"), "stable_type_identifier": ("", ""), "stable_identifier": ("", "")},
    calls={"call_expression": "function", "instance_expression": "", "annotation": "name"},
    methods={"infix_expression": ("", "")},
    signs=frozenset({"operator_identifier"}),
    continued={"call_expression": ""},
    transparent={
        "parenthesized_expression": "",
        "generic_function": "function",
        "generic_type": "type",
        "ascription_expression": "",
        "repeated_parameter_type": "type",
        "lazy_parameter_type": "type",
        "annotated_type": "",
        "method_value": "",
        "postfix_expression": "",
    },
    generics={"generic_type": "type"},
    containers=COLLECTIONS,
    receivers={"_": "?", "this": "<self>", "super": "<super>", "<self>()": "<class>"},
    literals={
        "string": "<str>",
        "interpolated_string_expression": "<str>",
        "character_literal": "<str>",
        "integer_literal": "<int>",
        "floating_point_literal": "<float>",
        "boolean_literal": "<bool>",
        "null_literal": "<none>",
        "unit": "<none>",
        "tuple_expression": "<tuple>",
    },
    plain=re.compile(rb"[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*"),
    constructors=frozenset({"this"}),
    packages_nest=True,
    operations={f"{sign}_": f"unary_{sign}" for sign in "-+!~"},
    operators_by_text=True,
    plain_types=_PLAIN,
    overloads=True,
    typed_arguments=True,
    private_words=frozenset(),
    type_bounds=True,
    lists_of_parameters=frozenset({"parameters", "class_parameters"}),
    closed=lambda head: bool(head.words & {"private", "final"}),
    trailing=block_arguments,
    makes=frozenset({"instance_expression"}),
    exported=visible,
    imports=scala_imports,
    claims=dict.fromkeys(
        ("definitions", "parents", "signature", "documentation", "imports", "calls", "bases", "reads", "writes"), "yes"
    ),
)
"""The tables of Scala."""
