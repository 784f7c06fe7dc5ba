"""The child that forks others may begin before its parent is loaded: only where nothing speaks against it, and nobody stays."""

import json
import os
import resource
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from lepasserelle import headstart
from lepasserelle.config import ENVIRONMENT_PREFIX
from lepasserelle.headstart import Server
from lepasserelle.ingest.forking import likely_languages
from lepasserelle.ingest.nursery import ForkedChild, Nursery
from lepasserelle.memory import freedom
from lepasserelle.storage import Index, Segment

pytestmark = pytest.mark.skipif(not headstart.can_fork(), reason="children begin as forks on Linux")

LEFT = """
import os, sys
from lepasserelle import headstart
headstart.begin([sys.argv[1]])
print(headstart.take().process.pid, flush=True)
os._exit(0)
"""

FILES = 40

BOUND = """
import resource, sys
from lepasserelle import headstart
resource.setrlimit(resource.RLIMIT_DATA, (8_000_000_000, 8_000_000_000))
headstart.begin([sys.argv[1]])
print(headstart.take())
"""


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Many files in two folders, on a machine where nothing is bound."""
    monkeypatch.setattr(freedom, "_groups", lambda: iter(()))
    monkeypatch.setattr(freedom, "_free_bytes", lambda: 8_000_000_000)
    for name in [name for name in os.environ if name.startswith("LEINDEX_")]:
        monkeypatch.delenv(name)
    for number in range(FILES):
        path = tmp_path / "project" / f"part{number % 2}" / f"one{number}.py"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"def one{number}():\n    return {number}\n")
    yield tmp_path / "project"
    headstart.dismiss()


def begun(*words: str) -> bool:
    """Whether one begins for `leindex index` with these words; it is ended."""
    headstart.begin(list(words))
    server = headstart.take()
    if server is not None:
        _end(server)
    return server is not None


def _end(server: Server) -> None:
    server.control.close()
    server.process.wait(60)


def is_alive(pid: int) -> bool:
    """Whether there is such a process, and not only what is left of it."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def comes_true(pid: int, word: str) -> bool:
    """Whether a process maps a file with this word in its name within a minute."""
    deadline_s = time.monotonic() + 60
    while time.monotonic() < deadline_s:
        if word in Path(f"/proc/{pid}/maps").read_text():
            return True
        time.sleep(0.02)
    return False


