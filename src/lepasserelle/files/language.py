"""In which language is a file? By its name; by its first line or its content where the name leaves it open.

Not here: which languages have a grammar (that is parse's table). Invariant: a language is a lower-case name; those with a
grammar are exactly python javascript typescript tsx java go rust c cpp c_sharp ruby php bash kotlin swift scala lua elixir
haskell zig, and a text of which nothing is known is `text`.
"""

import re
from typing import Final

from lepasserelle.late import late


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


TEXT: Final = "text"

_EXTENSIONS: Final[dict[str, str]] = {
    extension: language
    for language, extensions in {
        "python": "py pyi pyw pyx pxd pxi wsgi bzl star",
        "javascript": "js mjs cjs jsx es6 jsm",
        "typescript": "ts mts cts",
        "tsx": "tsx",
        "java": "java",
        "go": "go",
        "rust": "rs",
        "c": "c h",
        "cpp": "cc cpp cxx c++ hh hpp hxx h++ ipp inl tcc tpp cppm ixx cu cuh ino",
        "c_sharp": "cs csx cake",
        "ruby": "rb rake gemspec podspec ru rbw thor jbuilder",
        "php": "php phtml php3 php4 php5 php7 phps",
        "bash": "sh bash zsh ksh bats ebuild",
        "kotlin": "kt kts",
        "swift": "swift",
        "scala": "scala sc sbt",
        "lua": "lua rockspec",
        "elixir": "ex exs",
        "haskell": "hs hsc lhs",
        "zig": "zig zon",
        "markdown": "md markdown mdown mkd mdx",
        "restructuredtext": "rst rest",
        "asciidoc": "adoc asciidoc",
        "org": "org",
        "latex": "tex sty cls bib",
        "toml": "toml",
        "yaml": "yaml yml",
        "json": "json jsonc json5 jsonl ndjson geojson webmanifest ipynb",
        "xml": "xml xsd xsl xslt wsdl plist xaml csproj fsproj vbproj props targets resx storyboard xib dtd rng xlf xliff",
        "svg": "svg",
        "html": "html htm xhtml",
        "css": "css",
        "scss": "scss sass",
        "less": "less styl",
        "vue": "vue",
        "svelte": "svelte",
        "astro": "astro",
        "template": "jinja jinja2 j2 tmpl tpl mustache hbs handlebars ejs erb haml slim twig liquid pug njk mako eex heex leex",
        "sql": "sql psql plsql ddl",
        "graphql": "graphql gql",
        "protobuf": "proto",
        "thrift": "thrift",
        "terraform": "tf hcl",
        "nix": "nix",
        "make": "mk mak make",
        "cmake": "cmake",
        "gradle": "gradle",
        "groovy": "groovy gvy",
        "ini": "ini cfg conf cnf properties editorconfig desktop service",
        "csv": "csv tsv psv",
        "gettext": "po pot",
        "diff": "diff patch",
        "perl": "pl pm t pod",
        "r": "r rmd",
        "julia": "jl",
        "dart": "dart",
        "erlang": "erl hrl",
        "clojure": "clj cljs cljc edn",
        "ocaml": "ml mli mll mly",
        "fsharp": "fs fsi fsx",
        "visual_basic": "vb vbs bas",
        "objective_c": "m mm",
        "fortran": "f f77 f90 f95 f03 f08 for",
        "pascal": "pas pp dpr",
        "ada": "adb ads",
        "assembly": "asm s",
        "lisp": "lisp lsp cl el scm ss rkt",
        "prolog": "pro",
        "tcl": "tcl tk",
        "vim": "vim",
        "powershell": "ps1 psm1 psd1",
        "batch": "bat cmd",
        "fish": "fish",
        "awk": "awk",
        "nim": "nim nims",
        "d": "d di",
        "crystal": "cr",
        "elm": "elm",
        "purescript": "purs",
        "solidity": "sol",
        "verilog": "v vh sv svh",
        "vhdl": "vhd vhdl",
        "glsl": "glsl vert frag geom comp hlsl wgsl metal",
        "cobol": "cob cbl cpy",
        "coffeescript": "coffee",
        "text": "txt text log inc",
    }.items()
    for extension in extensions.split()
}

