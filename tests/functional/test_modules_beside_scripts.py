"""A module of Python beside the script that imports it, in a folder that has an `__init__.py` all the same."""

from pathlib import Path

import pytest
from test_import_places import index, write

from lepasserelle import LeIndex
from lepasserelle.files.python_dependencies import python_dependencies

SCRIPT = "from tasks import add\n\ndef main():\n    add(1)\n"
SIMPLE = {
    "demo/simple/__init__.py": "",
    "demo/simple/main.py": SCRIPT,
    "demo/simple/tasks.py": "def add(n):\n    return n\n",
}
INSIDE = ["simple.tasks.add"]
OUTSIDE = ["tasks.add"]


def called(project: Path, caller: str) -> list[str]:
    """What a function calls, asserted, after the index was brought up to date."""
    index(project)
    with LeIndex(project, keep_copies=False) as leindex:
        return sorted(edge.target for edge in leindex.callees(caller, resolution="inferred"))


def test_a_module_beside_a_script_is_called(tmp_path: Path) -> None:
    """Python looks into the folder of the script that is run."""
    write(tmp_path, SIMPLE)
    assert called(tmp_path, "simple.main.main") == INSIDE


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("requirements.txt", "# what it needs\ntasks>=1.0\n"),
        ("requirements/dev.txt", "-r base.txt\nTasks[extra] == 2 ; python_version > '3'\n"),
        ("pyproject.toml", '[project]\nname = "x"\ndependencies = ["tasks~=1.0"]\n'),
        ("pyproject.toml", '[project]\nname = "x"\n[project.optional-dependencies]\ndev = ["py-tasks"]\n'),
        ("pyproject.toml", '[dependency-groups]\ndev = ["tasks"]\n'),
        ("pyproject.toml", '[tool.poetry.group.dev.dependencies]\ntasks = "^1"\n'),
        ("setup.py", "from setuptools import setup\nsetup(name='x', install_requires=['tasks >= 1'])\n"),
        ("setup.cfg", "[options]\ninstall_requires =\n    tasks\n    other; python_version < '3'\n"),
    ],
)
def test_a_dependency_that_the_project_declares_is_meant_before_it(tmp_path: Path, path: str, text: str) -> None:
    """A package of that name is installed beside the project."""
    write(tmp_path, {**SIMPLE, path: text})
    assert called(tmp_path, "simple.main.main") == OUTSIDE


def test_a_module_of_the_standard_library_is_meant_before_it(tmp_path: Path) -> None:
    """`json` is Python's own."""
    write(
        tmp_path,
        {
            **SIMPLE,
            "demo/simple/json.py": "def dumps(x): pass\n",
            "demo/simple/main.py": "import json\n\ndef main():\n    json.dumps(1)\n",
        },
    )
    assert called(tmp_path, "simple.main.main") == ["json.dumps"]


def test_a_package_that_is_imported_by_its_name_has_no_such_modules(tmp_path: Path) -> None:
    """What is used as a package is run from elsewhere; it follows edits."""
    write(tmp_path, {**SIMPLE, "demo/app.py": "x = 1\n"})
    assert called(tmp_path, "simple.main.main") == INSIDE
    write(tmp_path, {"demo/app.py": "from simple import main\nx = 1\n"})
    assert called(tmp_path, "simple.main.main") == OUTSIDE
    write(tmp_path, {"demo/app.py": "import simple\nx = 1\n"})
    assert called(tmp_path, "simple.main.main") == OUTSIDE
    write(tmp_path, {"demo/app.py": "x = 1\n"})
    assert called(tmp_path, "simple.main.main") == INSIDE


def test_a_module_never_means_itself(tmp_path: Path) -> None:
    """`redis.py` of a package imports the package of that name."""
    text = "import tasks\n\ndef go():\n    tasks.go()\n"
    write(tmp_path, {"demo/simple/__init__.py": "", "demo/simple/tasks.py": text})
    assert called(tmp_path, "simple.tasks.go") == ["tasks.go"]


def test_all_stars_of_such_a_module_are_seen(tmp_path: Path) -> None:
    """`from tasks import *` is followed like the import of one name."""
    write(tmp_path, {**SIMPLE, "demo/simple/main.py": "from tasks import *\n\ndef main():\n    add(1)\n"})
    assert called(tmp_path, "simple.main.main") == INSIDE


def test_names_of_dependencies_are_told_as_they_may_be_imported() -> None:
    """Distributions of other names than their modules, and what only looks like a requirement."""
    texts = {
        "a/requirements.txt": "python-dateutil\nPyYAML\nhttps://x.test/y.tar.gz\n-e .\nzope.interface>=5\n\n",
        "b.txt": "other\n",
    }
    found = python_dependencies(texts, texts.get)
    assert {"dateutil", "yaml", "zope"} <= set(found)
    assert "other" not in found
