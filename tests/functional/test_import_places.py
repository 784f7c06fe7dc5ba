"""Imports lead where configuration files of the project say, and elsewhere as soon as these do."""

from pathlib import Path

import pytest

from lepasserelle import LeIndex
from lepasserelle.model import IndexReport

UTIL = "package util\n\nfunc New() int { return 1 }\n"
X = "export function t1() { return 1; }\n"

CRATE = {
    "Cargo.toml": '[package]\nname = "kr-x"\n',
    "src/lib.rs": "pub mod util;\npub fn top() {}\n",
    "src/util.rs": "pub fn deep() {}\npub fn other() {}\n",
}


def go_main(*paths: str) -> str:
    """A program that calls `New` of each package."""
    imports = "".join(f'\tp{number} "{path}"\n' for number, path in enumerate(paths))
    return f"package main\n\nimport (\n{imports})\n\nfunc main() {{ {'; '.join(f'p{n}.New()' for n in range(len(paths)))} }}\n"


def ts_main(module: str) -> str:
    """A program that calls `t1` of a module."""
    return f'import {{ t1 }} from "{module}";\nexport function main() {{ return t1(); }}\n'


def write(project: Path, files: dict[str, str]) -> None:
    """Make these files."""
    for path, text in files.items():
        target = project / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, "utf-8")


def called(project: Path, caller: str = "main.main") -> list[str]:
    """What a function calls for sure, after the index was brought up to date."""
    index(project)
    with LeIndex(project, keep_copies=False) as leindex:
        return sorted(edge.target for edge in leindex.callees(caller, resolution="exact"))


def index(project: Path) -> IndexReport:
    """Bring the index up to date."""
    with LeIndex(project, keep_copies=False) as leindex:
        return leindex.index_project()


