"""A function lowered to language-neutral statements: what a parser says of one body, and all that flow analysis knows of it.

Statements stand in source order, each after the one that contains it (`parent`), in one of its parts (`arm`). What an expression
does is a set of writes, uses and calls; the order inside one statement is not kept. A nested function is one `DEFINE` statement
that says which variables of this body it shares.

Places
------
A place is where a value can stand: a tuple of a variable and steps, `("self", ".items", "[]")`. A step is `.name`, `[]` (an index
that is not known), or `[0]` / `['key']` (one that is, as written). A variable is named as written; one that hides another of the
same body has `#2`, `#3`, … behind its name, so that equal names are one variable. An empty variable stands for an expression
without a name (`f().x` is `("", ".x")`).
"""

from enum import IntEnum
from typing import Final

import msgspec

from lepasserelle.model.facts import Problem

BODY_VERSION = 25
"""Grows whenever lowering would say something else about the same text, or flow analysis would conclude something else."""

Place = tuple[str, ...]

RECEIVER = -2
"""Argument number of the object on which a method is called."""
CALLEE = -3
"""Argument number of the called value itself."""

YIELD = "<yield>"
"""Chain of the call that stands for a `yield`: whoever iterates gets the argument, runs code of its own, and may send a value."""

IMPLIED = "<implied>"
"""Chain of a call that stands nowhere in the text: an operator, a protocol, a property, a callback that a built-in function runs.
No body is lowered with one; whoever knows what is called adds them."""

REFERENCE = "<reference>"
"""Chain of the call that stands for writing through a reference that a call gives: it may give new values to all it is given."""


class StatementKind(IntEnum):
    """What control does at a statement."""

    SIMPLE = 0
    BRANCH = 1
    """A condition with arms THEN and ELSE."""
    LOOP = 2
    """A condition before each round; arms BODY, STEP (what runs between rounds) and ELSE (runs when the condition fails)."""
    POST_LOOP = 3
    """A condition after each round; arm BODY."""
    EACH = 4
    """A loop over what a source holds: the header uses the source and writes the target before each round; arms as LOOP."""
    SWITCH = 5
    """A subject; its arms are CASEs."""
    CASE = 6
    """One test of the SWITCH around it; arm BODY. Tests are tried in order; a DEFAULT one after all others."""
    TRY = 7
    """Arms BODY, HANDLER (HANDLEs), ELSE (runs when the body ended without exception), FINALLY."""
    HANDLE = 8
    """One handler of the TRY around it; arm BODY."""
    WITH = 9
    """Acquires; arm BODY; releases whichever way control leaves."""
    BLOCK = 10
    """A labelled or unsafe block, or what else only holds statements; arm BODY."""
    RETURN = 11
    RAISE = 12
    BREAK = 13
    CONTINUE = 14
    GOTO = 15
    LABEL = 16
    """A place that GOTO reaches."""
    FALL = 17
    """Go on with the next CASE (`fallthrough`)."""
    ASSERT = 18
    """Goes on when its condition holds, else raises."""
    DEFINE = 19
    """A function or class made here and bound to a name; what it shares with this body is in `captured` and `rebound`."""


class Arm(IntEnum):
    """Which part of its parent a statement belongs to."""

    BODY = 0
    THEN = 1
    ELSE = 2
    STEP = 3
    HANDLER = 4
    FINALLY = 5


UNITED: Final = "|"
"""Between the names of members of a union, which have one place: `u.i|bytes`."""


class StatementFlag:
    """What is special about a statement: bits, plain numbers since they are asked for each statement."""

    CAN_RAISE: Final = 1
    """Something in it may raise; only its place inside a TRY makes that matter."""
    ENDLESS: Final = 2
    """A loop without condition, or with one that is always true."""
    FALLS: Final = 4
    """A CASE that goes on with the next one's body unless it breaks (C, Java, JavaScript)."""
    DEFAULT: Final = 8
    """The CASE that is taken when no other is."""
    CATCH_ALL: Final = 16
    """A HANDLE that every exception enters; a CASE that every subject enters when its turn comes."""
    MAY_LEAVE: Final = 32
    """May return from the function in the middle (`?` of Rust)."""
    SWALLOWS: Final = 64
    """A WITH that may swallow an exception of its body."""
    OPAQUE: Final = 128
    """Nested too deeply to be taken apart: stands for everything in it."""
    DEFERRED: Final = 256
    """A call that runs when the function ends (`defer`)."""
    EXPRESSION: Final = 512
    """A RETURN that is not written as one: the value at the end of a block."""
    BREAKABLE: Final = 1024
    """A SWITCH that `break` ends."""
    YIELDS: Final = 2048
    """Gives a value to whoever iterates over what the function returned; its body runs only then."""
    RECEIVES: Final = 4096
    """Uses the value that is sent to it where it yields."""
    KEEPS: Final = 16384
    """Its variables keep their values from one call of the function to the next (`static` of C)."""
    WAITS: Final = 32768
    """Suspends the function (`await`): what else was started runs meanwhile."""
    MAKES: Final = 65536
    """Its value is, or has in it, something new that can be changed, whatever that holds: a display, a comprehension."""
    IMPORTS: Final = 8192
    """Only binds what other files hold (Python): what it writes is nothing that this file computes."""


