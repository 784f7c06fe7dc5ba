"""Go: a capital letter exports; the receiver of a method is named by its parameter; embedding is a base."""

import re
from types import MappingProxyType

from lepasserelle.parse.lowering_go import go_imports
from lepasserelle.parse.spec import Head, LanguageSpec


def capital_letter(head: Head) -> bool:
    """Exported names begin with an upper-case letter."""
    return head.name[:1].isupper()


def test_function(head: Head) -> bool:
    """Functions that `go test` runs."""
    return head.name.startswith(("Test", "Benchmark", "Fuzz", "Example"))


SPEC = LanguageSpec(
    name="go",
    grammar=("tree_sitter_go", "language"),
    names=frozenset({"identifier", "field_identifier", "type_identifier", "package_identifier"}),
    members=MappingProxyType({"selector_expression": ("operand", "field"), "qualified_type": ("package", "name")}),
    calls=MappingProxyType(
        {
            "call_expression": "function",
            "composite_literal": "type",
            "type_conversion_expression": "type",
            "type_assertion_expression": "type",
        }
    ),
    subscripts=MappingProxyType({"index_expression": "operand", "slice_expression": "operand"}),
    transparent=MappingProxyType(
        {
            "parenthesized_expression": "",
            "unary_expression": "operand",
            "type_instantiation_expression": "type",
            "generic_type": "type",
            "pointer_type": "",
            "type_constraint": "",
            "parenthesized_type": "",
            "literal_element": "",
        }
    ),
    applied=MappingProxyType({"generic_type": "type_conversion_expression"}),
    type_bounds=True,
    sequence_types=MappingProxyType(
        {
            "slice_type": "element",
            "array_type": "element",
            "map_type": "value",
            "channel_type": "value",
            "implicit_length_array_type": "element",
        }
    ),
    generics=MappingProxyType({"generic_type": "type"}),
    variadic=frozenset({"variadic_parameter_declaration"}),
    function_values=frozenset({"identifier", "selector_expression", "func_literal"}),
    plain_types=frozenset(
        {
            "bool",
            "byte",
            "error",
            "float32",
            "float64",
            "int",
            "int8",
            "int16",
            "int32",
            "int64",
            "rune",
            "string",
            "uint",
            "uint8",
            "uint16",
            "uint32",
            "uint64",
        }
    ),
    literals=MappingProxyType(
        {
            "interpreted_string_literal": "<str>",
            "raw_string_literal": "<str>",
            "rune_literal": "<int>",
            "int_literal": "<int>",
            "float_literal": "<float>",
            "true": "<bool>",
            "false": "<bool>",
            "nil": "<none>",
            "expression_list": "<tuple>",
            "slice_type": "<list>",
            "array_type": "<list>",
            "map_type": "<dict>",
        }
    ),
    spread=frozenset({"variadic_argument"}),
    exported=capital_letter,
    test=test_function,
    patterns=frozenset({"expression_list"}),
    imports=go_imports,
    claims=MappingProxyType(
        dict.fromkeys(
            ("definitions", "parents", "signature", "documentation", "imports", "calls", "bases", "reads", "writes"), "yes"
        )
    ),
    documentation_comment=re.compile(rb"//|/\*"),
)
