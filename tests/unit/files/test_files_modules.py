"""Module names: from packaging files, `src`, `__init__.py` chains (also above the project), settings; and other languages."""

import random
import re
from pathlib import Path

import pytest

from lepasserelle.errors import ConfigError
from lepasserelle.files import ModuleNames, WalkRules, check_roots, walk


def _make(folder: Path, *paths: str) -> None:
    for path in paths:
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).touch()


def _names(project: Path, roots: tuple[str, ...] = ()) -> dict[str, str]:
    entries = walk(project, WalkRules()).entries
    modules = ModuleNames.discover(project, entries, roots)
    return {entry.path: modules.name(entry.path, entry.language) for entry in entries if entry.language == "python"}


def test_packages_at_the_top(tmp_path: Path) -> None:
    """A package is named by its folder, `__init__.py` is the package, and a script beside it has its stem."""
    _make(
        tmp_path,
        "pkg/__init__.py",
        "pkg/a.py",
        "pkg/sub/__init__.py",
        "pkg/sub/b.pyi",
        "pkg/__main__.py",
        "setup.py",
        "scripts/run.py",
    )
    assert _names(tmp_path) == {
        "pkg/__init__.py": "pkg",
        "pkg/__main__.py": "pkg.__main__",
        "pkg/a.py": "pkg.a",
        "pkg/sub/__init__.py": "pkg.sub",
        "pkg/sub/b.pyi": "pkg.sub.b",
        "scripts/run.py": "scripts.run",
        "setup.py": "setup",
    }


def test_a_project_inside_a_package_is_named_from_above(tmp_path: Path) -> None:
    """Indexing `django/db` names its modules `django.db.…`."""
    _make(tmp_path, "django/__init__.py", "django/db/__init__.py", "django/db/models/__init__.py", "django/db/models/query.py")
    _make(tmp_path, "django/db/plain/x.py")
    assert _names(tmp_path / "django/db") == {
        "__init__.py": "django.db",
        "models/__init__.py": "django.db.models",
        "models/query.py": "django.db.models.query",
        "plain/x.py": "django.db.plain.x",
    }


def test_the_src_layout(tmp_path: Path) -> None:
    """`src` beside a project file is a root, also for namespace packages in it; a `src` that is a package is none."""
    _make(
        tmp_path,
        "pyproject.toml",
        "src/pkg/__init__.py",
        "src/pkg/a.py",
        "src/google/cloud/x/__init__.py",
        "src/single.py",
        "tests/test_a.py",
    )
    assert _names(tmp_path) == {
        "src/google/cloud/x/__init__.py": "google.cloud.x",
        "src/pkg/__init__.py": "pkg",
        "src/pkg/a.py": "pkg.a",
        "src/single.py": "single",
        "tests/test_a.py": "tests.test_a",
    }
    _make(tmp_path, "src/__init__.py")
    assert _names(tmp_path)["src/pkg/a.py"] == "src.pkg.a"


@pytest.mark.parametrize(
    ("file", "text", "path", "name"),
    [
        ("pyproject.toml", '[tool.setuptools.packages.find]\nwhere = ["lib"]\n', "lib/ns/a/x.py", "ns.a.x"),
        ("pyproject.toml", '[tool.setuptools]\npackage-dir = {"" = "python"}\n', "python/ns/x.py", "ns.x"),
        ("pyproject.toml", '[tool.setuptools.package-dir]\nmypkg = "lib/code"\n', "lib/code/x.py", "mypkg.x"),
        ("pyproject.toml", '[tool.hatch.build.targets.wheel]\npackages = ["lib/pkg"]\n', "lib/pkg/sub/x.py", "pkg.sub.x"),
        ("pyproject.toml", '[tool.hatch.build.targets.wheel]\nsources = ["lib"]\n', "lib/ns/x.py", "ns.x"),
        ("pyproject.toml", '[tool.hatch.build.targets.wheel.sources]\n"lib/a" = "b/c"\n', "lib/a/x.py", "b.c.x"),
        ("pyproject.toml", '[[tool.poetry.packages]]\ninclude = "pkg"\nfrom = "lib"\n', "lib/pkg/x.py", "pkg.x"),
        ("pyproject.toml", '[tool.flit.module]\nname = "ns.pkg"\n', "src/ns/pkg/x.py", "ns.pkg.x"),
        ("pyproject.toml", '[tool.pdm.build]\npackage-dir = "code"\n', "code/ns/x.py", "ns.x"),
        ("pyproject.toml", '[tool.uv.build-backend]\nmodule-root = "code"\n', "code/ns/x.py", "ns.x"),
        ("pyproject.toml", '[tool.maturin]\npython-source = "python"\n', "python/ns/x.py", "ns.x"),
        ("setup.cfg", "[options]\npackage_dir =\n    = lib\n", "lib/ns/x.py", "ns.x"),
        ("setup.cfg", "[options.packages.find]\nwhere = lib\n", "lib/ns/x.py", "ns.x"),
        ("setup.py", "setup(package_dir={'': 'lib'}, packages=find_packages('lib'))\n", "lib/ns/x.py", "ns.x"),
        ("setup.py", 'setup(packages=find_packages(where="lib"))\n', "lib/ns/x.py", "ns.x"),
    ],
)
def test_roots_that_packaging_files_name(tmp_path: Path, file: str, text: str, path: str, name: str) -> None:
    """Each build tool's way to say where packages lie; nested in a repository of several projects as well."""
    _make(tmp_path, path, f"packages/one/{path}")
    (tmp_path / file).write_text(text)
    (tmp_path / "packages/one" / file).write_text(text)
    names = _names(tmp_path)
    assert names[path] == name
    assert names[f"packages/one/{path}"] == name


