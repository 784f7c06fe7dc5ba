"""How values move in one file, as rows of four numbers: the words of the value code. Not who computes them.

A row is `(operation, a, b, c)`; its number is the *term* that it computes, 0 is "nothing known". A negative term is a constant:
`-w` means word `w`, which begins with `s` (text), `i` (integer) or `f` (text with a `*` for each part that is not known).
Operands that do not fit stand in `extra`. Rows
below a `SCOPE` belong to that definition. A name that is bound anew has a new term, so that order within a scope is told by the
rows themselves (static single assignment; Cytron et al. 1991): where ways meet stands a `PHI`.
"""

from enum import IntEnum

import msgspec


class ValueOp(IntEnum):
    """What a row does. `[…]` lies in `extra` from the number given."""

    NOTHING = 0
    DEFINITION = 1
    """a definition: the function, class or lambda itself, decorators left out."""
    PARAMETER = 2
    """a definition, b place in its signature."""
    OUTER = 3
    """a word: a name that nothing in the file binds."""
    IMPORT = 4
    """a import."""
    ATTRIBUTE = 5
    """member of a named b, c line."""
    CALL = 6
    """of a with [where, (word | 0 positional | -1 `*` | -2 `**`, term)…] from b, c pairs. where: 2 × reference, or 2 × line + 1."""
    ITEM = 7
    """of a under key term b, c line."""
    PART = 8
    """of a, taken apart: b its place (negative: from the end), c line."""
    REST = 9
    """the list of what is left of a from place b on."""
    ITERATE = 10
    """each item of a, b line, c 1: asynchronously."""
    PHI = 11
    """one of [terms] from a, b many; `JOIN` adds to them."""
    DISPLAY = 12
    """a new container of kind a & 7 (`Container`), on line a >> 3, with [(key, term)…] from b, c pairs. key: constant, 0 next
    place, or a `Spread`."""
    COLLECT = 13
    """a new container of kind a that holds term b (under key term c)."""
    COPY = 14
    """a new container with items of a from place b to before c (-1: not known, c 0: all)."""
    ENTER = 15
    """what `with` gives of a, b line, c 1: asynchronously."""
    OPERATE = 16
    """method [word, line] from c of a with argument b (0: none), called by the syntax."""
    PARENT = 17
    """`super()` in class a, receiver b."""
    RAISED = 18
    """an instance of a, or of each class in it."""
    DECORATE = 19
    """b as decorator a leaves it, c where as in CALL."""
    CLASS = 20
    """the class a with [bases] from b, c many."""
    SENT = 21
    """what a `yield` of generator a is sent."""
    SHARED = 22
    """term a, or what other files put under this name b of module or class c."""
    PROPERTY = 23
    """property of a named b, c line: as ECMAScript looks it up, with the value itself as receiver."""
    ELEMENT = 24
    """property of a under key term b, c line, likewise."""
    NEW = 25
    """an instance of a; operands as in CALL."""
    AWAIT = 26
    """what promise a comes to; any other value is itself."""
    THROWN = 27
    """what the functions throw that call a enters."""
    STARRED = 28
    """what the wildcard import a gives under the name b, else c, which the name meant before."""
    NARROW = 29
    """those values of a for which the test holds; [2 × `Test` + 1 when it must not, operand…] from b, c operands."""
    RESULT = 30
    """what generator a returns when it has ended (`yield from a`), on line b; c 1: what awaiting a gives, which is any other value
    itself."""
    SCOPE = 32
    SIGNATURE = 33
    """of definition a: [(kind, word, default)…] from b, c parameters, which are the next rows. kind: a `ParameterKind`."""
    RETURN = 34
    YIELD = 35
    """a term, b 1: each item of it."""
    SET_MEMBER = 36
    """member b of a becomes c."""
    SET_ITEM = 37
    """item [key, line] from b of a becomes c."""
    MEMBER = 38
    """of scope a (module or class) named b is c when its code has run."""
    FIELD = 39
    """class a declares field b with default c."""
    JOIN = 40
    """PHI a may be b."""
    RAISE = 41
    """a is raised on line b: a class is called for it."""
    LOST = 42
    """what the reference or line a (as in CALL) calls is a name whose value here is nothing that can be followed."""
    PUT = 43
    """property b of a becomes c."""
    HOME = 44
    """the object that term b makes holds definition a as a method."""
    FLAG = 45
    """class a, or with `Flag.PUT` something in the file, puts c (a `Flag`) under b."""


class Test(IntEnum):
    """What a condition asks of a value."""

    INSTANCE = 0
    """an instance of one of the operands, or of a class below."""
    SUBCLASS = 1
    EXACT = 2
    """an instance of that very class."""
    CALLABLE = 3
    HAS = 4
    """a member: its name is the operand, a constant."""
    SAME = 5
    """the operand itself."""
    TRUE = 6
    """what lies under the name (a constant) is true."""
    OF_TYPE = 7
    """`typeof` gives the operand, a constant."""
    MADE_BY = 8
    """ECMAScript's `instanceof`: made by one of the operands, or by what inherits from it."""
    ARRAY = 9
    """`Array.isArray`."""


class Flag(IntEnum):
    """`True` and `False` under a name of a class. The bits above say how sure that is."""

    FALSE = 0
    TRUE = 1
    PUT = 2
    """Something else."""
    FIELD = 4
    """Declared with a type: a constructor that something outside makes may set another one."""
    CONSTRUCTED = 8
    """Put on the instance by the constructor, whatever way it takes."""
    OWN = 16
    """With `PUT`: on the receiver of a method."""


class Container(IntEnum):
    """Kinds of containers that a display makes."""

    LIST = 0
    TUPLE = 1
    SET = 2
    DICT = 3
    OBJECT = 4
    """An object literal: items under the texts of its keys."""
    MAP = 5
    PROMISE = 6
    EMITTER = 7


class Spread(IntEnum):
    """Keys in a display that are none; below every word."""

    UNKNOWN = -1_000_000_001
    STAR = -1_000_000_002
    KEY = -1_000_000_003
    """The term is itself a key."""


class ParameterKind(IntEnum):
    """How a parameter takes its arguments."""

    PLAIN = 0
    STAR = 1
    KEYWORD = 2
    DOUBLE_STAR = 3
    RECEIVER = 4
    """`this`: the first of every function of ECMAScript, also of those that do not look at it."""
    ARGUMENTS = 5
    """All arguments together."""


class ValueCode(msgspec.Struct, frozen=True, array_like=True):
    """The value code of one file."""

    words: tuple[str, ...]
    """Word 0 is empty."""
    rows: bytes
    """zstd of little-endian i32 in fours; row 0 is NOTHING."""
    extra: bytes
    """zstd of little-endian i32."""