_NAMES: Final[dict[str, str]] = {
    **dict.fromkeys(_words("makefile gnumakefile bsdmakefile justfile makefile.am makefile.in kbuild"), "make"),
    **dict.fromkeys(_words("dockerfile containerfile"), "dockerfile"),
    **dict.fromkeys(_words("rakefile gemfile podfile vagrantfile guardfile capfile brewfile fastfile appfile dangerfile"), "ruby"),
    **dict.fromkeys(_words("sconstruct sconscript wscript snakefile build.bazel workspace workspace.bazel tiltfile"), "python"),
    **dict.fromkeys(_words(".bashrc .bash_profile .bash_aliases .profile .zshrc .zshenv pkgbuild apkbuild .envrc"), "bash"),
    **dict.fromkeys(_words("cmakelists.txt"), "cmake"),
    **dict.fromkeys(_words("jenkinsfile"), "groovy"),
    **dict.fromkeys(
        _words(
            """
            .gitignore .gitattributes .gitmodules .dockerignore .leindexignore .npmignore .eslintignore .prettierignore
            .editorconfig .npmrc .flake8 .pylintrc .coveragerc codeowners .mailmap .hgignore pipfile
            """
        ),
        "ini",
    ),
    **dict.fromkeys(_words(".babelrc .eslintrc .prettierrc .stylelintrc .swcrc .jshintrc .jscsrc .bowerrc"), "json"),
    **dict.fromkeys(_words("go.mod go.work"), "go_mod"),
    **dict.fromkeys(
        _words(
            """
            readme license licence copying authors changelog changes news todo install notice contributors maintainers version
            py.typed history thanks credits requirements.txt metadata
            """
        ),
        TEXT,
    ),
}

_BY_CONTENT: Final = frozenset({"h", "ts", "inc"})
"""Extensions that mean several languages; the content decides."""

_INTERPRETERS: Final[tuple[tuple[str, str], ...]] = (
    ("python", "python"),
    ("pypy", "python"),
    ("node", "javascript"),
    ("deno", "typescript"),
    ("bun", "typescript"),
    ("ts-node", "typescript"),
    ("tsx", "typescript"),
    ("bash", "bash"),
    ("zsh", "bash"),
    ("dash", "bash"),
    ("ksh", "bash"),
    ("sh", "bash"),
    ("bats", "bash"),
    ("ruby", "ruby"),
    ("jruby", "ruby"),
    ("php", "php"),
    ("lua", "lua"),
    ("luajit", "lua"),
    ("elixir", "elixir"),
    ("runhaskell", "haskell"),
    ("runghc", "haskell"),
    ("stack", "haskell"),
    ("swift", "swift"),
    ("scala", "scala"),
    ("kotlin", "kotlin"),
    ("perl", "perl"),
    ("make", "make"),
    ("awk", "awk"),
    ("gawk", "awk"),
    ("fish", "fish"),
    ("rscript", "r"),
    ("groovy", "groovy"),
    ("tclsh", "tcl"),
    ("osascript", "applescript"),
    ("sed", "sed"),
    ("julia", "julia"),
    ("escript", "erlang"),
    ("pwsh", "powershell"),
)
_INTERPRETER: Final = dict(_INTERPRETERS)
_VERSION: Final = late(r"[\d.]+$")


def known_languages() -> frozenset[str]:
    """Every language that a file can be in."""
    told_otherwise = {TEXT, "dockerfile", "make", "html", "xml", "php", "cpp", "c", "typescript"}
    return frozenset({*_EXTENSIONS.values(), *_NAMES.values(), *_INTERPRETER.values(), *told_otherwise})


def language_of_name(name: str) -> str:
    """The language by name, or the usual one where the content decides; empty when only the content can tell."""
    dot = name.rfind(".")
    if dot > 0:
        extension = name[dot + 1 :]
        language = _EXTENSIONS.get(extension) or _EXTENSIONS.get(extension.lower())
        if language is not None and name.lower() not in _NAMES:
            return "cpp" if extension == "C" else language
    lower = name.lower()
    if lower in _NAMES:
        return _NAMES[lower]
    if lower.startswith(("dockerfile.", "containerfile.")) or lower.endswith(".dockerfile"):
        return "dockerfile"
    return "make" if lower.startswith("makefile.") else ""


