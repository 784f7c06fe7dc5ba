"""Swift 5: internal unless it says otherwise; extensions give their members to the type; a subscript looks like a call."""

import re

from tree_sitter import Node

from lepasserelle.model import NodeFlag, NodeKind
from lepasserelle.parse.spec import CONDITIONS, BoundName, Head, LanguageSpec

_PLAIN = frozenset("Int Int8 Int16 Int32 Int64 UInt UInt8 UInt16 UInt32 UInt64 Float Double Bool Character String CGFloat".split())  # noqa: SIM905
_KINDS = frozenset({"struct", "class", "enum", "protocol", "func", "var", "let", "typealias"})


def swift_imports(node: Node, data: bytes) -> list[BoundName]:
    """`import A`, `import A.B`, `import struct A.B`."""
    path = next((child for child in node.named_children if child.type == "identifier"), None)
    if path is None:
        return []
    text = "".join(data[path.start_byte : path.end_byte].decode("utf-8", "replace").split())
    if any(child.type in _KINDS for child in node.children):
        module, _, name = text.rpartition(".")
        return [BoundName(module, name, name)]
    return [BoundName(text, "*", "")]


def visible(head: Head) -> bool:
    """`public` and `open`; what protocols ask for and the cases of enums go with their type."""
    if "public" in head.words or "open" in head.words:
        return True
    return (head.kind is NodeKind.ENUM_MEMBER or head.parent is NodeKind.INTERFACE) and not head.words & {"private", "fileprivate"}


def is_test(head: Head) -> bool:
    """Methods that XCTest or Swift Testing runs."""
    return (head.kind is NodeKind.METHOD and head.name.startswith("test")) or "Test" in {
        d.removesuffix("()") for d in head.decorators
    }


def label_of_parameter(node: Node, data: bytes) -> str:
    """`to` of `to place: Place`, `place` of `place: Place`, none of `_ place: Place`."""
    name = node.child_by_field_name("external_name") or node.child_by_field_name("name")
    return data[name.start_byte : name.end_byte].decode("utf-8", "replace") if name is not None else ""


def label_of_argument(node: Node, data: bytes) -> str:
    """`to` of `move(to: 3)`."""
    name = node.child_by_field_name("name")
    return data[name.start_byte : name.end_byte].decode("utf-8", "replace") if name is not None else ""


def trailing_closures(call: Node) -> int:
    """Closures behind the arguments of a call."""
    suffix = call.named_children[-1]
    return sum(child.type == "lambda_literal" for child in suffix.named_children) if suffix.type == "call_suffix" else 0


SPEC = LanguageSpec(
    name="swift",
    grammar=("tree_sitter_swift", "language"),
    unseen=CONDITIONS,
    names=frozenset({"simple_identifier", "type_identifier"}),
    members={"navigation_expression": ("target", "suffix"), "navigation_suffix": ("", "suffix")},
    qualified=frozenset({"user_type"}),
    calls={"as_expression": "name", "call_expression": "", "constructor_expression": "constructed_type", "attribute": ""},
    bracket_calls=frozenset({"call_expression"}),
    sequence_types={"array_type": ""},
    transparent={
        "postfix_expression": "target",
        "try_expression": "expr",
        "await_expression": "expr",
        "tuple_expression": "value",
        "optional_type": "wrapped",
        "opaque_type": "",
        "existential_type": "",
        "directly_assignable_expression": "",
        "value_argument": "value",
    },
    receivers={
        "self": "<self>",
        "super": "<super>",
        "Self": "<class>",
        "nil": "<none>",
        "self_expression": "<self>",
        "super_expression": "<super>",
    },
    literals={
        "line_string_literal": "<str>",
        "multi_line_string_literal": "<str>",
        "raw_string_literal": "<str>",
        "integer_literal": "<int>",
        "hex_literal": "<int>",
        "bin_literal": "<int>",
        "oct_literal": "<int>",
        "real_literal": "<float>",
        "boolean_literal": "<bool>",
        "array_literal": "<list>",
        "dictionary_literal": "<dict>",
        "regex_literal": "<regex>",
    },
    plain=re.compile(rb"[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*"),
    modifiers={"static": NodeFlag.STATIC},
    unnamed_parameter="$0",
    closure_parameters=frozenset({"lambda_function_type"}),
    operations={"[": "subscript"},
    operators_by_text=True,
    plain_types=_PLAIN,
    table_values=frozenset({"simple_identifier"}),
    overloads=True,
    typed_arguments=True,
    type_bounds=True,
    closed=lambda head: bool(head.words & {"private", "fileprivate", "final", "static"}),
    parameter_label=label_of_parameter,
    argument_label=label_of_argument,
    argument_nodes=frozenset({"value_argument"}),
    trailing=trailing_closures,
    member_modifiers={"class": NodeFlag.CLASS_METHOD},
    exported=visible,
    test=is_test,
    imports=swift_imports,
    claims=dict.fromkeys(
        ("definitions", "parents", "signature", "documentation", "imports", "calls", "bases", "reads", "writes"), "yes"
    ),
)
"""The tables of Swift."""
