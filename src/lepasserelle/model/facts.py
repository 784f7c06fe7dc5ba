"""What one source file says, as the parser read it and before anything outside the file is known.

Facts depend on the bytes and the language of a file and on nothing else: not on its path, not on other files. That is what
lets them be stored by content fingerprint, so that a rename or a branch switch parses nothing.

Chains
------
An expression that names something is lowered to a *chain*, one string that means the same in every language:

    chain  = root *( "." name | "()" | "[]" )
    root   = identifier                        as written (`os`, `$x`, `@count`)
           | "<self>"                          the receiver: `this`, `self`, the first parameter of a Python or Go method
           | "<class>"                         the class of the receiver: `cls`, `Self`, `self::`, `static::`
           | "<super>"                         the parent class: `super()`, `super`, `parent::`, `base`; not `super(Other, self)`
           | "<global>"                       what no package is around: a name written from the top (PHP, with a leading backslash)
           | "<str>" "<bytes>" "<int>" "<float>" "<bool>" "<none>" "<list>" "<tuple>" "<dict>" "<set>" "<regex>"   a literal
           | "<lambda1>"                       an anonymous function defined right here (its definition's name)
           | "`+`"                             an operator, as the last name too: it may hold what else divides a chain
           | "::name"                          a name outside of every scope (C++)
           | "?"                               an expression that the parser does not follow

`a::b->c` of C++ is `a.b.c`; `crate::util::run` of Rust is `crate.util.run`; `Foo(1).bar` is `Foo().bar`; `xs[0].f` is
`xs[].f`; `await f()` is `f()`; `(a or b).c` is `?.c`; `new Foo()` is `Foo()`; a cast `(Foo) x` is what it gives,
`Foo()`. Type arguments are dropped, but of a declared value that holds others (`Map{List{Foo}}`).
A local that only a part of its function sees, while its name is written elsewhere in the function too, is `x~1`, `x~2`, …
The type of a value may say what it holds, which is no chain: `Vec{Plan}`, `{Node}` of `[]*Node`.
A chain is at most 200 characters; a longer one keeps its end behind "?".
"""

from enum import IntEnum, IntFlag
from typing import Final

import msgspec

from lepasserelle.model.values import ValueCode

GIVEN_RECEIVER: Final = "<given>"
"""The name by which a closure's own receiver is bound in it (`x.apply { … }`)."""


class Problem(msgspec.Struct, frozen=True, array_like=True):
    """Something in a file that could not be understood; the rest of the file is in the facts all the same."""

    line: int
    """1-based."""
    message: str


class Definition(msgspec.Struct, frozen=True, array_like=True):
    """One thing that a file defines. A file's definitions stand in source order (by start byte, the outer one first); number 0
    is the file itself (`MODULE`, parent -1, whole span, empty name).
    """

    name: str
    """Simple name as written, `<lambda1>`, or `<class1>` for a type without a name (Java's `new Runnable() {…}`)."""
    kind: int
    """A `NodeKind`."""
    parent: int
    """Index of the enclosing definition in the file. A method defined outside its class (Go, C++ `A::f`, Rust `impl`) has the class
    as parent when that class is in the same file, else the enclosing scope, and says its `receiver`."""
    start_byte: int
    end_byte: int
    """Half open. Decorators, attributes and modifiers belong to the span; a documentation comment before it does not."""
    start_line: int
    end_line: int
    """1-based, inclusive."""
    flags: int = 0
    """`NodeFlag`s that the syntax alone tells (not TEST by path, nor SECONDARY)."""
    signature: str = ""
    """The head as written, white space collapsed, without body, at most 400 characters: `def filter(self, *args, **kwargs)`."""
    documentation: str = ""
    """Docstring or documentation comment, markers removed, at most 2000 characters."""
    bases: tuple[str, ...] = ()
    """Chains of the types that it extends or implements, as written, in order."""
    decorators: tuple[str, ...] = ()
    """Chains of decorators, annotations, attributes or derives, outermost first; a decorator with arguments ends in `()`."""
    receiver: str = ""
    """Chain of the type whose method this is, when that is not the parent (`impl Foo for Bar` in another file: `Bar`)."""
    complexity: int = 0
    """Cyclomatic complexity (McCabe, 1976): 1 + decisions, for kinds with a body; 0 else."""
    body_byte: int = 0
    """Where the body begins (= start_byte + length of the head); end_byte when there is none."""
    calling: int = 0
    """What a call must give and what may stand in for it (`model/calling.py`); 0 where the language's spec does not say."""
    also: str = ""
    """Its own name, where it is bound by another one (`inner` of `const outer = function inner() {}`)."""


class ImportFlag(IntFlag):
    """What is special about an import."""

    REEXPORT = 1
    """What it binds is visible to importers of this file under the same name (`export … from`, `pub use`)."""
    TYPE_ONLY = 2
    INCLUDE = 4
    """Textual inclusion with quotes, relative to the file (`#include "x.h"`, `require_relative`, `source`)."""
    SYSTEM = 8
    """Textual inclusion from the system's places (`#include <x.h>`)."""
    STATIC = 16
    """Imports a member of a type (`import static`)."""
    CONDITIONAL = 32
    """Inside `try`, `if` or a function: may not happen."""