def may_change(name: str) -> bool:
    """Whether the content may give a file of this name another language than `language_of_name`."""
    return _extension(name) in _BY_CONTENT


def language_of(name: str, guess: str, data: bytes) -> str:
    """The language of a file with this name, `guess` by its name, and this content."""
    extension = _extension(name)
    if extension == "h":
        return header_language(data)
    if extension == "ts":
        return "xml" if data[:200].lstrip().startswith((b"<?xml", b"<!DOCTYPE TS", b"<TS")) else "typescript"
    if extension == "inc":
        return "php" if data.lstrip()[:5].lower() == b"<?php" else "c" if b"#include" in data or b"#define" in data else TEXT
    return guess or _first_line_language(data) or TEXT


def _extension(name: str) -> str:
    return name[name.rfind(".") + 1 :].lower() if "." in name else ""


def _first_line_language(data: bytes) -> str:
    """The language that the first line names: `#!`, `<?php`, `<?xml`; empty when none."""
    line = data[:256].split(b"\n", 1)[0].decode("latin-1").strip().removeprefix("ï»¿")
    if line.startswith("#!"):
        return _interpreter(line[2:])
    if line.startswith("<?php"):
        return "php"
    if line.startswith("<?xml"):
        return "xml"
    return "html" if line.lower().startswith(("<!doctype html", "<html")) else ""


def _interpreter(command: str) -> str:
    words = [word.rsplit("/", 1)[-1] for word in command.split() if not word.startswith("-")]
    if words and words[0] == "env":
        words = [word for word in words[1:] if "=" not in word]
    if not words:
        return ""
    program = words[0].lower()
    return _INTERPRETER.get(program) or _INTERPRETER.get(_VERSION.sub("", program), "")


_FOR_CPP_ONLY: Final = late(
    rb"^[ \t]*#[ \t]*if(?:def[ \t]+|[ \t]+defined[ \t]*\(?[ \t]*)__cplusplus\b.*?^[ \t]*#[ \t]*(?:endif|else)",
    re.MULTILINE | re.DOTALL,
)
_CLASS: Final = late(rb"^[ \t]*class[ \t]+\w[\w \t:<>,]*\s*\{", re.MULTILINE)
_CODE: Final = late(rb"^[ \t]*[^#\s]", re.MULTILINE)
_COMMENT: Final = late(rb"/\*.*?\*/|//[^\n]*", re.DOTALL)
_CPP: Final = late(
    rb"^[ \t]*(?:template[ \t]*<|namespace\b|using[ \t]+\w|class[ \t]+\w[^;()]*\{?[ \t]*$|(?:public|private|protected)[ \t]*:"
    rb"|(?:inline[ \t]+)?constexpr\b|virtual\b|friend\b|explicit\b|#[ \t]*include[ \t]*<[a-z_]+>[ \t]*$)"
    rb"|\bstd::|\w::\w|\boperator[ \t]*[=+\-*/<>!\[(]|\bstatic_cast<|\bnullptr\b|\bnoexcept\b|[\w>][ \t]*&&[ \t]*\w+[ \t]*[,)]",
    re.MULTILINE,
)


def header_language(data: bytes) -> str:
    """`c` or `cpp` for the content of a `.h` file: C++ when something outside comments and `__cplusplus` guards is no C, inside of
    the guard where all code is, or where a guard holds the body of a class: C has no word for it.
    """
    whole = _COMMENT.sub(b"", data[: 1 << 18])
    if any(_CLASS.search(guarded.group()) for guarded in _FOR_CPP_ONLY.finditer(whole)):
        return "cpp"
    code = _FOR_CPP_ONLY.sub(b"", whole)
    code = code if _CODE.search(code) else whole
    return "cpp" if _CPP.search(code) else "c"
