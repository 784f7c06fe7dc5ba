"""C++: C's tables with classes, namespaces and templates (type arguments are dropped from every chain)."""

import re
from dataclasses import replace
from types import MappingProxyType

from lepasserelle.model import NodeFlag
from lepasserelle.parse.lowering_c import cpp_imports, hidden_members
from lepasserelle.parse.spec import Head
from lepasserelle.parse.specs.c import SPEC as C_SPEC

_OPERATORS = "+ - * / % ^ & | ~ ! = < > += -= *= /= %= ^= &= |= << >> <<= >>= == != <= >= <=> ++ -- , ->* ->".split()  # noqa: SIM905
_CASTS = frozenset({"static_cast", "dynamic_cast", "reinterpret_cast", "const_cast"})
"""Written like calls of templates."""
ALL = MappingProxyType({**C_SPEC.claims, "bases": "yes"})


def reachable(head: Head) -> bool:
    """External linkage, or a member that `hidden_members` does not hide: `static` hides only what stands outside a type."""
    return head.parent.is_type or "static" not in head.words


def not_virtual(head: Head) -> bool:
    """Nothing stands in for what is not `virtual`; that an override is one is seen above it."""
    return "virtual" not in head.words


SPEC = replace(
    C_SPEC,
    name="cpp",
    grammar=("tree_sitter_cpp", "language"),
    names=C_SPEC.names | {"namespace_identifier", "operator_name", "destructor_name", "operator_cast", "auto"},
    members=MappingProxyType(
        {
            **C_SPEC.members,
            "qualified_identifier": ("scope", "name"),
            "nested_namespace_specifier": ("", ""),
        }
    ),
    calls=MappingProxyType({**C_SPEC.calls, "new_expression": "type", "compound_literal_expression": "type"}),
    transparent=MappingProxyType(
        {
            **C_SPEC.transparent,
            "reference_declarator": "",
            "variadic_declarator": "",
            "template_function": "name",
            "template_method": "name",
            "template_type": "name",
            "class_specifier": "name",
            "dependent_name": "",
            "attribute_declaration": "",
            "attribute": "name",
            "co_await_expression": "argument",
        }
    ),
    operations=MappingProxyType({sign: f"operator{sign}" for sign in _OPERATORS} | {"[": "operator[]"}),
    operands_are_local=True,
    type_bounds=True,
    containers=MappingProxyType(
        {
            **dict.fromkeys(("vector", "list", "deque", "array", "set", "unordered_set", "multiset"), 0),
            **dict.fromkeys(("optional", "span", "queue", "stack", "initializer_list"), 0),
            **dict.fromkeys(("map", "unordered_map", "multimap"), 1),
        }
    ),
    type_wrappers=frozenset({"unique_ptr", "shared_ptr", "weak_ptr", "reference_wrapper", "observer_ptr"}),
    generics=MappingProxyType({"template_type": "name"}),
    receivers=MappingProxyType({"this": "<self>", **dict.fromkeys((f"{cast}()" for cast in _CASTS), "?")}),
    casts=_CASTS,
    literals=MappingProxyType({**C_SPEC.literals, "raw_string_literal": "<str>", "user_defined_literal": "?", "nullptr": "<none>"}),
    spread=frozenset({"parameter_pack_expansion"}),
    modifiers=MappingProxyType({"static": NodeFlag.STATIC}),
    exported=reachable,
    closed=not_virtual,
    rooted=frozenset({"qualified_identifier"}),
    uncalled=frozenset({"primitive_type", "sized_type_specifier"}),
    hidden=hidden_members,
    constructor_is_type_name=True,
    namespace_parts=True,
    name_tail=re.compile(r"(?<!operator)(?<!\s)\s*\([^()]*\)(?:\s*(?:const|noexcept|override|final|&+))*\s*$"),
    imports=cpp_imports,
    query="c+cpp",
    declarators=MappingProxyType({**C_SPEC.declarators, "reference_declarator": "", "variadic_declarator": ""}),
    patterns=frozenset({"structured_binding_declarator"}),
    claims=ALL,
)