class Import(msgspec.Struct, frozen=True, array_like=True):
    """One name that an import binds. `from a import b, c` is two."""

    scope: int
    """Index of the definition in whose scope the name is bound."""
    module: str
    """As written, in dots for dotted languages (`a.b`, Rust `crate.a`), as path otherwise (`./util`, `net/http`, `x.h`)."""
    name: str
    """The member that is taken from the module; empty: the module itself; `*`: all of it; `default`: that of ECMAScript."""
    alias: str
    """The name bound here. `import a.b` of Python binds `a` (and module is `a.b`); empty: nothing is bound, or (`*`) every name."""
    level: int = 0
    """Leading dots of a relative Python import, `super` steps of a Rust path; 0: absolute, or relative in `module` itself."""
    line: int = 0
    flags: int = 0
    """`ImportFlag`s."""


class Role(IntEnum):
    """What a place in the code does with the thing it names."""

    CALL = 0
    READ = 1
    WRITE = 2


MADE, DELETED = -2, -3
"""Arities of places that call without a list of arguments: `Box b;` makes an object if `Box` is a class, `delete p` ends one."""
OPERATED, ALONE, BEHIND = -4, -5, -6
"""Arities of operators, which call what the type of an operand defines and nothing else: of the first of two operands, of the only
one, of the second of two."""
OPERATIONS = frozenset({OPERATED, ALONE, BEHIND})


class Reference(msgspec.Struct, frozen=True, array_like=True):
    """One place that names something. Reads and writes of what is bound in the same function (locals, parameters) are left out;
    so are reads that are the callee or the receiver of a recorded reference.
    """

    role: int
    """A `Role`."""
    scope: int
    """Index of the innermost definition around it that has code of its own (module, class, function, method, lambda). Default
    values, decorators and annotations of a function belong to the scope around the function."""
    chain: str
    """For a call the callee without the final `()`: `self.save(x)` is `<self>.save`."""
    line: int
    """1-based, of the last name in the chain."""
    arity: int = -1
    """Number of arguments of a call; -1 unknown or starred; `MADE`, `DELETED`; `OPERATED`, `ALONE`, `BEHIND`."""
    given: int = 0
    """What else a call gives (`model/calling.py`): closures behind its list in the place of the number, labels; 0 where the
    language's spec does not say. From bit 32 on, which of `FileFacts.arguments` it gives, counted from 1; 0 for none of them."""


class FlowKind(IntEnum):
    """How a value moves to a name."""

    PARAMETER = 0
    """`target` is a parameter of `scope`; `source` its declared type, or empty. In order."""
    ASSIGN = 1
    """`target` gets the value of `source` (loops give `xs[]`, `with` gives `f().__enter__()`, unpacking gives `?`)."""
    DECLARE = 2
    """`target` is declared with type `source` (field, variable, annotated assignment); `ASSIGN` follows when it has a value too.
    `target` "<metaclass>": the class of the class `scope`."""
    RETURN = 3
    """`scope` returns `source`; `target` is empty. A declared return type is `target` "<type>"."""
    GLOBAL = 4
    """`target` in this scope means the module's."""
    NONLOCAL = 5
    """`target` in this scope means an enclosing function's."""
    EXPORT = 6
    """`target` is the name under which importers see local `source` (ECMAScript `export`, `module.exports.x`, Python `__all__`)."""
    ARGUMENT = 7
    """`source` is an argument of a call of `target`, which ends in `#` and its place: `visit#0`. Of languages with declared types;
    only what may be a function."""


class Flow(msgspec.Struct, frozen=True, array_like=True):
    """One movement of a value. Also what tells which names are local to a scope."""

    kind: int
    """A `FlowKind`."""
    scope: int
    target: str
    """A chain; a plain name is bound in `scope`, `<self>.x` is an instance attribute, `T().x` and `T().#1` are fields (by name, by
    place) of a literal of type `T`, `x[]` what a container holds, `<given>` the receiver that a closure has of its own."""
    source: str
    """A chain, `?` when the parser does not follow the expression."""
    line: int


class FileFacts(msgspec.Struct, frozen=True, array_like=True):
    """Everything that the parser knows of one file."""

    language: str
    """The language's lower-case name (`python`, `tsx`, `c_sharp`, `markdown`, `text`)."""
    package: str
    """The package or namespace that the file declares for itself (Java, Go, Kotlin, C# file-scoped, PHP, Haskell), in dots."""
    definitions: tuple[Definition, ...]
    imports: tuple[Import, ...] = ()
    references: tuple[Reference, ...] = ()
    flows: tuple[Flow, ...] = ()
    problems: tuple[Problem, ...] = ()
    line_count: int = 0
    values: ValueCode | None = None
    """How values move, statement by statement; of Python and ECMAScript only."""
    arguments: tuple[str, ...] = ()
    """What calls give, each list once, chains side by side with tabs between them (no chains are `<char>`, `+x` for what counting
    with `x` gives, `=T` for a type outside); of languages whose overloads types tell apart. `Reference.given` says which list."""
