"""What a table says of a node type: the rules of statements and of expressions, as data. The engine gives them their meaning.

A rule names fields of the grammar. A field that is empty, or that a node does not have, counts as absent.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from lepasserelle.model.body import StatementKind

if TYPE_CHECKING:
    from tree_sitter import Node

    from lepasserelle.model.body import Parameter
    from lepasserelle.parse.bodies.collecting import Context, Effects
    from lepasserelle.parse.bodies.expressions import Expressions
    from lepasserelle.parse.bodies.lowering import Lowering
    from lepasserelle.parse.bodies.spot import Spot

NONE: frozenset[str] = frozenset()


# ── statements ────────────────────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Simple:
    """All of the node is one expression."""

    kind: StatementKind = StatementKind.SIMPLE


@dataclass(frozen=True, slots=True)
class Block:
    """Holds statements in a scope of its own; they take its place."""

    body: str = ""
    """Empty: its named children."""
    scoped: bool = True
    keeps: bool = False
    """It is a statement itself (`unsafe`, a labelled block)."""


@dataclass(frozen=True, slots=True)
class Nothing:
    """Does nothing at run time."""


@dataclass(frozen=True, slots=True)
class Branch:
    """`if`."""

    condition: str = "condition"
    then: str = "consequence"
    otherwise: str = "alternative"
    initial: str = ""
    """What runs before the condition."""
    negated: bool = False


@dataclass(frozen=True, slots=True)
class Loop:
    """`while`, `do`, `loop`, and `for` of C."""

    condition: str = "condition"
    body: str = "body"
    otherwise: str = ""
    initial: str = ""
    update: str = ""
    post: bool = False
    endless: bool = False


@dataclass(frozen=True, slots=True)
class Each:
    """A loop over what something holds."""

    target: str = "left"
    source: str = "right"
    body: str = "body"
    otherwise: str = ""
    declares: bool = False
    declared_by: str = ""
    """Field without which the target is not declared but assigned."""


@dataclass(frozen=True, slots=True)
class Switch:
    """`switch` and `match`."""

    subject: str
    body: str
    cases: frozenset[str]
    """Types of its cases."""
    falls: frozenset[str] = NONE
    """Types of cases that go on with the next one."""
    exhaustive: bool = False
    """One of them is always taken."""
    breakable: bool = False
    """`break` ends it."""
    alias: str = ""
    """Another name for the subject in the cases."""
    initial: str = ""


@dataclass(frozen=True, slots=True)
class Try:
    """`try`. Handlers, `else` and `finally` are children by type."""

    body: str = "body"
    handlers: frozenset[str] = NONE
    otherwise: frozenset[str] = NONE
    finals: frozenset[str] = NONE
    resources: str = ""


@dataclass(frozen=True, slots=True)
class With:
    """Acquires, runs a body, releases."""

    head: str = ""
    """Field of what is acquired; empty: every child but the body."""
    body: str = "body"


@dataclass(frozen=True, slots=True)
class Jump:
    """Leaves."""

    kind: StatementKind
    label: str = ""
    """Type of the child that names where to."""


@dataclass(frozen=True, slots=True)
class Labelled:
    """A statement with a name in front."""

    label: str = "label"
    body: str = ""
    """Empty: the last named child."""


@dataclass(frozen=True, slots=True)
class Define:
    """A function or a class that is made here."""

    name: str = "name"
    inner: str = ""
    """Field of the definition itself, when something is around it (decorators)."""
    hoisted: bool = False


@dataclass(frozen=True, slots=True)
class SpecialStatement:
    """What no rule says."""

    lower: "Callable[[Lowering, Node, Spot], None]"


StatementRule = Simple | Block | Nothing | Branch | Loop | Each | Switch | Try | With | Jump | Labelled | Define | SpecialStatement


# ── expressions ───────────────────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Name:
    """A variable."""


@dataclass(frozen=True, slots=True)
class Receiver:
    """A variable by another name: `this`, `self`, `base`."""

    variable: str = "this"


@dataclass(frozen=True, slots=True)
class Member:
    """`object.member`."""

    object: str
    member: str
    plain: bool = False
    """Names something in a module or type, not in a value (`a::b`)."""


@dataclass(frozen=True, slots=True)
class Subscript:
    """`object[index]`."""

    object: str
    index: str = ""
    """Empty: every other named child."""


@dataclass(frozen=True, slots=True)
class Content:
    """`*pointer`: what stands where it points to."""

    object: str


@dataclass(frozen=True, slots=True)
class Through:
    """Stands for one of its children."""

    inner: str = ""
    """Empty: the first named child."""
    flags: int = 0
    """`StatementFlag`s of the statement it stands in."""


@dataclass(frozen=True, slots=True)
class Invoke:
    """A call."""

    callee: str
    arguments: str = "arguments"
    object: str = ""
    """Field of the receiver, when the callee's field holds only the method's name."""
    is_new: bool = False


@dataclass(frozen=True, slots=True)
class Assign:
    """`left = right`; `left += right` when the operator is not plain."""

    left: str = "left"
    right: str = "right"
    operator: str = ""
    declares: bool = False
    augmented: bool = False
    is_moved: "Callable[[Expressions, Node, Node], bool] | None" = None
    """As of an `Update`, where the operator is not plain."""


@dataclass(frozen=True, slots=True)
class Update:
    """`i++`."""

    operand: str = ""
    is_moved: "Callable[[Expressions, Node, Node], bool] | None" = None
    """Whether it is another place of what the operand points to, which somebody takes on."""


@dataclass(frozen=True, slots=True)
class Scalar:
    """Its value holds nothing of its operands."""


@dataclass(frozen=True, slots=True)
class Display:
    """Makes something that holds its operands."""

    is_fixed: bool = False
    """Nothing can put anything else into it."""


@dataclass(frozen=True, slots=True)
class Either:
    """Some operands are evaluated only when others say so."""

    always: tuple[str, ...]
    """Fields of those that are always evaluated; empty string: the first named child."""
    test: str = ""
    """The one of them that is a condition only."""


@dataclass(frozen=True, slots=True)
class Binary:
    """Two operands; with a lazy operator the second one is evaluated only when the first one says so."""

    lazy: frozenset[str] = frozenset({"&&", "||", "??"})
    moving: "Callable[[Expressions, Node], tuple[bool, bool]] | None" = None
    """Whether the value is another place of what the left and the right operand point to."""
    streaming: "Callable[[Expressions, Effects, Node, Context], None] | None" = None
    """Adds what the operator changes where it is one of streams."""
    left: str = "left"
    right: str = "right"
    operator: str = "operator"


@dataclass(frozen=True, slots=True)
class Address:
    """`&x`: whoever gets it can change `x`."""

    operand: str = ""
    word: str = ""
    """Type of a child without which it only reads (`mut`)."""
    is_part: bool = False
    """What points to an item or a field is a pointer into what has it (`&a[1]`)."""


@dataclass(frozen=True, slots=True)
class Closure:
    """A function in an expression."""


@dataclass(frozen=True, slots=True)
class Ignore:
    """No value: a type, a label, a comment."""


@dataclass(frozen=True, slots=True)
class SpecialExpression:
    """What no rule says."""

    walk: "Callable[[Expressions, Effects, Node, Context], None]"


ExpressionRule = (
    Name
    | Receiver
    | Member
    | Subscript
    | Content
    | Through
    | Invoke
    | Assign
    | Update
    | Scalar
    | Display
    | Either
    | Binary
    | Address
    | Closure
    | Ignore
    | SpecialExpression
)


@dataclass(frozen=True, slots=True)
class Parameters:
    """How a language writes parameters. Node type → (field of the name, field of the default value); empty field: the node itself,
    or the first named child.
    """

    forms: Mapping[str, tuple[str, str]]
    spreads: Mapping[str, str] = field(default_factory=dict)
    """Node type → `*` or `**`."""
    positional: bool = True
    """They have no keywords."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BodyTable:
    """How the bodies of one language are lowered. Node types and fields are those of its grammar."""

    language: str
    functions: Mapping[str, tuple[str, str]]
    """Node type of what has a body → (field of its parameters, field of its body)."""
    classes: Mapping[str, str] = field(default_factory=dict)
    """Node type of what has a body that runs where it stands and has a scope of its own → field of the body."""
    statements: Mapping[str, StatementRule]
    expressions: Mapping[str, ExpressionRule]
    parameters: Parameters
    names: frozenset[str] = frozenset({"identifier"})
    """Leaf types that are a variable where a target is expected."""
    else_words: frozenset[str] = NONE
    """Types of `else` parts: they hold the statements of an ELSE arm."""
    else_branches: frozenset[str] = NONE
    """Types of `elif` parts: a branch inside the ELSE arm."""
    arguments_keyword: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    """Type of a keyword argument → (field of its name, field of its value)."""
    arguments_spread: Mapping[str, str] = field(default_factory=dict)
    """Type of a spread argument → `*` or `**`."""
    pattern_values: Mapping[str, str] = field(default_factory=dict)
    """Type in a target → field that is the target (the rest names what is taken: `{key: target}`)."""
    pattern_whole: Mapping[str, str] = field(default_factory=dict)
    """Type in a target that stands for one of its children → its field (`*p` of a declaration); empty: the last child."""
    pattern_heads: frozenset[str] = NONE
    """Fields of a target that name what is taken apart (`Some` of `Some(x)`)."""
    pattern_constants: frozenset[str] = NONE
    """Types in a target that are compared with, not written."""
    pattern_defaults: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    """Type in a target → (field of the target, field of a default value)."""
    raising: frozenset[str] = NONE
    """Types that may raise."""
    pure_calls: Mapping[str, bool] = field(default_factory=dict)
    """Built-in function that changes nothing → whether its result can hold what it was given."""
    changing_keywords: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """Keyword of an argument that such a function changes (`print(x, file=out)`) → what may be given for it and is read nowhere."""
    binds_by_assignment: bool = False
    """An assignment to a plain name makes a variable of the function."""
    runs_defaults: bool = False
    """A default of a parameter is evaluated at each call, in the function."""
    augmented_mutates: bool = False
    """`x += y` may change what `x` holds, not only `x`."""
    class_of: str = ""
    """Built-in function that gives the class of what it is given."""
    iteration_consumes: bool = False
    """Looping over a value may use it up."""
    iterators: frozenset[str] = NONE
    """Names of functions whose result even a test of what it holds uses up."""
    defaulting: Callable[[bytes], frozenset[str]] = lambda _: frozenset()
    """Names of variables and attributes to which a file gives something whose items are made when they are read."""
    united: Callable[[bytes], dict[str, str]] = lambda _: {}
    """Member of a union that a file declares → the name of all that share its place."""
    views: "re.Pattern[bytes] | None" = None
    """Text of a part of a sequence that shares its items."""
    parts: frozenset[str] = NONE
    """Types of such expressions: what is put behind one may stand in the sequence."""
    declare: "Callable[[Expressions, Node, Node], None] | None" = None
    """Notes what a parameter or variable is declared as: its declaration, and what declares it."""
    is_reference: "Callable[[Node, bytes], bool] | None" = None
    """Whether a parameter is another name for the variable that it is given."""
    refers_each: "Callable[[Node], bool] | None" = None
    """Whether a loop's variable is another name of what it comes to."""
    reference_values: frozenset[str] = NONE
    """Types of values that make their target another name of what they are given (`ref x` of C#)."""
    initialize: "Callable[[Lowering, Node, tuple[Parameter, ...]], None] | None" = None
    """Lowers what stands before the body of a constructor."""
    receiver: str = ""
    """The name of the receiver, when it is no parameter."""
    borrows_receiver: frozenset[str] = NONE
    """Types of functions whose receiver is that of the function around them."""
    is_member: "Callable[[Node], bool] | None" = None
    """Whether a function has a receiver that is not written, and names from outside are its fields."""
    find_parameters: "Callable[[Node], Node | None] | None" = None
    """Where parameters stand, when it is no field of the function."""
    receiver_field: str = ""
    """Field of a function with the list that holds its receiver."""
    receiver_form: str = ""
    """Type of the parameter that is the receiver."""
    result_field: str = ""
    """Field of a function with the list that names its results; a `return` without values gives those."""
    find_name: "Callable[[Node], Node | None] | None" = None
    """The name of a definition, when it stands in no field."""
    contents: Mapping[str, str] = field(default_factory=dict)
    """Type of an expression that is `*p` when it begins with `*` → field of the operand."""
    references: frozenset[str] = NONE
    """Types of targets that are other names of what they are given (`&r` of C++)."""
    hoisting: frozenset[str] = NONE
    """Types of declarations whose names belong to the whole function (`var`)."""
    first_is_receiver: bool = False
    true_words: frozenset[bytes] = frozenset({b"true", b"True", b"1"})
    literals: frozenset[str] = frozenset({"integer", "string"})
    """Types of constant indices."""
    value_of_block: bool = False
    """The last expression of a block is its value (Rust)."""
    swallowing: frozenset[str] = NONE
    """Names of context managers that swallow exceptions."""
    rebinding: re.Pattern[bytes] | None = None
    """Text that gives a name of the file a new value while the program runs; its groups hold the names."""
    rebinding_word: bytes = b""
    """What every such text holds."""
    label_types: frozenset[str] = NONE
