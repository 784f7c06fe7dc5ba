"""What an indexing run survives: dying children, a dying parent, damage, hostile files, a second writer, a folder it cannot
write.
"""

import os
import random
import shutil
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest

from lepasserelle import LeIndex, LockedError, ProjectError, StorageError
from lepasserelle.config import Settings, load_settings
from lepasserelle.ingest import Ingest, Progress
from lepasserelle.ingest.child import Child
from lepasserelle.storage import Index, Lestockage, SegmentRef, write_segment

SOURCE = str(Path(__file__).parents[2] / "src")
LINUX = pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")

POISON = """
import os, signal, sys
from lepasserelle.ingest import reading, worker
real = reading.parse
def parse(data, language):
    if b"poison" in data:
        {action}
    return real(data, language)
reading.parse = parse
worker.main()
"""
"""A child of ours whose parser dies on a file that holds the word."""


def poisoned(action: str) -> Callable[[], Child]:
    """Starts children whose parser does `action` on a poisoned file."""
    return lambda: Child([sys.executable, "-P", "-c", POISON.format(action=action)])


def project(root: Path, count: int = 6) -> Path:
    """A small project of Python files that call each other."""
    package = root / "pkg"
    package.mkdir(parents=True, exist_ok=True)
    (package / "__init__.py").write_text("")
    for number in range(count):
        after = (number + 1) % count
        (package / f"part{number}.py").write_text(
            f"from pkg.part{after} import step{after}\n\ndef step{number}(value):\n    return step{after}(value) + {number}\n"
        )
    return root


def sections_of(folder: Path) -> dict[str, dict[str, bytes]]:
    """The bytes of every section of the current generation, by segment."""
    with Index.open(folder).pin() as snapshot:
        found = {}
        for ref in snapshot.manifest.segments:
            with snapshot.segment(ref.kind) as segment:
                found[ref.kind] = {name: array.tobytes() for name, array in segment.sections.items()}
        return found


@pytest.mark.parametrize("number", [signal.SIGSEGV, signal.SIGKILL])
def test_a_file_that_kills_the_parser_is_skipped_and_counted(tmp_path: Path, number: int) -> None:
    """The rest of the project is indexed; the report names the file and the signal, and the next run does not try again."""
    root = project(tmp_path)
    (root / "pkg" / "bad.py").write_text("poison = 1\n")
    ingest = Ingest(root, Settings(), poisoned(f"os.kill(os.getpid(), {int(number)})"))
    report = ingest.index()
    assert report.files == 7, report.skipped
    assert [(one.reason, one.examples) for one in report.skipped] == [(f"parser died (signal {int(number)})", ("pkg/bad.py",))]
    again = ingest.index()
    assert (again.generation, again.parsed_files, again.skipped) == (1, 0, report.skipped)
    with LeIndex(root) as leindex:
        assert leindex.callers("step0")


def test_a_file_whose_parser_hangs_is_skipped(tmp_path: Path) -> None:
    """The limit ends it, twice; the reason says how long it was waited for."""
    root = project(tmp_path, 2)
    (root / "pkg" / "bad.py").write_text("poison = 1\n")
    ingest = Ingest(root, Settings(parse_limit_ms=3_000), poisoned("import time; time.sleep(600)"))
    assert [one.reason for one in ingest.index().skipped] == ["parser took longer than 3 s"]


def test_a_build_child_that_dies_once_is_replaced(tmp_path: Path) -> None:
    """The first child of the run that links is killed by a stranger; the run ends well."""
    root = project(tmp_path)
    flag = tmp_path / "died"
    code = textwrap.dedent(
        f"""
        import os, pathlib, signal
        from lepasserelle.ingest import building, worker
        real = building.Builder.build
        def build(self, job):
            flag = pathlib.Path({str(flag)!r})
            if "graph" in job.kinds and not flag.exists():
                flag.touch()
                os.kill(os.getpid(), signal.SIGKILL)
            return real(self, job)
        building.Builder.build = build
        worker.main()
        """
    )
    report = Ingest(root, Settings(), lambda: Child([sys.executable, "-P", "-c", code])).index()
    assert flag.exists()
    assert report.edges > 0