PLACES: dict[str, tuple[dict[str, str], str, list[str]]] = {
    "rust: a crate by its own name in an integration test, with a module of the tests": (
        {
            **CRATE,
            "tests/common/mod.rs": "pub fn setup() {}\n",
            "tests/regex.rs": "pub fn no() {}\n",
            "tests/t.rs": "mod common;\nuse common::setup;\nuse kr_x::top;\nuse kr_x::util;\nuse regex::no;\n"
            "fn it() { top(); kr_x::util::deep(); util::other(); setup(); common::setup(); no(); }\n",
        },
        "tests.t.it",
        ["regex.no", "src.lib.top", "src.util.deep", "src.util.other", "tests.common.mod.setup"],
    ),
    "rust: a binary of its own is the root of its crate": (
        {**CRATE, "src/bin/x.rs": "use kr_x::top;\nfn own() {}\nfn main() { top(); crate::own(); self::own(); }\n"},
        "src.bin.x.main",
        ["src.bin.x.own", "src.lib.top"],
    ),
    "rust: an example, and a file without a package, are roots of crates": (
        {
            "examples/e.rs": "use crate::inner::f;\nmod inner { pub fn f() { crate::g(); } }\nfn g() {}\n"
            "fn main() { f(); crate::g(); }\n"
        },
        "examples.e.main",
        ["examples.e.g", "examples.e.inner.f"],
    ),
    "rust: the library by the name that its manifest says, at the place that it says": (
        {
            "Cargo.toml": '[package]\nname = "kr-x"\n[lib]\nname = "other"\npath = "code/lib.rs"\n',
            "code/lib.rs": "pub fn top() {}\n",
            "benches/b.rs": "use kr_x::top as no;\nuse other::top;\nfn it() { top(); no(); }\n",
        },
        "benches.b.it",
        ["code.lib.top", "kr_x.top"],
    ),
    "rust: a dependency by its path, of the workspace, and one of the registry that is called like a crate of the project": (
        {
            "Cargo.toml": '[workspace]\nmembers = ["*"]\n[workspace.dependencies]\nb-b = { path = "b" }\n',
            "a/Cargo.toml": '[package]\nname = "a"\n[dependencies]\nb-b.workspace = true\nc = "1"\n'
            'd2 = { path = "../d", package = "d" }\n',
            "a/src/lib.rs": "pub fn go() { b_b::f(); c::f(); d2::f(); }\n",
            "b/Cargo.toml": '[package]\nname = "b-b"\n',
            "b/src/lib.rs": "pub fn f() {}\n",
            "c/Cargo.toml": '[package]\nname = "c"\n',
            "c/src/lib.rs": "pub fn f() {}\n",
            "d/Cargo.toml": '[package]\nname = "d"\n',
            "d/src/lib.rs": "pub fn f() {}\n",
        },
        "a.src.lib.go",
        ["b.src.lib.f", "d.src.lib.f"],
    ),
    "go: a module below the project": (
        {
            "mono/go.mod": "module example.com/be\n",
            "mono/util/u.go": UTIL,
            "mono/m.go": "package be\n\nfunc New() {}\n",
            "mono/cmd/main.go": go_main("example.com/be/util", "example.com/be"),
        },
        "mono.cmd.main.main",
        ["mono.m.New", "mono.util.u.New"],
    ),
    "go: several modules, of which the nearest and the longest path hold": (
        {
            "a/go.mod": "module example.com/x\n",
            "a/util/u.go": UTIL,
            "b/go.mod": "module example.com/x\n",
            "b/util/u.go": UTIL,
            "b/sub/go.mod": "module example.com/x/deep\n",
            "b/sub/util/u.go": UTIL,
            "b/main.go": go_main("example.com/x/util", "example.com/x/deep/util"),
        },
        "b.main.main",
        ["b.sub.util.u.New", "b.util.u.New"],
    ),
    "go: what lies in no module of the project is outside, whatever its last word is": (
        {"go.mod": "module example.com/x\n", "util/u.go": UTIL, "main.go": go_main("github.com/other/util")},
        "main.main",
        ["github.com/other/util.New"],
    ),
    "go: without a module the folder that the path ends with": (
        {"util/u.go": UTIL, "main.go": go_main("example.com/x/util")},
        "main.main",
        ["util.u.New"],
    ),
    "go: a replaced module, and a vendored one": (
        {
            "app/go.mod": "module example.com/app\nreplace example.com/lib => ../local\n",
            "local/go.mod": "module example.com/something\n",
            "local/u/u.go": UTIL,
            "app/vendor/github.com/v/w/u.go": UTIL,
            "app/main.go": go_main("example.com/lib/u", "github.com/v/w"),
        },
        "app.main.main",
        ["app.vendor.github.com.v.w.u.New", "local.u.u.New"],
    ),
    "go: a workspace's modules stand before others of their path": (
        {
            "go.work": "use (\n\t./app\n\t./z\n)\n",
            "app/go.mod": "module example.com/app\n",
            "app/main.go": go_main("example.com/lib/u"),
            "app-old/go.mod": "module example.com/lib\n",
            "app-old/u/u.go": UTIL,
            "z/go.mod": "module example.com/lib\n",
            "z/u/u.go": UTIL,
        },
        "app.main.main",
        ["z.u.u.New"],
    ),
    "ts: paths, with comments and last commas": (
        {
            "web/tsconfig.json": '{ // c\n "compilerOptions": {"paths": {"@/*": ["./gen/*", "./src/*"],},}, /* c */ }',
            "web/src/x.ts": X,
            "web/src/main.ts": ts_main("@/x"),
        },
        "web.src.main.main",
        ["web.src.x.t1"],
    ),
    "ts: the nearest configuration, and what it extends": (
        {
            "tsconfig.json": '{"compilerOptions": {"paths": {"@/*": ["./wrong/*"]}}}',
            "wrong/x.ts": X,
            "web/tsconfig.json": '{"extends": "../configs/base.json"}',
            "configs/base.json": '{"compilerOptions": {"baseUrl": "../web/src", "paths": {"@/*": ["*"]}}}',
            "web/src/x/index.ts": X,
            "web/src/main.ts": ts_main("@/x"),
        },
        "web.src.main.main",
        ["web.src.x.index.t1"],
    ),
    "ts: the longest pattern, and one without a star": (
        {
            "tsconfig.json": '{"compilerOptions": {"paths": {"*": ["./c/*"], "@/*": ["./a/*"],'
            ' "@/x/*": ["./b/*"], "@/x/y": ["./d.ts"]}}}',
            "a/x/z.ts": X,
            "b/z.ts": X,
            "b/y.ts": X,
            "c/@/x/z.ts": X,
            "d.ts": X,
            "main.ts": ts_main("@/x/z").replace("main()", "other()")
            + 'import { t1 as t2 } from "@/x/y";\nexport function main() { t1(); t2(); }\n',
        },
        "main.main",
        ["b.z.t1", "d.t1"],
    ),
    "js: the base of a jsconfig": (
        {"jsconfig.json": '{"compilerOptions": {"baseUrl": "src"}}', "src/lib/x.js": X, "src/a/main.js": ts_main("lib/x")},
        "src.a.main.main",
        ["src.lib.x.t1"],
    ),
}


@pytest.mark.parametrize(("files", "caller", "callees"), PLACES.values(), ids=PLACES)
def test_imports_lead_where_the_project_says(tmp_path: Path, files: dict[str, str], caller: str, callees: list[str]) -> None:
    """By modules and workspaces of Go, by path mappings of TypeScript and JavaScript."""
    write(tmp_path, files)
    assert called(tmp_path, caller) == callees


