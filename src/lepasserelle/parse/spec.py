"""What a language is: one frozen record of tables, beside the query file of the same name.

It holds data, and for the few things that a table cannot say (import forms, who is exported) small pure functions. It is not
a base class: nothing inherits from it, and the engine never asks which language it works for.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from lepasserelle.model import NodeFlag, NodeKind

if TYPE_CHECKING:
    from tree_sitter import Node, Parser, Tree

    from lepasserelle.model.values import ValueCode
    from lepasserelle.parse.captures import Captured
    from lepasserelle.parse.draft import Draft
    from lepasserelle.parse.flows import DraftFlow
    from lepasserelle.parse.imports import DraftImport
    from lepasserelle.parse.literal_rules import LiteralRules
    from lepasserelle.parse.references import DraftReference


class BoundName(msgspec.Struct, frozen=True, gc=False):
    """What one import binds; the engine adds scope, line and the flags of the place."""

    module: str
    name: str = ""
    alias: str = ""
    level: int = 0
    flags: int = 0
    """`ImportFlag`s that the form itself tells."""


class Head(msgspec.Struct, frozen=True, gc=False):
    """What an `exported` or `test` rule may look at."""

    name: str
    kind: NodeKind
    words: frozenset[str]
    """The words that stand before the name in the head (`export`, `public`, `static`, `def`)."""
    decorators: tuple[str, ...]
    parent: NodeKind


class Token(NamedTuple):
    """A call or a read inside unparsed tokens."""

    start: int
    end: int
    is_call: bool
    chain: str
    arity: int


CONDITIONS = re.compile(
    rb"#\s*(?:if|ifdef|ifndef|else|elif|elifdef|elifndef|elseif|endif|region|endregion|pragma|undef|error|warning)\b"
)
"""Lines of the preprocessor that say whether the lines after them count."""

_LISTS = """
List MutableList ArrayList LinkedList Set MutableSet HashSet LinkedHashSet TreeSet SortedSet Collection MutableCollection Iterable
Iterator ListIterator Sequence Queue Deque ArrayDeque PriorityQueue Stack Vector Optional Option Stream Array Seq IndexedSeq Buffer
ListBuffer ArrayBuffer Some IEnumerable IEnumerator ICollection IList IReadOnlyList IReadOnlyCollection ISet CopyOnWriteArrayList
"""
_MAPS = """
Map MutableMap HashMap LinkedHashMap TreeMap SortedMap ConcurrentHashMap ConcurrentMap Dictionary IDictionary IReadOnlyDictionary
SortedDictionary ConcurrentDictionary
"""
COLLECTIONS: "Mapping[str, int]" = dict.fromkeys(_LISTS.split(), 0) | dict.fromkeys(_MAPS.split(), 1)
"""Last names of the collections of the JVM and .NET → which of their arguments they hold."""

ImportRule = Callable[["Node", bytes], list[BoundName]]
HeadRule = Callable[[Head], bool]
ValueRule = Callable[
    [str, "Node", bytes, "list[Draft]", "list[DraftImport]", "list[DraftReference]", "list[DraftFlow]", list[int]], "ValueCode"
]


def no_leading_underscore(head: Head) -> bool:
    """Python's rule, and that of many dynamic languages: public unless the name begins with one underscore."""
    return not head.name.startswith("_") or (head.name.startswith("__") and head.name.endswith("__"))


def never(head: Head) -> bool:  # noqa: ARG001 - a rule has one signature
    """The rule of languages without such a convention."""
    return False