@pytest.mark.parametrize(
    ("file", "text"),
    [
        ("pyproject.toml", "this is no [TOML"),
        ("pyproject.toml", "tool = 3\n"),
        ("pyproject.toml", '[tool.setuptools.packages]\nfind = "x"\n'),
        ("pyproject.toml", '[tool.setuptools.packages.find]\nwhere = ["../elsewhere", "/abs", 3]\n'),
        ("pyproject.toml", "[tool]\nhatch = []\npoetry = {packages = [1, {include = 2}]}\n"),
        ("setup.cfg", "no section\n[options\n"),
        ("setup.py", "\x00\xff package_dir={"),
    ],
)
def test_damaged_packaging_files_claim_nothing(tmp_path: Path, file: str, text: str) -> None:
    """Names fall back to the tree."""
    _make(tmp_path, "pkg/__init__.py", "pkg/a.py", "loose/x.py")
    (tmp_path / file).write_text(text, encoding="latin-1")
    names = _names(tmp_path)
    assert names["pkg/a.py"] == "pkg.a"
    assert names["loose/x.py"] == "loose.x"


def test_several_roots_in_one_project(tmp_path: Path) -> None:
    """Every package is named from the folder above its topmost `__init__.py`."""
    _make(
        tmp_path,
        "services/one/alpha/__init__.py",
        "services/one/alpha/a.py",
        "services/two/beta/__init__.py",
        "services/two/beta/b.py",
    )
    names = _names(tmp_path)
    assert names["services/one/alpha/a.py"] == "alpha.a"
    assert names["services/two/beta/b.py"] == "beta.b"


def test_a_folder_without_init_inside_a_package_belongs_to_it(tmp_path: Path) -> None:
    """It is a namespace portion: `pkg.data.x` is how it is imported."""
    _make(tmp_path, "lib/pkg/__init__.py", "lib/pkg/data/x.py")
    assert _names(tmp_path)["lib/pkg/data/x.py"] == "pkg.data.x"


def test_the_roots_of_the_user_come_first(tmp_path: Path) -> None:
    """A set root wins over packaging files and over a chain of `__init__.py`."""
    _make(tmp_path, "a/__init__.py", "a/b/__init__.py", "a/b/c.py", "d/e.py", "src/f.py", "pyproject.toml")
    names = _names(tmp_path, ("a", "d/"))
    assert names["a/b/c.py"] == "b.c"
    assert names["d/e.py"] == "e"
    assert names["src/f.py"] == "src.f"
    assert _names(tmp_path, (".",))["a/b/c.py"] == "a.b.c"


@pytest.mark.parametrize("root", ["lbi", "a.py", "../other", "..", "a/b"])
def test_a_root_that_is_not_there_is_refused(tmp_path: Path, root: str) -> None:
    """A slip of the pen would otherwise give every module another name than the user asked for, and say nothing."""
    _make(tmp_path, "lib/a.py", "a.py")
    with pytest.raises(ConfigError, match=f"python_roots.*{re.escape(repr(root))}"):
        check_roots(tmp_path, ("lib", root))


def test_roots_that_are_there_are_taken(tmp_path: Path) -> None:
    """With and without a slash, the project itself, and a folder without Python."""
    _make(tmp_path, "lib/a.py", "doc/x.md")
    check_roots(tmp_path, ("lib", "lib/", ".", "", "doc", "./lib"))


def test_other_languages_are_named_by_their_path(tmp_path: Path) -> None:
    """The path without its last suffix, dots for slashes."""
    modules = ModuleNames.discover(tmp_path, [], ())
    assert modules.name("src/util/index.ts", "typescript") == "src.util.index"
    assert modules.name("include/a.b/c.h", "c") == "include.a.b.c"
    assert modules.name("Makefile", "make") == "Makefile"
    assert modules.name(".bashrc", "bash") == ".bashrc"
    assert modules.name("bin/tool", "python") == "bin.tool"


def test_names_do_not_depend_on_the_order_of_entries(tmp_path: Path) -> None:
    """Nor on which files were asked about before."""
    _make(tmp_path, "pyproject.toml", "src/a/__init__.py", "src/a/b.py", "x/y/__init__.py", "x/y/z.py", "q.py", "x/w.py")
    entries = walk(tmp_path, WalkRules()).entries
    expected = _names(tmp_path)
    for seed in range(5):
        shuffled = random.Random(seed).sample(entries, len(entries))
        modules = ModuleNames.discover(tmp_path, shuffled, ())
        assert {
            entry.path: modules.name(entry.path, entry.language) for entry in shuffled if entry.language == "python"
        } == expected


def test_an_init_at_the_very_top_has_a_name(tmp_path: Path) -> None:
    """The project folder itself is the package."""
    _make(tmp_path, "plugin/__init__.py", "plugin/a.py")
    assert _names(tmp_path / "plugin") == {"__init__.py": "plugin", "a.py": "plugin.a"}
