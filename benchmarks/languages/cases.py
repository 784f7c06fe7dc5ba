"""Which packages the languages are measured on, and what of ctags' tags is no definition: data, nothing else.

Every exclusion has its reason, which the table of results counts. What ctags does not know is measured without it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import corpora
import fetching


@dataclass(frozen=True)
class Package:
    """Real code: the registry (`wheel`, `sdist`, `npm`, Debian's `deb` or its source `src`), name and version there.

    Debian's packages have no version here: it is the one that the system's suite has.
    """

    registry: str
    name: str
    version: str = ""

    def fetch(self) -> tuple[Path, str]:
        """Where it lies, and its version."""
        if self.registry in ("deb", "src"):
            return (fetching.debian_package if self.registry == "deb" else fetching.debian_source)(self.name)
        get = {"wheel": fetching.wheel, "sdist": fetching.source_distribution, "npm": fetching.npm_package}[self.registry]
        return get(self.name, self.version), self.version


@dataclass(frozen=True)
class Case:
    """One language: its package, which files of it, what ctags calls the language ("" when it does not know it)."""

    language: str
    package: Package
    suffixes: tuple[str, ...]
    ctags: str
    without: tuple[str, ...] = ()
    """Parts of a path that leave a file out."""
    no_definitions: Mapping[str, str] = field(default_factory=dict)
    """Kind of ctags → why its tags are no definitions."""
    words: frozenset[str] = frozenset()
    """Words of the language, which the pattern-based parsers of ctags take for names."""

    def files(self, folder: Path) -> list[Path]:
        """Its files, sorted."""
        found = (
            path for path in folder.rglob("*") if path.name.endswith(self.suffixes) or ("" in self.suffixes and not path.suffix)
        )
        return sorted(
            path
            for path in found
            if path.is_file() and not path.is_symlink() and not any(part in f"/{path.relative_to(folder)}" for part in self.without)
        )


_IMPORT = "an import, held as one"
_ECMASCRIPT_WORDS = frozenset(["if", "for", "while", "switch", "catch", "return", "function", "await", "throw", "typeof"])

CASES = (
    Case(
        "bash",
        Package("deb", "bash-completion"),
        (".sh", ".bash", ""),
        "Sh",
        ("/usr/bin/", "/doc/", "/cmake/"),
        {"heredoc": "the label of a heredoc"},
    ),
    Case("c", Package("src", "jansson"), (".c", ".h"), "C"),
    Case("c_sharp", Package("sdist", "pythonnet", "3.2.1"), (".cs",), "C#"),
    Case("cpp", Package("npm", "leveldown", "6.1.1"), (".cc", ".cpp", ".h"), "C++"),
    Case(
        "elixir",
        Package("src", "elixir-lang"),
        (".ex", ".exs"),
        "Elixir",
        ("/test/",),
        {"implementation": "an implementation is named by protocol and type here"},
        frozenset({"unquote"}),
    ),
    Case(
        "go",
        Package("src", "golang-github-spf13-cobra"),
        (".go",),
        "Go",
        no_definitions={"package": "a package clause", "packageName": _IMPORT},
    ),
    Case(
        "haskell",
        Package("src", "haskell-aeson"),
        (".hs",),
        "Haskell",
        no_definitions={"module": "a module clause"},
        words=frozenset(["class", "infixr", "infixl", "infix", "family", "instance", "deriving"]),
    ),
    Case("java", Package("npm", "react-native-svg", "15.16.1"), (".java",), "Java"),
    Case(
        "javascript",
        Package("npm", "axios", "1.21.1"),
        (".js",),
        "JavaScript",
        ("/dist/",),
        {"property": "a key of an object literal is data, unless it holds a function"},
        _ECMASCRIPT_WORDS,
    ),
    Case("kotlin", Package("npm", "expo-modules-core", "58.0.7"), (".kt",), "Kotlin"),
    Case("lua", Package("deb", "lua-penlight"), (".lua",), "Lua"),
    Case("php", Package("src", "php-twig"), (".php",), "PHP", no_definitions={"alias": _IMPORT}),
    Case(
        "python",
        Package("wheel", *corpora.DJANGO),
        (".py",),
        "Python",
        no_definitions={"module": _IMPORT, "namespace": _IMPORT, "unknown": _IMPORT},
    ),
    Case("ruby", Package("deb", "ruby-rack"), (".rb",), "Ruby"),
    Case(
        "rust",
        Package("deb", "librust-regex-dev"),
        (".rs",),
        "Rust",
        no_definitions={"implementation": "an `impl` block extends a type", "module": "`mod x;` is an import"},
        words=frozenset({"str"}),
    ),
    Case("scala", Package("deb", "plm"), (".scala",), ""),
    Case("swift", Package("npm", "expo-modules-core", "58.0.7"), (".swift",), ""),
    Case("tsx", Package("npm", "ra-ui-materialui", "5.15.4"), (".tsx",), "TypeScript", (), {"alias": _IMPORT}, _ECMASCRIPT_WORDS),
    Case("typescript", Package("npm", *corpora.ZOD), (".ts",), "TypeScript", (".d.ts",), {"alias": _IMPORT}, _ECMASCRIPT_WORDS),
    Case("zig", Package("wheel", "ziglang", "0.17.1"), (".zig",), "", ("/lib/compiler", "/lib/libc", "/lib/libunwind")),
)