@dataclass(frozen=True, slots=True, kw_only=True)
class LanguageSpec:
    """The tables of one language. Node types and field names are those of its grammar."""

    name: str
    grammar: tuple[str, str]
    """Module of the grammar wheel and its function that returns the language, imported on first use."""
    query: str = ""
    """Name of the query file without `.scm`; empty: the language's own name. Several names separated by `+` are joined."""

    prepare: Callable[[bytes], bytes] | None = None
    """Works around a weakness of the grammar: what is parsed instead of the file. Must keep every byte's place, and every name."""

    mend: Callable[[bytes], bytes] | None = None
    """What is parsed instead of a file that the grammar does not understand. Must keep every byte's place."""

    opened: Callable[["Parser", "Tree", bytes], bytes] | None = None
    """What is parsed for a text whose tree shows loose tokens that are code. Must keep every byte's place, every name and line."""

    lost: "Callable[[bytes, Iterable[Draft]], list[tuple[int, int]]] | None" = None
    """Spans of what looks like a definition, and of which none was read: they are problems of the file."""

    opening: re.Pattern[bytes] | None = None
    """What must stand before any part of a file for it to be code (`<?php`)."""

    offside: bool = False
    """Lines and their indentation are what code is divided by: without one of these tokens the tree says something else."""
    unseen: re.Pattern[bytes] | None = None
    """Lines that are left out when a damaged file is read in parts (`#if`, `#pragma`): both branches are code."""

    # ── chains ──
    names: frozenset[str]
    """Leaf node types whose text is a name."""
    members: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    """Node type → (field of the object, field of the member's name); empty: its first and its last named child."""
    methods: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    """Node type of a call that holds object and method itself (Java, Ruby) → (field of the object, field of the method's name);
    empty: its first and its second child (`a to b` of Kotlin).
    """
    sigil_members: frozenset[str] = frozenset()
    """Member node types whose name is written with a `$` that does not belong to it (PHP's `self::$x`); elsewhere it is dynamic."""
    qualified: frozenset[str] = frozenset()
    """Leaf-like node types whose whole text is a qualified name."""
    signs: frozenset[str] = frozenset()
    """Types of names between two operands that are operators and no methods (`+` of Scala)."""
    casts: frozenset[str] = frozenset()
    """Names of template functions that give a value of their first type argument (`static_cast` of C++)."""
    continued: Mapping[str, str] = field(default_factory=dict)
    """Call node type → type of its last child ("" any) with which it only adds arguments to the call before (`f(1) { … }`)."""
    bracket_calls: frozenset[str] = frozenset()
    """Call node types that are subscripts when they end in `]` (Swift)."""
    instantiations: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """Method that makes an instance → node types of the receivers on which it does: Ruby's `Foo.new(1)` is `Foo()`."""
    rooted: frozenset[str] = frozenset()
    """Those of `members` that without an object begin outside of every scope: `::a::b` is `::a.b`."""
    only_named: bytes = b""
    """How a call ends that only names a function (`f(...)` of PHP)."""
    uncalled: frozenset[str] = frozenset()
    """Node types of callees that convert (`int(x)` of C++)."""
    calls: Mapping[str, str] = field(default_factory=dict)
    """Node type → field of the callee. `new Foo()` belongs here too."""
    curried: bool = False
    """A call of a call is one call with more arguments."""
    subscripts: Mapping[str, str] = field(default_factory=dict)
    """Node type → field of the object that is indexed."""
    transparent: Mapping[str, str] = field(default_factory=dict)
    """Node type that stands for one of its children → the field of that child, or empty for the first named child."""
    receivers: Mapping[str, str] = field(default_factory=dict)
    """Node type or text of a root → `<self>`, `<class>` or `<super>`; also `super()` as text of a called root."""
    literals: Mapping[str, str] = field(default_factory=dict)
    """Node type → `<str>`, `<int>`, …"""
    literal_words: frozenset[str] = frozenset()
    """Literals that are written as names are; empty: it is not known which."""
    plain: re.Pattern[bytes] = re.compile(rb"[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*")
    """Text of a member expression that already is a chain: no walk is needed. A pattern that never matches turns it off."""
    declarators: Mapping[str, str] = field(default_factory=dict)
    """Those of `transparent` that stand around a declared name (`*x`, `x[3]`); a declaration's place is the name's."""
    patterns: frozenset[str] = frozenset()
    """Node types of destructuring targets: every name in them is assigned `?`, or what `pattern_keys` tells."""
    pattern_keys: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    """Node type in a pattern that takes a member → (field of the key, field of the target); both empty: the node is both."""
    pattern_defaults: Mapping[str, str] = field(default_factory=dict)
    """Node type in a pattern with a default value → field of the target."""
    pattern_constants: frozenset[str] = frozenset()
    """Node types in a destructuring target that are compared with, not assigned; literals are such without being named here."""
    pattern_heads: frozenset[str] = frozenset()
    """Fields of destructuring targets that name what is taken apart (`Some` of `Some(x)`), not a target."""
    applied: Mapping[str, str] = field(default_factory=dict)
    """A type with arguments → node that it stands in where it may as well be a table with a subscript (`a[k](1)` of Go)."""
    function_values: frozenset[str] = frozenset()
    """Node types of arguments, and of what literals hold, that may be a function: they are recorded as flows."""
    table_values: frozenset[str] = frozenset()
    """Those in literals alone, where arguments are not followed."""
    plain_types: frozenset[str] = frozenset()
    """Built-in types, which hold no function (such parameters are no recorded arguments) and no operator of the project."""
    function_declarators: frozenset[str] = frozenset()
    """Those of `declarators` that make a declared name a pointer to a function: its declared type is what that returns."""
    variadic: frozenset[str] = frozenset()
    """Node types of parameters that take every further argument: their type is written `...{T}`."""
    choices: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Node type of an expression that gives one of several → their fields."""
    operations: Mapping[str, str] = field(default_factory=dict)
    """Operator (`[=`: an element that is set; `-_`: with one operand) → the name under which a type defines it. Names of several
    calls, one behind the other, stand apart by spaces; `a().b` is the `b` of what `a` gives."""
    unnamed_parameter: str = ""
    """The parameter of a closure that names none (`it` of Kotlin)."""
    closure_parameters: frozenset[str] = frozenset()
    """Node types of the parameters that a closure names."""
    element: str = "[]"
    """Behind the chain of what holds values, for one of them that a closure is given."""
    operands_are_local: bool = False
    """Only of names that the function around declares is it known that they are no pointers, which have operators of their own."""
    operators_by_text: bool = False
    """An operator that `operations` lacks is defined under its own text."""
    tokens: Callable[["Node", bytes], "list[Token]"] | None = None
    """Names used in a `@tokens` node, which the grammar leaves unparsed (the arguments of a Rust macro)."""
    sequences: frozenset[str] = frozenset()
    """Node types of literals that are taken apart item by item when a pattern of as many targets is assigned to."""
    roots: Mapping[str, Callable[["Node", bytes], str]] = field(default_factory=dict)
    """Node type of a root that means something by where it stands → its chain; `plain` is not to take its text."""
    own_module: str = ""
    """Node type of an object that, in those of `members` that are `roots`, means the module around: `self` of Rust's `self::f`."""
    names_parent: Callable[["Node", bytes], bool] | None = None
    """Whether a call of the name `super` means the parent of the class around it; without the rule every one does."""
    arity: Callable[["Node"], int] | None = None
    """Number of arguments of a callee whose pattern has no `@arguments`."""
    spread_mark: bytes = b""
    """What every starred argument is written with: arguments without it need no look at each."""
    spread: frozenset[str] = frozenset()
    """Node types of starred arguments: the arity of a call that has one is unknown."""
    overloads: bool = False
    """Definitions of one name are told apart by their arguments: `@takes` of each parameter, `@takes.optional`, `@takes.rest`."""
    lists_of_parameters: frozenset[str] = frozenset()
    """Node types of parameter lists of which a definition may have several; a call of it is then not counted (Scala)."""
    parameter_label: Callable[["Node", bytes], str] | None = None
    """Label that an argument for this parameter is written with (Swift); without the rule labels do not count."""
    argument_label: Callable[["Node", bytes], str] | None = None
    """Label of an argument."""
    literal_rules: "LiteralRules | None" = None
    """Which literals there are and which types they have: overloads are told apart by them. Not beside labels."""
    typed_arguments: bool = False
    """Overloads are told apart by the types that arguments are declared with."""
    literal_parameters: bool = False
    """A type parameter of a function becomes the type of the literal that it is given, before any conversion (C#)."""
    private_words: frozenset[str] = frozenset({"private", "fileprivate"})
    """Words before a function that only its own file calls."""
    type_nodes: frozenset[str] = frozenset()
    """Node types of a parameter's type, where it has no field `type`."""
    argument_nodes: frozenset[str] = frozenset()
    """Node types that an argument stands in; one with a name before it has more than one child."""
    trailing: Callable[["Node"], int] | None = None
    """Number of closures that are arguments behind the list of a call."""
    makes: frozenset[str] = frozenset()
    """Node types of calls that make an instance, whatever else the name could mean (`new`)."""
    type_wrappers: frozenset[str] = frozenset()
    """Names of generic types that stand for their first argument (`Optional`, `ClassVar`)."""
    generics: Mapping[str, str] = field(default_factory=dict)
    """Node type of a type with arguments → field of the type itself (empty: first named child)."""
    type_bounds: bool = False
    """Type parameters are bound as names, to what bounds them (`T: Shape` has the members of `Shape`)."""
    unions: frozenset[str] = frozenset()
    """Node types of `A | B` in types: `A | None` is `A`, every other union is `?`."""
    sequence_types: Mapping[str, str] = field(default_factory=dict)
    """Node type of a type that holds many of another → field of that one: `[]Foo` is `{Foo}`."""
    containers: Mapping[str, int] = field(default_factory=dict)
    """Last name of a generic type that holds values → which of its arguments they are: `Vec<Foo>` is `Vec{Foo}`."""
    arrays: Mapping[str, str] = field(default_factory=dict)
    """Node type of an array type → field of the element's type: `Foo[]` is a chain as written."""
    empty_types: frozenset[str] = frozenset()
    """Texts of types that hold nothing (`None`, `null`): in a union they do not count."""
    strip_type: re.Pattern[str] | None = None
    """Removed from the text of a type that no table lowers, before it is taken as a chain."""

    # ── definitions ──
    names_in_one_form: bool = False
    """Names are compared in NFKC, however they are written."""
    first_parameter_is_receiver: bool = False
    """The first parameter of a method is its receiver, whatever it is called."""
    receiver_word: str = ""
    """The word that means the receiver only in functions that have one of their own (`this` of ECMAScript): in a method it is
    `<self>` or `<class>`, in a function marked `@receiver.none` it is left as written."""
    constructors: frozenset[str] = frozenset()
    """Names that make a method a constructor."""
    constructor_is_type_name: bool = False
    """A method named like its type is a constructor."""
    name_tail: re.Pattern[str] | None = None
    """Removed from the end of a name as written (`() const` of `operator bool() const`)."""
    name_joint: re.Pattern[str] | None = None
    """Becomes a dot in a name as written (`, for: ` of `defimpl Size, for: Map`, PHP's `\\`)."""
    namespace_parts: bool = False
    """A namespace whose name has several parts is one in another, as if each had a head of its own (C++17's `namespace a::b`)."""
    clause: Callable[["Node"], str] | None = None
    """Key of a definition that several clauses make: neighbours of one scope with the same name and key are one definition."""
    companion: str = ""
    """End of a receiver that is the object beside a type, whose members are static ones of the type (`.Companion` of Kotlin)."""
    receiver_makes_class: bool = False
    """A variable that is the receiver of methods in its file is a CLASS (a table of Lua)."""
    tables: frozenset[str] = frozenset()
    """Node types of fields whose value is a table: definitions only where a named function or class stands in it, else data.
    Without any, a field is one whatever it holds."""
    second_names: bool = False
    """A function or class that is bound by one name may have another of its own (`const outer = function inner() {}`)."""
    exports: Callable[["Node", bytes], "list[Captured]"] | None = None
    """Finds in a tree what a pattern would ask of every file for the few that have it: matches of `@export.name`."""
    export_list: bool = False
    """Where the file names its exports (`@export.name`), nothing else is EXPORTED."""
    instance_field: re.Pattern[str] | None = None
    """Matches an assigned chain that makes a field of the class around; group 1 is the field's name."""
    assignment_binds: bool = False
    """An assignment to a plain name in a function makes it local (Python); else only a declaration does."""
    never_local: re.Pattern[str] | None = None
    """Matches plain names that an assignment does not make local (Ruby's `@x`, `$x`)."""
    constant: re.Pattern[str] | None = None
    """A variable with such a name is a CONSTANT."""
    modifiers: Mapping[str, NodeFlag] = field(default_factory=dict)
    """Word before the name in the head → flag."""
    member_modifiers: Mapping[str, NodeFlag] = field(default_factory=dict)
    """The same, for what is no type (`class func` of Swift)."""
    decorator_flags: Mapping[str, NodeFlag] = field(default_factory=dict)
    """Last name of a decorator → flag."""
    hidden: Callable[["Node"], frozenset[int]] | None = None
    """First bytes of the names of definitions that statements elsewhere make private (Ruby), from the root of the tree."""
    exported: HeadRule = no_leading_underscore
    test: HeadRule = never
    once: frozenset[NodeKind] = frozenset({NodeKind.VARIABLE, NodeKind.CONSTANT, NodeKind.FIELD})
    """Kinds of which only the first of one name in one parent is kept."""
    closed: HeadRule = never
    """Whether nothing below can stand in for a method (private, final)."""

    # ── documentation ──
    comment_markers: re.Pattern[str] = re.compile(r"^[ \t]*(?:#+|//[/!]?|/\*[*!]?|\*/|\*|--+|;+|%+)[ \t]?|\s*\*/\s*$", re.MULTILINE)
    """Removed from a comment's text."""
    documentation_comment: re.Pattern[bytes] | None = re.compile(rb"")
    """A comment directly before a definition documents it when this matches at its begin; None: comments never do."""

    trailing_comment: re.Pattern[bytes] | None = None
    """A comment that matches at its begin documents the definition that ends before it (`///<` of Doxygen, `-- ^` of Haddock)."""

    # ── imports ──
    imports: ImportRule | None = None
    values: "ValueRule | None" = None
    """Lowers the moves of values, statement by statement (language, root, bytes, drafts, imports, references, flows, starts)."""
    """Lowers an `@import` node that has no `@import.module`."""

    packages_nest: bool = False
    """Several package clauses name one package together (Scala)."""

    # ── the matrix ──
    claims: Mapping[str, str] = field(default_factory=dict)
    """Aspect (`definitions`, `parents`, …) → `yes`, `no` or `n.a.`; shown in docs/languages.md and held by golden tests."""
