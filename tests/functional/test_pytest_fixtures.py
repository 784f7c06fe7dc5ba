"""What pytest gives tests by the names of their parameters is followed, and said to be read where it is asked for."""

import json
import os
import subprocess
import sys
from io import StringIO
from pathlib import Path

import pytest
from fixture_suites import LIBRARY, SUITES

from lepasserelle import LeIndex

PLUGIN = """
import inspect, json, os, sys
from pathlib import Path

def pytest_configure(config):
    sys.path.insert(0, os.getcwd())
    root, tests, seen = os.getcwd(), os.path.join(os.getcwd(), "tests"), set()

    def name(code):
        if not code.co_filename.startswith(root) or code.co_name.startswith("<"):
            return None
        path = Path(code.co_filename)
        module = path.relative_to(tests if path.is_relative_to(tests) else root).with_suffix("")
        return ".".join([*module.parts, *code.co_qualname.split(".")])

    def note(frame, event, argument):
        is_function = frame.f_code.co_flags & inspect.CO_OPTIMIZED  # the body of a class runs where it stands
        if event == "call" and frame.f_back is not None and is_function:
            inner, outer = name(frame.f_code), name(frame.f_back.f_code)
            if inner and outer:
                seen.add((outer, inner))

    sys.setprofile(note)
    config.add_cleanup(lambda: (sys.setprofile(None), Path("seen.json").write_text(json.dumps(sorted(seen)))))
"""


def written(folder: Path, suite: str) -> Path:
    """The suite, beside the library that it tests."""
    for path, text in {"lib.py": LIBRARY, **SUITES[suite].files}.items():
        place = folder / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text)
    return folder


def adjacency(leindex: LeIndex, kind: str) -> dict[str, list[str]]:
    """The edges of one kind that are asserted."""
    stream = StringIO()
    leindex.export_graph(stream, kind)
    found: dict[str, list[str]] = json.loads(stream.getvalue())
    return found


def of_tests(edges: dict[str, list[str]]) -> dict[str, list[str]]:
    """What definitions of tests have edges to within the project, by their names below `tests`."""
    found = {}
    for source, targets in edges.items():
        own = [each.removeprefix("tests.") for each in targets if each.startswith(("lib.", "tests."))]
        if source.startswith("tests") and own:
            found[source.removeprefix("tests.")] = sorted(own)
    return found


@pytest.mark.parametrize("suite", SUITES)
def test_tests_call_what_fixtures_and_parameters_give_them(suite: str, tmp_path: Path) -> None:
    """A test calls the methods of what its fixtures return or yield, and of what its marks list."""
    with LeIndex(written(tmp_path, suite)) as leindex:
        leindex.index_project()
        assert of_tests(adjacency(leindex, "calls")) == SUITES[suite].calls


@pytest.mark.parametrize("suite", SUITES)
def test_asking_for_a_fixture_reads_it(suite: str, tmp_path: Path) -> None:
    """Who names a fixture as a parameter reads the one that pytest gives: nearest first, never itself."""
    with LeIndex(written(tmp_path, suite)) as leindex:
        leindex.index_project()
        reads = of_tests(adjacency(leindex, "reads"))
    fixtures = {each for asked in SUITES[suite].asks.values() for each in asked}
    found = {source: kept for source, targets in reads.items() if (kept := [each for each in targets if each in fixtures])}
    assert found == SUITES[suite].asks


@pytest.mark.parametrize("suite", SUITES)
def test_a_run_of_pytest_shows_no_other_call(suite: str, tmp_path: Path) -> None:
    """Each call between functions of the project that a run of pytest shows is among the answers."""
    folder = written(tmp_path, suite)
    (folder / "seeing.py").write_text(PLUGIN)
    command = [sys.executable, "-m", "pytest", "-q", "-p", "seeing", "-p", "no:cacheprovider", "tests"]
    path = os.pathsep.join([str(folder), str(folder / "tests")])
    done = subprocess.run(command, cwd=folder, env={**os.environ, "PYTHONPATH": path}, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    seen = {(source, target) for source, target in json.loads((folder / "seen.json").read_text()) if not source.startswith("lib.")}
    assert seen
    assert seen <= {(source, target) for source, targets in SUITES[suite].calls.items() for target in targets}