def test_it_begins_for_a_first_index(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Named, with `--json`, or as the working folder; which ends with its socket."""
    assert begun(str(project))
    assert begun("--json", str(project))
    monkeypatch.chdir(project)
    assert begun()


@pytest.mark.parametrize("name", [".leindex/manifest.json", ".leindex.toml"])
def test_it_does_not_begin_where_an_index_or_a_setting_is(project: Path, name: str) -> None:
    """An index of which nothing says when it was made, or a setting that may bound memory or lay the index elsewhere."""
    (project / name).parent.mkdir(exist_ok=True)
    (project / name).touch()
    assert not begun(str(project))


def test_it_does_not_begin_for_what_it_does_not_understand(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Options, two folders, none, a setting in the environment or in the packaging file."""
    assert not begun("--workers", "1", str(project))
    assert not begun("--workers=1")
    assert not begun(str(project), str(project))
    assert not begun(str(project / "absent"))
    (project / "pyproject.toml").write_text("[tool.leindex]\nmax_memory_mb = 100\n")
    assert not begun(str(project))
    (project / "pyproject.toml").write_text("[tool.other]\n")
    assert begun(str(project))
    monkeypatch.setenv("LEINDEX_INDEX_DIR", "elsewhere")
    assert not begun(str(project))


@pytest.mark.parametrize("table", ["[tool]\nleindex = {workers = 1}\n", "[tool . leindex]\n", '[tool."leindex"]\n', "#" * 70_000])
def test_it_does_not_begin_where_a_setting_may_stand(project: Path, table: str) -> None:
    """However a table is written; and a file too long to be looked through may have one."""
    (project / "pyproject.toml").write_text(table)
    assert not begun(str(project))


def test_it_does_not_begin_beside_a_pipe_that_is_called_like_settings(project: Path) -> None:
    """Nor does it wait for somebody to write there."""
    os.mkfifo(project / "pyproject.toml")
    assert not begun(str(project))


@pytest.fixture
def indexed(project: Path) -> Path:
    """The project, with a run that ended when all of it was a minute old."""
    folder = project / ".leindex"
    folder.mkdir()
    (folder / "last_run").touch()
    for path in (project, *project.rglob("*")):
        if path.name != "last_run":
            os.utime(path, (time.time() - 60, time.time() - 60))
    return project


def test_after_a_run_it_begins_where_something_is_newer(indexed: Path) -> None:
    """A file that was written, or a folder in which one came or went; nothing hidden, and nothing among dependencies."""
    assert not begun(str(indexed))
    for name in (".hidden.py", "node_modules/one.py"):
        (indexed / name).parent.mkdir(exist_ok=True)
        (indexed / name).touch()
    assert not begun(str(indexed))
    (indexed / "part0" / "one0.py").write_text("changed = 1\n")
    assert begun(str(indexed))
    assert headstart.newer(indexed) == ["one0.py"]
    os.utime(indexed / "part0" / "one0.py", (0, 0))
    assert not begun(str(indexed))
    (indexed / "part0" / "one0.py").unlink()
    assert begun(str(indexed))
    assert headstart.newer(indexed) == []


def test_after_a_run_it_does_not_begin_on_one_core(indexed: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The parent would wait for it."""
    (indexed / "part0" / "one0.py").write_text("changed = 1\n")
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {0})
    assert not begun(str(indexed))


def test_one_for_an_edit_imports_what_is_built_before_anybody_asks(indexed: Path) -> None:
    """And one for many files does not: whoever reads them would wait for that."""
    (indexed / "part0" / "one0.py").write_text("changed = 1\n")
    headstart.begin([str(indexed)])
    server = headstart.take()
    assert server is not None
    assert comes_true(server.process.pid, "numpy")
    _end(server)
    for path in indexed.glob("part0/*.py"):
        path.write_text("changed = 1\n")
    headstart.begin([str(indexed)])
    with Nursery() as nursery:
        nursery.adopt()
        with nursery.parser() as child:
            assert isinstance(child, ForkedChild)
            assert child.pid
            assert "numpy" not in Path(f"/proc/{child.pid}/maps").read_text()


def test_a_nursery_adopts_only_what_has_begun() -> None:
    """A run that may find nothing changed starts nobody."""
    with Nursery() as nursery:
        nursery.adopt()
        assert nursery._server is None
        with nursery.parser() as child:
            assert not isinstance(child, ForkedChild)


def test_an_edit_is_indexed_the_same_with_it_and_anew(project: Path, tmp_path: Path) -> None:
    """By the command, after a first run: as a run that finds no index."""
    command = [sys.executable, "-m", "lepasserelle", "index", "--json", str(project)]
    subprocess.run(command, capture_output=True, check=True)
    (project / "part0" / "one0.py").write_text("# said in passing\ndef one0():\n    return 0\n")
    assert headstart.newer(project) == ["one0.py"]
    told = json.loads(subprocess.run(command, capture_output=True, check=True).stdout)
    assert (told["parsed_files"], told["reused_files"]) == (1, FILES - 1)
    subprocess.run([*command, "--index-dir", str(tmp_path / "anew")], capture_output=True, check=True)
    edited, anew = (_arrays(folder) for folder in (project / ".leindex", tmp_path / "anew"))
    assert {kind for kind, _ in edited} == {"graph", "lexical", "vectors", "text", "trigrams"}
    assert edited == anew


def _arrays(folder: Path) -> dict[tuple[str, str], bytes]:
    """What every section of every segment holds."""
    manifest = Index.open(folder).manifest()
    assert manifest is not None
    found = {}
    for ref in manifest.segments:
        segment = Segment.open(folder, ref)
        found |= {(ref.kind, name): array.tobytes() for name, array in segment.sections.items()}
        segment.close()
    return found


def test_one_file_is_enough_and_none_is_not(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who parses it and who builds would each import for itself; a folder that holds nothing is an error at once."""
    monkeypatch.setattr(freedom, "_groups", lambda: iter(()))
    monkeypatch.setattr(freedom, "_free_bytes", lambda: 8_000_000_000)
    (tmp_path / "empty" / ".hidden").mkdir(parents=True)
    assert not begun(str(tmp_path / "empty"))
    (tmp_path / "empty" / "one.py").write_text("def one():\n    return 1\n")
    assert begun(str(tmp_path / "empty"))


def test_it_does_not_begin_under_a_limit_of_the_process(project: Path) -> None:
    """Who knows what a limit leaves for children decides later."""
    if resource.getrlimit(resource.RLIMIT_DATA)[0] != resource.RLIM_INFINITY:
        pytest.skip("this process has a limit itself")
    done = subprocess.run([sys.executable, "-c", BOUND, str(project)], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "None"


@pytest.mark.parametrize(("file", "bound"), [("memory.max", "500000000"), ("memory.high", "1"), ("memory.limit_in_bytes", "9000")])
def test_it_does_not_begin_in_a_control_group_that_bounds_memory(
    project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, file: str, bound: str
) -> None:
    """Of either version, and one around another counts."""
    inner = tmp_path / "groups" / "inner"
    inner.mkdir(parents=True)
    monkeypatch.setattr(freedom, "_groups", lambda: iter([inner, inner.parent]))
    for name in ("memory.max", "memory.high"):
        (inner / name).write_text("max\n")
    assert begun(str(project))
    (inner.parent / file).write_text(f"{bound}\n")
    assert not begun(str(project))


def test_it_does_not_begin_where_little_memory_is_free(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It could be what was needed."""
    monkeypatch.setattr(freedom, "_free_bytes", lambda: 2_000_000_000)
    assert not begun(str(project))


def test_settings_of_the_environment_are_known_by_their_prefix() -> None:
    """What reads them is not loaded yet, so the prefix stands in both."""
    assert headstart._PREFIX == ENVIRONMENT_PREFIX


def test_control_groups_are_found_as_the_system_tells_them(monkeypatch: pytest.MonkeyPatch) -> None:
    """Version 2 in one line, version 1 in that of memory; each with all around it."""
    told = "12:cpu,cpuacct:/x\n4:memory:/docker/abc\n0::/user.slice/one\n"
    real = Path.read_text
    monkeypatch.setattr(Path, "read_text", lambda path: told if str(path) == "/proc/self/cgroup" else real(path))
    assert [str(path) for path in freedom._groups()] == [
        *(f"/sys/fs/cgroup/memory{inner}" for inner in ("/docker/abc", "/docker", "")),
        *(f"/sys/fs/cgroup{inner}" for inner in ("/user.slice/one", "/user.slice", "")),
    ]


def test_a_nursery_takes_it(project: Path) -> None:
    """Its forks are those of that process, and it is gone with the block."""
    headstart.begin([str(project)])
    (server,) = headstart._begun
    with Nursery() as nursery:
        assert nursery.begin()
        assert headstart.take() is None
        with nursery.parser() as child:
            assert isinstance(child, ForkedChild)
            assert Path(f"/proc/{child.pid}/stat").read_text().rpartition(")")[2].split()[1] == str(server.process.pid)
            child.end_input()
    assert server.process.returncode is not None


def test_a_nursery_that_may_not_fork_ends_it(project: Path) -> None:
    """A limit was found: its memory is for those who work."""
    headstart.begin([str(project)])
    (server,) = headstart._begun
    with Nursery(most_bytes=100_000_000) as nursery:
        assert not nursery.begin()
        assert server.process.returncode is not None
    assert headstart.take() is None


def test_one_that_nobody_takes_ends_with_its_parent(project: Path) -> None:
    """Which left at once, without a word."""
    done = subprocess.run([sys.executable, "-c", LEFT, str(project)], capture_output=True, text=True, check=True)
    deadline_s = time.monotonic() + 60
    while is_alive(int(done.stdout)) and time.monotonic() < deadline_s:
        time.sleep(0.01)
    assert not is_alive(int(done.stdout))


def test_the_command_indexes_the_same_with_it_and_without(project: Path, tmp_path: Path) -> None:
    """As `leindex index` starts it, beside one whose index is laid elsewhere by an option, which does not."""
    command = [sys.executable, "-m", "lepasserelle", "index", "--json", str(project)]
    told = [
        json.loads(subprocess.run([*command, *more], capture_output=True, text=True, check=True).stdout)
        for more in ([], ["--index-dir", str(tmp_path / "elsewhere")])
    ]
    assert [one["files"] for one in told] == [FILES] * 2
    manifests = [json.loads((folder / "manifest.json").read_text()) for folder in (project / ".leindex", tmp_path / "elsewhere")]
    one, other = ({ref["kind"]: ref["checksum"] for ref in manifest["segments"]} for manifest in manifests)
    assert one == other
    assert one


def test_what_builders_need_is_there_before_one_is_asked_for() -> None:
    """While a fork parses the server imports it, and not before the first fork, which would wait for that."""
    with Nursery() as nursery:
        assert nursery.begin()
        server = nursery._server
        assert server is not None
        with nursery.parser() as child:
            assert child.pid
            assert comes_true(server.pid, "numpy")
            with nursery.builder() as builder:
                assert isinstance(builder, ForkedChild)
                assert "numpy" in Path(f"/proc/{builder.pid}/maps").read_text()


def test_languages_are_guessed_by_the_names_of_a_folder(tmp_path: Path) -> None:
    """The most frequent ones with a grammar first, so that none is compiled while somebody waits; hidden folders, dependencies and
    translations do not count, nor a language of few files.
    """
    for folder, suffix, count in (
        ("src", "go", 60),
        ("web", "ts", 50),
        ("web", "html", 70),
        ("web", "txt", 70),
        ("web", "css", 70),
        ("web", "svg", 70),
        ("web", "rb", 16),
        ("web", "lua", 15),
        (".git", "c", 99),
        ("node_modules", "js", 99),
        ("locale", "py", 99),
    ):
        (tmp_path / folder).mkdir(exist_ok=True)
        for number in range(count):
            (tmp_path / folder / f"one{number}.{suffix}").touch()
    assert likely_languages(str(tmp_path)) == ("go", "typescript", "ruby")
    assert likely_languages(str(tmp_path / "absent")) == ()
