"""Python 3, by its grammar wheel."""

import re

from lepasserelle.model import NodeFlag
from lepasserelle.parse.lowering_python import is_parent_call, python_exports, python_imports, without_long_comments
from lepasserelle.parse.spec import LanguageSpec, no_leading_underscore
from lepasserelle.parse.value_definitions import python_values

_HOLD_ITEMS = (
    *("list", "List", "set", "Set", "frozenset", "FrozenSet", "deque", "Deque", "Iterable", "Iterator", "Sequence"),
    *("MutableSequence", "Collection", "AbstractSet", "MutableSet", "Reversible"),
)
_HOLD_UNDER_KEYS = ("dict", "Dict", "Mapping", "MutableMapping", "defaultdict", "DefaultDict", "OrderedDict")
"""Types by what their arguments say of what they hold. A tuple's items differ, and what else is iterated gives more than items."""

SPEC = LanguageSpec(
    name="python",
    grammar=("tree_sitter_python", "language"),
    names=frozenset({"identifier"}),
    offside=True,
    members={"attribute": ("object", "attribute"), "member_type": ("", "")},
    calls={"call": "function"},
    subscripts={"subscript": "value"},
    transparent=dict.fromkeys(("parenthesized_expression", "await", "decorator", "type", "dotted_name", "list_splat"), "")
    | {"assignment": "right"},
    receivers={"super()": "<super>"},
    names_parent=is_parent_call,
    literals={
        "string": "<str>",
        "concatenated_string": "<str>",
        "integer": "<int>",
        "float": "<float>",
        "true": "<bool>",
        "false": "<bool>",
        "none": "<none>",
        "list": "<list>",
        "list_comprehension": "<list>",
        "tuple": "<tuple>",
        "expression_list": "<tuple>",
        "dictionary": "<dict>",
        "dictionary_comprehension": "<dict>",
        "set": "<set>",
        "set_comprehension": "<set>",
    },
    literal_words=frozenset({"True", "False", "None"}),
    patterns=frozenset({"pattern_list", "tuple_pattern", "list_pattern", "list_splat_pattern", "tuple", "list"}),
    sequences=frozenset({"tuple", "list", "expression_list"}),
    arity=lambda _call: 1,  # `f(x for x in y)`: the only call without a list of arguments
    spread_mark=b"*",
    spread=frozenset({"list_splat", "dictionary_splat", "parenthesized_list_splat"}),
    type_wrappers=frozenset({"Optional", "ClassVar", "Final", "Annotated", "Required", "NotRequired", "ReadOnly"}),
    generics={"generic_type": "", "subscript": "value"},
    containers=dict.fromkeys(_HOLD_ITEMS, 0) | dict.fromkeys(_HOLD_UNDER_KEYS, 1),
    unions=frozenset({"union_type", "binary_operator"}),
    empty_types=frozenset({"None"}),
    names_in_one_form=True,
    first_parameter_is_receiver=True,
    constructors=frozenset({"__init__"}),
    instance_field=re.compile(r"<self>\.(\w+)"),
    assignment_binds=True,
    constant=re.compile(r"_*[A-Z][A-Z0-9_]*"),
    modifiers={"async": NodeFlag.ASYNC},
    decorator_flags={
        "staticmethod": NodeFlag.STATIC,
        "classmethod": NodeFlag.CLASS_METHOD,
        "property": NodeFlag.ACCESSOR,
        "cached_property": NodeFlag.ACCESSOR,
        "abstractproperty": NodeFlag.ACCESSOR | NodeFlag.DECLARATION,
        "setter": NodeFlag.ACCESSOR,
        "getter": NodeFlag.ACCESSOR,
        "deleter": NodeFlag.ACCESSOR,
        "overload": NodeFlag.DECLARATION,
        "abstractmethod": NodeFlag.DECLARATION,
    },
    exported=no_leading_underscore,
    comment_markers=re.compile(r"^\s*#:?\s?", re.MULTILINE),
    documentation_comment=re.compile(rb"#:"),
    imports=python_imports,
    exports=python_exports,
    values=python_values,
    prepare=without_long_comments,
    claims=dict.fromkeys(
        ("definitions", "parents", "signature", "documentation", "imports", "calls", "bases", "reads", "writes"), "yes"
    ),
)
"""The tables of Python."""
