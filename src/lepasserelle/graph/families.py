"""What linking must know of each family of languages, as a table. Not the code that follows the rules, and nothing of syntax."""

from typing import Final, Literal

import msgspec

from lepasserelle.graph.builtin_names import PYTHON_BUILTINS, PYTHON_TRANSPARENT
from lepasserelle.graph.typed_builtins import GO_BUILTINS, GO_TYPES, RUST_BUILTINS


class Family(msgspec.Struct, frozen=True):
    """The linking rules that languages of one family share."""

    name: str
    languages: tuple[str, ...]
    imports: Literal["python", "path", "package", "folder", "rust", "include", "dotted", "none"] = "none"
    """How the text of an import names a file or a package."""
    package: Literal["declared", "folder", "file", "global", "none"] = "none"
    """What files share their top-level names with each other without importing."""
    outer_packages: bool = False
    """Names of enclosing packages are visible too (`A.B` sees `A`)."""
    nested_packages: frozenset[str] = frozenset()
    """Languages in which several clauses name one package, each of which is seen (Scala)."""
    dotted_packages: bool = False
    """The name of a package that is defined holds dots, and no package need have the name before one (`defmodule A.B`)."""
    functions_fall_back: bool = False
    """A function that the package lacks is that of no package."""
    relative_packages: bool = False
    """A package may be named from within the one around it (`Tools.Text` in `App`)."""
    implicit_members: bool = False
    """A bare name in a method also means a member of the class."""
    class_scope: bool = False
    """Names of a class body are visible in nested functions by scope (no inheritance involved)."""
    constructors: tuple[str, ...] = ()
    """Members that a call of the class enters."""
    makes: str = ""
    """Method of every class that makes an instance."""
    call_member: str = ""
    """Member that a call of an instance enters."""
    includes: bool = False
    """An import without alias makes all names of the file visible."""
    builtins: frozenset[str] = frozenset()
    conversions: frozenset[str] = frozenset()
    """Built-in types: `int(x)` converts and calls nothing. Where there are any, nor does a type of the project with arguments."""
    class_names: bool = True
    """Something outside that is named in camel case is a class (in Go exported functions are written so too)."""
    by_arity: bool = False
    """Of several definitions of one name a call enters those that take as many arguments."""
    indexes_pointers: bool = False
    """A subscript of a pointer to a struct gives the struct, and a pointer is written like what it points to."""
    injects_names: bool = False
    """A class has its own name for a member, so that those below it name it wherever it stands."""
    functions_flow: bool = False
    """Only declarations bind a name; functions are followed through arguments, fields and containers to their calls."""
    tables_flow: bool = False
    """Functions are followed through containers to their calls, and no other way."""
    puts_apart: bool = False
    """What is put on something that stands elsewhere is no name of the file that puts it there."""
    transparent: frozenset[str] = frozenset()
    """Decorators that keep the function what it is."""
    decorators_call: bool = False
    """Applying a decorator calls it."""
    extensions: tuple[str, ...] = ()
    """Tried in order where an import may leave the suffix out."""
    index_names: tuple[str, ...] = ()
    """Files that stand for their folder."""
    overloads: bool = False
    """Several definitions of one name are told apart by the arguments of a call; methods below stand in for those above."""
    constructor_is_type_name: bool = False
    """A constructor is named like its type, and naming the type never means it."""
    reads_call: bool = False
    """Naming a method is calling it."""
    open_types: bool = False
    """Fields, constructors and methods of a type's classes are names of the file that defines them (Haskell)."""
    types_are_values: bool = False
    """A type is what an expression gives, which may be a call (`List(u8)` of Zig)."""
    reopens: bool = False
    """Several definitions of one type in one package are parts of one type."""


FAMILIES: Final = (
    Family(
        "python",
        ("python",),
        imports="python",
        constructors=("__init__",),
        call_member="__call__",
        builtins=PYTHON_BUILTINS,
        transparent=PYTHON_TRANSPARENT,
        decorators_call=True,
    ),
    Family(
        "ecma",
        ("javascript", "typescript", "tsx", "jsx"),
        puts_apart=True,
        imports="path",
        constructors=("constructor",),
        decorators_call=True,
        extensions=(".ts", ".tsx", ".d.ts", ".js", ".jsx", ".mjs", ".cjs", ".mts", ".cts"),
        index_names=("index",),
    ),
    Family(
        "jvm",
        ("java", "kotlin", "scala", "groovy"),
        imports="package",
        package="declared",
        nested_packages=frozenset({"scala"}),
        implicit_members=True,
        overloads=True,
        constructor_is_type_name=True,
    ),
    Family(
        "dotnet",
        ("c_sharp",),
        imports="package",
        package="declared",
        outer_packages=True,
        implicit_members=True,
        reopens=True,
        overloads=True,
        constructor_is_type_name=True,
        relative_packages=True,
        class_names=False,
        tables_flow=True,
    ),
    Family(
        "go",
        ("go",),
        imports="folder",
        package="folder",
        builtins=GO_BUILTINS,
        conversions=GO_TYPES,
        class_names=False,
        functions_flow=True,
        puts_apart=True,
    ),
    Family("rust", ("rust",), imports="rust", package="file", builtins=RUST_BUILTINS, functions_flow=True, puts_apart=True),
    Family(
        "c",
        ("c", "cpp", "objc", "cuda"),
        imports="include",
        package="global",
        outer_packages=True,
        implicit_members=True,
        includes=True,
        by_arity=True,
        call_member="operator()",
        indexes_pointers=True,
        injects_names=True,
        functions_flow=True,
        puts_apart=True,
    ),
    Family(
        "php",
        ("php",),
        imports="package",
        package="declared",
        constructors=("__construct",),
        call_member="__invoke",
        overloads=True,
        relative_packages=True,
        functions_fall_back=True,
        tables_flow=True,
    ),
    Family(
        "ruby",
        ("ruby",),
        imports="include",
        package="global",
        outer_packages=True,
        implicit_members=True,
        constructors=("initialize",),
        makes="new",
        includes=True,
        reads_call=True,
        reopens=True,
    ),
    Family(
        "swift",
        ("swift",),
        imports="none",
        package="global",
        outer_packages=True,
        implicit_members=True,
        constructors=("init",),
        overloads=True,
        tables_flow=True,
    ),
    Family("lua", ("lua", "luau"), imports="dotted", package="none", tables_flow=True),
    Family("elixir", ("elixir",), imports="package", package="global", outer_packages=True, class_scope=True, dotted_packages=True),
    Family("haskell", ("haskell",), imports="package", package="declared", open_types=True),
    Family("zig", ("zig",), imports="path", package="none", class_scope=True, types_are_values=True, extensions=(".zig",)),
    Family("shell", ("bash", "shell", "sh"), imports="include", package="global", includes=True),
)
"""Every family with rules; a language in none of them is linked by scope alone."""

_PLAIN: Final = Family("plain", ())
_BY_LANGUAGE: Final = {language: family for family in FAMILIES for language in family.languages}


def family_of(language: str) -> Family:
    """The family of a language; one without rules for a language that has none."""
    return _BY_LANGUAGE.get(language, _PLAIN)


_CALLED: Final = {"kotlin": "invoke", "scala": "apply", "swift": "callAsFunction"}


def called_member(language: str) -> str:
    """The member that a call of an instance enters; empty where there is none."""
    return _CALLED.get(language) or family_of(language).call_member
