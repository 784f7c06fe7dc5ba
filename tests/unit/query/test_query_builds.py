"""Which files are one module in several forms."""

import pytest
from query_table import Node, Table

from lepasserelle.model import NodeKind
from lepasserelle.query.builds import Builds, asked_forms

NAMES = ("read", "write", "close")


def tree(paths: dict[str, tuple[str, ...]]) -> Table:
    """Files that define functions of these names; the language follows the ending."""
    nodes = []
    for file, (path, names) in enumerate(paths.items()):
        module = path.replace("/", "_").replace(".", "_")
        nodes += [Node(module, NodeKind.MODULE, file), *(Node(f"{module}.{name}", file=file) for name in names)]
    return Table([*paths], nodes, ["python" if path.endswith((".py", ".pyi")) else "typescript" for path in paths])


def modules(*paths: str, other: dict[str, tuple[str, ...]] | None = None) -> list[list[str]]:
    """The forms of each module with several, all files defining the same names but for `other`."""
    table = tree(dict.fromkeys(paths, NAMES) | (other or {}))
    return [[table.paths[file] for file in files] for files in Builds(table).modules.values()]


@pytest.mark.parametrize(
    "forms",
    [
        ["src/io.ts", "io.js", "io.cjs", "io.d.ts", "io.d.mts", "io.d.cts"],
        ["io.mjs", "io.js", "io.d.ts"],
        ["io.js", "io.cjs", "io.d.ts"],
        ["src/io.js", "es/io.js", "lib/io.js"],
        ["es6/io.js", "lib/io.js", "es6/io.d.ts", "lib/io.d.ts"],
        ["pkg/core/src/in/io.tsx", "pkg/core/dist/esm/in/io.js", "pkg/core/dist/cjs/in/io.js"],
        ["src/in/io.ts", "types/in/io.d.ts"],
        ["io.py", "io.pyi"],
    ],
    ids=" ".join,
)
def test_forms_of_one_module_are_told_by_their_paths_and_the_one_to_open_leads(forms: list[str]) -> None:
    """A source, then modules with bodies, then what declares; whatever order the files are in."""
    assert modules(*forms) == [forms]
    assert modules(*reversed(forms)) == [forms]


@pytest.mark.parametrize(
    "paths",
    [
        ["src/io.ts", "src/types/io.ts"],
        ["browser/io.js", "node/io.js"],
        ["packages/a/src/io.ts", "packages/b/src/io.ts"],
        ["io.py", "lib/io.py"],
        ["io.c", "io.h"],
        ["io.ts", "io.test.ts"],
    ],
    ids=" ".join,
)
def test_files_elsewhere_are_modules_of_their_own(paths: list[str]) -> None:
    """A folder of another name holds another part, another platform or another package."""
    assert modules(*paths) == []


def test_files_that_define_other_things_are_no_forms() -> None:
    """Paths say what may be a form, names whether it is."""
    assert modules("src/io.ts", other={"lib/io.js": ("start", "stop")}) == []
    assert modules("io.ts", other={"io.js": ("start", "stop")}) == []
    assert modules("io.ts", other={"io.js": ("read", "write", "helper")}) == [["io.ts", "io.js"]]


def test_two_folders_with_little_in_common_do_not_mirror_each_other() -> None:
    """One file that is alike beside many others is no build; in a folder that is one, whatever is called alike is."""
    others = {f"lib/{name}.js": (name,) for name in "abcd"}
    assert modules("src/io.ts", "lib/io.js", other=others) == []
    mirrored = {f"{folder}/{name}.js": (name,) for name in "ab" for folder in ("src", "lib")}
    assert ["src/index.js", "lib/index.js"] in modules(other=mirrored | {"src/index.js": ("all",), "lib/index.js": ("helper",)})


def test_what_leads_follows_what_a_filter_shows_and_what_is_asked_for() -> None:
    """A mask keeps one form of each module, and beside a program without types its declarations."""
    table = tree(dict.fromkeys(["io.js", "io.cjs", "io.d.ts", "io.d.cts"], NAMES))
    builds = Builds(table)
    everything = table.kinds >= 0

    def shown(text: str = "", hidden: int = -1, named: tuple[int, ...] = ()) -> list[str]:
        left = builds.leading(everything & (table.files != hidden), text, named)
        return [table.paths[file] for file in sorted(set(table.files[left].tolist()))]

    assert shown() == ["io.js", "io.d.ts"]
    assert shown(hidden=0) == ["io.cjs", "io.d.ts"]
    assert shown("typings of io") == ["io.d.ts"]
    assert shown(named=(1,)) == ["io.js", "io.cjs", "io.d.ts"]
    assert shown(named=(0, 1)) == ["io.js", "io.d.ts"]


def test_words_for_forms_are_read_as_such() -> None:
    """`.cjs`, "commonjs", "declaration file"; a declaration of a variable is none."""
    assert asked_forms("the *.cjs of io") == asked_forms("io in CommonJS")
    assert asked_forms("declaration file of io") == asked_forms("io.d.ts or typings") == frozenset({4})
    assert asked_forms("where is the declaration of a variable parsed") == frozenset()


def test_a_tree_without_forms_reads_no_names() -> None:
    """Most projects have none, and pay for their paths alone."""
    table = tree({"a.py": NAMES, "b.py": NAMES, "c.ts": NAMES})
    table.name = None  # type: ignore[assignment, method-assign]
    assert not Builds(table)