def test_another_path_of_a_module_links_again(tmp_path: Path) -> None:
    """Only `go.mod` is written, by as many bytes: no source is parsed again, and the import is outside then, and back later."""
    write(tmp_path, {"be/go.mod": "module example.com/be\n", "be/u/u.go": UTIL, "be/main.go": go_main("example.com/be/u")})
    assert called(tmp_path, "be.main.main") == ["be.u.u.New"]
    write(tmp_path, {"be/go.mod": "module example.com/xx\n"})
    assert called(tmp_path, "be.main.main") == ["example.com/be/u.New"]
    write(tmp_path, {"be/go.mod": "module example.com/be\n"})
    assert called(tmp_path, "be.main.main") == ["be.u.u.New"]


def test_another_target_of_a_mapping_links_again(tmp_path: Path) -> None:
    """Also where it stands in a file of another name that is extended; and where a nearer configuration comes and goes."""
    base = '{"compilerOptions": {"paths": {"@/*": ["./%s/*"]}}}'
    write(tmp_path, {"base.json": base % "aa", "src/tsconfig.json": '{"extends": "../base.json"}'})
    write(tmp_path, {"aa/x.ts": X, "bb/x.ts": X, "src/main.ts": ts_main("@/x")})
    assert called(tmp_path, "src.main.main") == ["aa.x.t1"]
    write(tmp_path, {"base.json": base % "bb"})
    with LeIndex(tmp_path, keep_copies=False) as leindex:
        assert leindex.staleness().stale_files == 1
    assert called(tmp_path, "src.main.main") == ["bb.x.t1"]
    (tmp_path / "src/tsconfig.json").unlink()
    assert called(tmp_path, "src.main.main") == ["@/x.t1"]


def test_a_change_that_says_the_same_of_imports_keeps_the_former_edges(tmp_path: Path) -> None:
    """Another version of Go in `go.mod`, then a source: what follows is linked as a fresh index is."""
    write(
        tmp_path, {"be/go.mod": "module example.com/be\n\ngo 1.21\n", "be/u/u.go": UTIL, "be/main.go": go_main("example.com/be/u")}
    )
    assert called(tmp_path, "be.main.main") == ["be.u.u.New"]
    write(tmp_path, {"be/go.mod": "module example.com/be\n\ngo 1.22\n"})
    assert index(tmp_path).parsed_files == 1
    write(tmp_path, {"be/main.go": go_main("example.com/be/u", "example.com/be/none")})
    assert called(tmp_path, "be.main.main") == ["be.u.u.New", "example.com/be/none.New"]


def test_a_package_of_a_workspace_is_imported_by_its_name(tmp_path: Path) -> None:
    """Its sources are meant, though the manifest names what is built of them; a change of the manifest is followed."""
    write(
        tmp_path,
        {
            "package.json": '{"workspaces": ["packages/*"]}',
            "packages/a/package.json": '{"name": "@x/a", "exports": {".": "./dist/index.js", "./u": "./dist/u.js"}}',
            "packages/a/src/index.ts": X,
            "packages/a/src/u.ts": X,
            "packages/b/package.json": '{"name": "b"}',
            "packages/b/main.ts": ts_main("@x/a"),
            "packages/b/sub.ts": ts_main("@x/a/u"),
        },
    )
    assert called(tmp_path, "packages.b.main.main") == ["packages.a.src.index.t1"]
    assert called(tmp_path, "packages.b.sub.main") == ["packages.a.src.u.t1"]
    write(tmp_path, {"packages/a/package.json": '{"name": "@x/other"}'})
    assert called(tmp_path, "packages.b.main.main") == ["@x/a.t1"]


def test_a_crate_is_called_as_its_manifest_says_now(tmp_path: Path) -> None:
    """Another name in `Cargo.toml` resolves the test again, with no change of any Rust; a damaged one says nothing."""
    write(tmp_path, {**CRATE, "tests/t.rs": "use kr_x::top;\nfn it() { top(); }\n"})
    assert called(tmp_path, "tests.t.it") == ["src.lib.top"]
    write(tmp_path, {"Cargo.toml": '[package]\nname = "other"\n'})
    assert called(tmp_path, "tests.t.it") == ["kr_x.top"]
    write(tmp_path, {"Cargo.toml": '[package]\nname = "kr_x"\n'})
    assert called(tmp_path, "tests.t.it") == ["src.lib.top"]
    write(tmp_path, {"Cargo.toml": '[package]\nname = "kr_x"\n[['})
    assert called(tmp_path, "tests.t.it") == ["kr_x.top"]