RUN = """
import sys
from lepasserelle import LeIndex
with LeIndex(sys.argv[1]) as leindex:
    print("begun", flush=True)
    leindex.index_project(lambda record: print(record.phase, flush=True))
    print("ended", flush=True)
"""


def start_run(root: Path) -> subprocess.Popen[str]:
    """A process of its own that indexes."""
    environment = {**os.environ, "PYTHONPATH": SOURCE}
    return subprocess.Popen(
        [sys.executable, "-c", RUN, str(root)], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, env=environment
    )


def descendants(pid: int) -> list[int]:
    """Children of a process at this moment."""
    try:
        return [int(word) for word in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except OSError:
        return []


def gone(pids: list[int], within_s: float = 10.0) -> bool:
    """Whether all of these processes end in time (one that is dead and not yet collected counts as ended)."""
    end = time.monotonic() + within_s
    while time.monotonic() < end:
        if not any(_lives(pid) for pid in pids):
            return True
        time.sleep(0.02)
    return False


def _lives(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False


@LINUX
@pytest.mark.parametrize("ending", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
@pytest.mark.parametrize("phase", ["parse", "build"])
def test_a_run_that_is_ended_leaves_the_last_generation_and_no_child(tmp_path: Path, ending: int, phase: str) -> None:
    """Killed, terminated or interrupted while parsing or building: children gone, generation 1 answers, the next run goes on."""
    root = project(tmp_path, 40)
    with LeIndex(root) as leindex:
        leindex.index_project()
        before = sections_of(root / ".leindex")
        for number in range(40):
            (root / "pkg" / f"more{number}.py").write_text(f"def more{number}():\n    return {number}\n")
        run = start_run(root)
        assert run.stdout is not None
        for line in run.stdout:
            if line.strip() == phase:
                break
        children = descendants(run.pid)
        run.send_signal(ending)
        run.wait(30)
        run.stdout.close()
        assert gone(children)
        assert sections_of(root / ".leindex") == before
        assert leindex.symbols("step0")
        report = leindex.index_project()
        assert report.files == 81
        assert leindex.symbols("more39")


@LINUX
def test_killed_at_random_moments_it_is_generation_n_or_n_plus_one(tmp_path: Path) -> None:
    """Twelve kills anywhere in a run: what is published is whole and verified each time, and in the end everything is there."""
    root = project(tmp_path, 12)
    with LeIndex(root) as leindex:
        leindex.index_project()
    moments = random.Random(7)
    for attempt in range(12):
        (root / "pkg" / f"new{attempt}.py").write_text(f"def new{attempt}():\n    return {attempt}\n")
        run = start_run(root)
        time.sleep(moments.uniform(0.05, 1.6))
        children = descendants(run.pid)
        run.kill()
        run.wait(30)
        assert run.stdout is not None
        run.stdout.close()
        assert gone(children)
        with Index.open(root / ".leindex").pin() as snapshot:
            for ref in snapshot.manifest.segments:
                snapshot.segment(ref.kind).close()
    with LeIndex(root) as leindex:
        report = leindex.index_project()
        assert report.files == 25
        assert leindex.symbols("new11")
        leftovers = [path.name for path in (root / ".leindex").rglob("*") if path.name.endswith(".tmp")]
        assert leftovers == []


def test_a_killed_first_run_goes_on_where_it_stopped(tmp_path: Path) -> None:
    """Contents that were staged before the kill are not parsed again."""
    root = project(tmp_path, 5)
    folder = root / ".leindex"

    def stop_at_commit(record: Progress) -> None:
        if record.phase == "commit":
            raise KeyboardInterrupt

    ingest = Ingest(root, Settings())
    with pytest.raises(KeyboardInterrupt):
        ingest.index(stop_at_commit)
    assert Index.open(folder).manifest() is None
    report = ingest.index()
    assert (report.generation, report.files, report.parsed_files) == (1, 6, 0)


@pytest.mark.parametrize("kind", ["graph", "lexical", "vectors", "text", "trigrams"])
@pytest.mark.parametrize("way", ["flip", "cut", "delete"])
def test_a_damaged_segment_is_built_again_before_it_answers(tmp_path: Path, kind: str, way: str) -> None:
    """The answer is the same as before, from the same generation, with a note; nothing is parsed for it."""
    root = project(tmp_path, 3)
    with LeIndex(root) as leindex:
        leindex.index_project()
        whole = leindex.search("step1")
        sections = sections_of(root / ".leindex")
    (path,) = (root / ".leindex" / "segments").glob(f"*-{kind}-*.seg")
    damage(path, way)
    with LeIndex(root) as leindex:
        assert leindex.search("step1") == whole
        assert any(kind in note for note in leindex.notes)
        assert leindex.status().generation == 1
    assert sections_of(root / ".leindex") == sections


def damage(path: Path, way: str) -> None:
    """Alter a file."""
    data = bytearray(path.read_bytes())
    if way == "flip":
        data[len(data) // 2] ^= 0x10
        path.write_bytes(data)
    elif way == "cut":
        path.write_bytes(data[: len(data) // 2])
    else:
        path.unlink()


@pytest.mark.parametrize("name", ["manifest.json", "lestockage.db", "last_run", "linked", "everything"])
@pytest.mark.parametrize("way", ["flip", "cut", "delete"])
def test_whatever_is_damaged_the_next_run_ends_with_a_whole_index(tmp_path: Path, name: str, way: str) -> None:
    """After a damaged file, or all of them, an index run gives what a fresh one gives."""
    root = project(tmp_path, 4)
    folder = root / ".leindex"
    with LeIndex(root) as leindex:
        leindex.index_project()
        fresh = sections_of(folder)
    everything = [path for path in folder.rglob("*") if path.is_file() and path.name != ".gitignore"]
    for path in everything if name == "everything" else [folder / name]:
        if path.stat().st_size:
            damage(path, way)
    (root / "pkg" / "part0.py").touch()
    with LeIndex(root) as leindex:
        leindex.index_project()
        assert leindex.symbols("step0")[0].path == "pkg/part0.py"
        assert leindex.search("step2")
    assert sections_of(folder) == fresh


def test_damaged_facts_of_one_file_are_parsed_again_from_the_sources(tmp_path: Path) -> None:
    """A flipped bit in a blob is noticed when it is used; only that file is read again, and the result is that of a fresh index."""
    import sqlite3

    root = project(tmp_path, 4)
    folder = root / ".leindex"
    Ingest(root, Settings()).index()
    connection = sqlite3.connect(folder / "lestockage.db")
    with connection:
        (blob,) = connection.execute("SELECT data FROM blobs WHERE id = 8").fetchone()
        connection.execute("UPDATE blobs SET data = ? WHERE id = 8", (bytes([blob[0] ^ 1]) + blob[1:],))
    connection.close()
    (root / "pkg" / "new.py").write_text("def new():\n    pass\n")
    report = Ingest(root, Settings()).index()
    assert any("parsed again from the sources" in note for note in report.notes)
    assert report.parsed_files == 2
    built = sections_of(folder)
    shutil.rmtree(folder)
    Ingest(root, Settings()).index()
    assert sections_of(folder) == built


def test_an_index_of_another_version_is_built_anew_and_says_so(tmp_path: Path) -> None:
    """Format of the folder, schema of lestockage, versions inside segments: each is noticed, by a run and by a question."""
    import sqlite3

    root = project(tmp_path, 3)
    folder = root / ".leindex"
    Ingest(root, Settings()).index()
    manifest = Index.open(folder).manifest()
    assert manifest is not None
    with Index.open(folder).writer_lock():
        pass
    index = Index.open(folder)
    with index.writer_lock():
        index.publish(9, manifest.segments, manifest.counts, features={**manifest.features, "graph": 0})
    with LeIndex(root) as leindex:
        assert leindex.symbols("step0")
        assert "another way to build its graph" in leindex.notes[0]
    connection = sqlite3.connect(folder / "lestockage.db")
    connection.execute("PRAGMA user_version = 77")
    connection.close()
    report = Ingest(root, Settings()).index()
    assert any("another version" in note for note in report.notes)
    assert report.parsed_files == 4


def test_a_second_writer_waits_and_then_says_who_holds_the_lock(tmp_path: Path) -> None:
    """While another process writes it is told through progress; after the time an error names the process; both never write."""
    root = project(tmp_path, 2)
    holder = subprocess.Popen(
        [
            sys.executable,
            "-c",
            "import sys, pathlib\nfrom lepasserelle.storage import Index\n"
            "with Index.open(pathlib.Path(sys.argv[1])).writer_lock():\n    print('held', flush=True)\n    sys.stdin.read()",
            str(root / ".leindex"),
        ],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": SOURCE},
    )
    assert holder.stdout is not None
    assert holder.stdin is not None
    try:
        assert holder.stdout.readline() == b"held\n"
        heard: list[Progress] = []
        with pytest.raises(LockedError, match=str(holder.pid)):
            LeIndex(root, lock_timeout_ms=300).index_project(heard.append)
        assert any(str(holder.pid) in record.message for record in heard if record.phase == "wait")
        with pytest.raises(LockedError):
            LeIndex(root, lock_timeout_ms=0).index_project()

        def let_go(record: Progress) -> None:
            if record.phase == "wait" and holder.stdin is not None:
                holder.stdin.close()

        assert LeIndex(root, lock_timeout_ms=20_000).index_project(let_go).files == 3
    finally:
        holder.kill()
        holder.wait()
        holder.stdout.close()
        holder.stdin.close()


def test_a_folder_that_cannot_be_written_is_an_error_that_names_the_setting(tmp_path: Path) -> None:
    """Something in the place of the index folder: the error says which setting puts the index elsewhere, and that works."""
    root = project(tmp_path / "project", 2)
    (root / ".leindex").write_text("a file, not a folder")
    with pytest.raises(StorageError, match="index_dir"):
        LeIndex(root).index_project()
    assert LeIndex(root, index_dir=str(tmp_path / "index")).index_project().languages["python"] == 3


def test_hostile_files_cost_themselves_at_most(tmp_path: Path) -> None:
    """NUL bytes, invalid UTF-8, a deep expression, a gigabyte without content, a name that is no UTF-8, a pipe, a link to
    itself.
    """
    root = project(tmp_path, 2)
    (root / "nul.py").write_bytes(b"x = 1\n\x00\x00\n")
    (root / "latin.py").write_bytes(b"def caf\xe9():\n    return '\xff\xfe'\n")
    (root / "deep.py").write_text("value = " + "(\n" * 100_000 + "1" + ")" * 100_000 + "\n\ndef after_deep():\n    pass\n")
    with (root / "huge.py").open("wb") as file:
        file.truncate(1 << 30)
    (root / "broken.py").write_text("def good():\n    pass\n\ndef broken(:\n    pass\n\ndef also_good():\n    pass\n")
    os.mkfifo(root / "pipe.py")
    (root / "loop").symlink_to(root)
    with open(os.path.join(os.fsencode(root), b"odd\xff.py"), "wb") as file:  # noqa: PTH118, PTH123 - a name in bytes
        file.write(b"def odd_name():\n    pass\n")
    with LeIndex(root) as leindex:
        report = leindex.index_project()
        reasons = {one.reason: one.examples for one in report.skipped}
        assert reasons["binary"] == ("nul.py",)
        assert reasons["too large"] == ("huge.py",)
        assert reasons["not a regular file"] == ("pipe.py",)
        assert report.problems > 0
        for name in ("also_good", "good", "after_deep", "odd_name", "step1"):
            assert leindex.symbols(name), name


def test_a_file_that_changes_while_it_is_read_is_read_again(tmp_path: Path) -> None:
    """The reader sees one moment of it, and the row carries what was read; the next run reads it again."""
    root = project(tmp_path, 2)
    ingest = Ingest(root, Settings())
    changed = False

    def change(record: Progress) -> None:
        nonlocal changed
        if record.phase == "commit" and not changed:
            changed = True
            (root / "pkg" / "part0.py").write_text("def changed_meanwhile():\n    pass\n")

    ingest.index(change)
    with LeIndex(root) as leindex:
        assert leindex.staleness().stale_files == 1
        assert leindex.index_project().parsed_files == 1
        assert leindex.symbols("changed_meanwhile")


def test_a_file_that_vanishes_after_the_walk_is_left_out(tmp_path: Path) -> None:
    """It is counted with its reason, and everything else is indexed."""
    root = project(tmp_path, 3)

    def remove(record: Progress) -> None:
        if record.phase == "walk":
            (root / "pkg" / "part2.py").unlink(missing_ok=True)

    report = Ingest(root, Settings()).index(remove)
    assert report.files == 3
    assert [(one.reason, one.examples) for one in report.skipped] == [("vanished while indexing", ("pkg/part2.py",))]


def test_when_the_secret_rule_is_changed_the_text_leaves_every_file(tmp_path: Path) -> None:
    """Indexed on request, then not any more: a search of all bytes of the index does not find it."""
    root = project(tmp_path, 2)
    token = "ghp_" + "A1b2C3d4E5f6G7h8I9j0K1l2M3n4O5p6Q7r8"
    (root / "pkg" / "keys.py").write_text(f"def publish():\n    return '{token}'\n")
    Ingest(root, load_settings(root, {"include_secrets": True})).index()
    assert_readable_somewhere(root, token)
    report = Ingest(root, Settings()).index()
    assert "pkg/keys.py" in {path for one in report.skipped for path in one.examples}
    for path in (root / ".leindex").rglob("*"):
        if path.is_file():
            assert token[10:30].encode() not in path.read_bytes(), path
    with Lestockage.open(root / ".leindex", writable=False) as lestockage:
        assert len(lestockage.files()) == 3


@pytest.mark.parametrize(("is_read", "times"), [(True, 2), (False, 1)])
def test_a_log_that_a_builder_keeps_is_emptied_when_all_are_done(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, is_read: bool, times: int
) -> None:
    """While they read, the log of the database may stay, with what was deleted: then it is emptied once more before publishing."""
    root = project(tmp_path, 2)
    shrink, answers = Lestockage.shrink, list[bool]()

    def seen(lestockage: Lestockage) -> bool:
        assert Index.open(root / ".leindex").manifest() is None
        answers.append(not (is_read and not answers) and shrink(lestockage))
        return answers[-1]

    monkeypatch.setattr(Lestockage, "shrink", seen)
    Ingest(root, load_settings(root, {"keep_copies": False})).index()
    assert len(answers) == times
    assert answers[-1]


def assert_readable_somewhere(root: Path, token: str) -> None:
    """The text is in the index now."""
    with LeIndex(root, include_secrets=True) as leindex:
        assert any(token in hit.snippet for hit in leindex.search("publish"))


def test_only_an_index_that_was_published_is_answered_from(tmp_path: Path) -> None:
    """A segment file that no manifest names is no part of the index, and the next run removes it."""
    import numpy as np

    root = project(tmp_path, 2)
    Ingest(root, Settings()).index()
    stray: SegmentRef = write_segment(root / ".leindex", 99, "graph", {"x": np.zeros(3)})
    assert stray.name not in msgspec.json.decode((root / ".leindex" / "manifest.json").read_bytes())["segments"]
    (root / "pkg" / "part0.py").write_text("def step0():\n    pass\n")
    assert Ingest(root, Settings()).index().generation == 100
    assert not (root / ".leindex" / "segments" / stray.name).exists()


def test_a_project_that_lost_all_its_sources_keeps_its_index(tmp_path: Path) -> None:
    """The error says that there is nothing to index; the last generation is as it was."""
    root = project(tmp_path, 2)
    Ingest(root, Settings()).index()
    shutil.rmtree(root / "pkg")
    with pytest.raises(ProjectError):
        Ingest(root, Settings()).index()
    with LeIndex(root) as leindex:
        assert leindex.symbols("step0")