class WriteFlag:
    """What is special about a write: bits, as above."""

    MAYBE: Final = 1
    """It happens only when a condition inside the statement says so, or at an unknown time: what stood there may stay."""
    DELETES: Final = 2
    DECLARES: Final = 4
    """It makes the variable (with the value that the language gives when none is written)."""
    ELEMENT: Final = 8
    """It gets something that the value holds: the target of a loop, a part of what is taken apart."""


class Flows(IntEnum):
    """How a value that is read can come to be where it goes: the written places of its statement, or the result of its call."""

    NOT = 0
    """Only something computed of it can: a comparison, an index, a condition, arithmetic."""
    VALUE = 1
    """The value itself."""
    HELD = 2
    """Something new that holds it, or what it holds: a list display, a concatenation."""


class Write(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """Something gets a value."""

    place: Place
    flags: int = 0
    """`WriteFlag`s."""


class Use(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A value is read. What its base is read for (`x` of `x.a`) is not a use of its own."""

    place: Place
    call: int = -1
    """The innermost call of the statement in whose argument it stands."""
    argument: int = -1
    """Which one: a number, `RECEIVER` or `CALLEE`."""
    flows: int = Flows.VALUE
    """A `Flows`."""
    is_base: bool = False
    """Only which object it is matters, not what is inside (`x` of `x.a = 1`)."""


class Call(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A call in a statement."""

    chain: str
    """The callee as in `Reference.chain`, as far as it has a name: `self.save` (the receiver as written), `f`, `?`."""
    line: int
    """1-based, of the callee's last name."""
    arguments: tuple[str, ...] = ()
    """For each argument its keyword, empty when it has none, `*` or `**` when it is spread."""
    call: int = -1
    argument: int = -1
    """The call in whose argument it stands, as of a `Use`."""
    is_pure: bool = False
    """A built-in function that changes nothing of what it is given, and keeps nothing of it."""
    is_new: bool = False
    """Makes an instance (`new Foo()`)."""
    flows: int = Flows.VALUE
    """A `Flows`: how its result goes on."""
    is_loose: bool = False
    """What it is given, its callee among it, may come to be any parameter: it goes by another name, or stands nowhere."""
    is_partial: bool = False
    """Others than those that it is known to enter may answer it, too. No body is lowered with one, as with IMPLIED."""
    is_maybe: bool = False
    """It runs only when something else in the statement says so (`a and f()`, `f() if a else b`)."""


class Statement(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """One statement; of a compound one what belongs to it alone (its condition, not its arms)."""

    kind: int
    """A `StatementKind`."""
    parent: int
    """Number of the statement that contains it; -1: the body itself."""
    arm: int
    start_byte: int
    end_byte: int
    """Of the head alone, half open, in the file."""
    start_line: int
    end_line: int
    """Of the head, 1-based, inclusive."""
    last_line: int
    """Of all that it contains."""
    writes: tuple[Write, ...] = ()
    uses: tuple[Use, ...] = ()
    calls: tuple[Call, ...] = ()
    flags: int = 0
    label: str = ""
    """The label of a BREAK, CONTINUE, GOTO or LABEL; of a loop or block the one that stands before it."""
    captured: tuple[str, ...] = ()
    """Variables of this body that functions defined in the statement read when they run."""
    rebound: tuple[str, ...] = ()
    """Variables of this body that such functions write when they run."""
    marks: tuple[int, ...] = ()
    """Lines of words that belong to it and stand apart (`else`, `finally`)."""


class Parameter(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """What a caller gives."""

    name: str
    """The variable."""
    keyword: str = ""
    """Under which a caller can name it; empty: by position only."""
    spread: str = ""
    """`*` takes the remaining positions, `**` the remaining keywords."""
    is_receiver: bool = False
    is_implicit: bool = False
    """Stands in no list of parameters (`this`): no argument is ever given for it."""
    is_reference: bool = False
    """Another name for the variable that a caller gives: writing it writes that."""
    has_default: bool = False
    """Its value is computed where the function is made, when a caller gives none."""


class Body(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """One function, method, lambda, class body or file, lowered."""

    language: str
    name: str
    """As written; empty for a file."""
    start_byte: int
    end_byte: int
    start_line: int
    end_line: int
    parameters: tuple[Parameter, ...]
    statements: tuple[Statement, ...]
    variables: tuple[str, ...]
    """Made in this body, parameters among them. Every other name is that of an outer function or of the file."""
    outer: tuple[Place, ...] = ()
    """Places behind other names that code elsewhere gives new values while the program runs, as far as this file tells."""
    problems: tuple[Problem, ...] = ()
    """Where it could not be read: what is said of it may be incomplete."""
