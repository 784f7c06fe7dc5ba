"""Whatever happened to the tree between two runs, the second run's index equals a fresh one, byte for byte in every section.

The children of these tests are threads that speak the same protocol over real pipes: a run takes a twentieth of the time, and what
the property is about, plan, harvest, commit and build, is the same code.
"""

import os
import shutil
import threading
from collections.abc import Callable
from io import BytesIO, FileIO
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lepasserelle.config import Settings
from lepasserelle.ingest import Ingest
from lepasserelle.ingest import worker as worker_module
from lepasserelle.ingest.child import Child
from lepasserelle.ingest.frames import write_frame
from lepasserelle.ingest.messages import encode
from lepasserelle.ingest.segments import KINDS
from lepasserelle.storage import Index, Lestockage


class ThreadProcess:
    """What `Child` needs of a process, as a thread."""

    pid = 0

    def __init__(self) -> None:
        requests, to_child = os.pipe()
        from_child, replies = os.pipe()
        self.stdin, self.stdout = FileIO(to_child, "wb"), FileIO(from_child, "rb")
        self._thread = threading.Thread(target=self._serve, args=(requests, replies), daemon=True)
        self._thread.start()

    def _serve(self, requests: int, replies: int) -> None:
        try:
            worker_module._serve(requests, lambda reply: write_frame(replies, encode(reply)))
        except BrokenPipeError:
            pass
        finally:
            os.close(requests)
            os.close(replies)

    def wait(self, timeout: float | None = None) -> int:
        """Its status, once it has ended."""
        self._thread.join(timeout)
        return 0

    def kill(self) -> None:
        """A thread cannot be killed: it is told that no more jobs come."""
        self.stdin.close()


class ThreadChild(Child):
    """A child that is a thread."""

    def __init__(self) -> None:
        self._process = ThreadProcess()  # type: ignore[assignment]
        self._stderr = BytesIO()  # type: ignore[assignment]
        self.last_reply_s = 0.0
        self._ending = ""
        self._listener = None


def index(root: Path, folder: Path, **values: object) -> "Index":
    """Run once, and check that the report and lestockage agree with what is published."""
    chosen = Settings(index_dir=str(folder), workers=1, **values)  # type: ignore[arg-type]
    report = Ingest(root, chosen, ThreadChild).index()
    found = Index.open(folder)
    manifest = found.manifest()
    assert manifest is not None
    assert manifest.generation == report.generation
    assert manifest.counts["symbols"] == report.symbols
    with Lestockage.open(folder, writable=False) as lestockage:
        assert lestockage.generation() == report.generation
        assert len(lestockage.files()) == report.files
    return found


def content(found: Index) -> dict[str, dict[str, tuple[str, tuple[int, ...], bytes]]]:
    """Every section of every segment: type, shape, bytes."""
    with found.pin() as snapshot:
        segments = {}
        for ref in snapshot.manifest.segments:
            with snapshot.segment(ref.kind) as segment:
                segments[ref.kind] = {
                    name: (array.dtype.str, array.shape, array.tobytes()) for name, array in segment.sections.items()
                }
        return segments


def readable_rows(folder: Path) -> list[tuple[object, ...]]:
    """What a person sees with the `sqlite3` command."""
    import sqlite3

    connection = sqlite3.connect(folder / "lestockage.db")
    try:
        rows = connection.execute("SELECT * FROM symbols ORDER BY 1, 2, 3, 4, 5").fetchall()
        return rows + connection.execute("SELECT * FROM edges ORDER BY 1, 2, 3, 4, 5, 6, 7").fetchall()
    finally:
        connection.close()


NAMES = (
    "pkg/__init__.py",
    "pkg/alpha.py",
    "pkg/beta.py",
    "pkg/sub/__init__.py",
    "pkg/sub/gamma.py",
    "web/app.js",
    "docs/guide.md",
    "zeta.py",
)

TEXTS = (
    "",
    "from pkg.beta import work\n\ndef start(value):\n    return work(value)\n",
    "import pkg.alpha as a\n\nclass Machine:\n    def run(self):\n        return a.start(self.step())\n\n"
    "    def step(self):\n        return 1\n",
    "def work(value):\n    '''Do the work.'''\n    return helper(value)\n\ndef helper(value):\n    return value + 1\n",
    "def work(value):\n    return value\n",
    "from .sub.gamma import Machine\n\nclass Better(Machine):\n    def step(self):\n        return super().step() + 1\n",
    "export function work(x) { return helper(x); }\nfunction helper(x) { return x; }\n",
    "# Guide\n\nHow the machine does its work.\n\n## Start\n\nCall start.\n",
    "def broken(:\n    pass\n\ndef fine():\n    return work(2)\n",
    "\x00binary",
    "umlaut = 'ä ö ü'\n\ndef größe():\n    return umlaut\n",
)

Step = Callable[[Path], None]


def put(name: str, text: str) -> Step:
    """Write a file, made or changed."""

    def step(root: Path) -> None:
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")

    return step


def remove(name: str) -> Step:
    """Delete a file."""
    return lambda root: (root / name).unlink(missing_ok=True)


def move(source: str, target: str) -> Step:
    """Rename a file over another place."""

    def step(root: Path) -> None:
        if (root / source).exists():
            (root / target).parent.mkdir(parents=True, exist_ok=True)
            (root / source).replace(root / target)

    return step


def swap(first: str, second: str) -> Step:
    """Exchange two files, their times included, as switching branches back and forth may."""

    def step(root: Path) -> None:
        if (root / first).exists() and (root / second).exists():
            (root / first).replace(root / "held")
            (root / second).replace(root / first)
            (root / "held").replace(root / second)

    return step


def note(name: str) -> Step:
    """Put a line before all others: what else stands there only moves."""

    def step(root: Path) -> None:
        path = root / name
        if path.exists() and (data := path.read_bytes()):
            path.write_bytes((b"// note\n" if name.endswith(".js") else b"# note\n") + data)

    return step


def grow(name: str) -> Step:
    """One function more behind all others: what stands before it keeps its number, what follows in other files does not."""

    def step(root: Path) -> None:
        path = root / name
        if path.exists() and (data := path.read_bytes()) and path.suffix in {".py", ".js"}:
            more = b"function grown() { return start(1) }\n" if path.suffix == ".js" else b"def grown():\n    return work(1)\n"
            path.write_bytes(data + b"\n" + more)

    return step


def call(name: str) -> Step:
    """One call more in a body, of words that are there already."""

    def step(root: Path) -> None:
        path = root / name
        if path.exists():
            path.write_bytes(path.read_bytes().replace(b"return work(", b"work(1)\n    return work(", 1))

    return step


def touch(name: str) -> Step:
    """A new time, nothing else."""
    return lambda root: (root / name).touch() if (root / name).exists() else None


name = st.sampled_from(NAMES)
steps = st.one_of(
    st.builds(put, name, st.sampled_from(TEXTS)),
    st.builds(put, name, st.sampled_from(TEXTS)),
    st.builds(remove, name),
    st.builds(move, name, name),
    st.builds(swap, name, name),
    st.builds(touch, name),
    st.builds(note, name),
    st.builds(note, name),
    st.builds(grow, name),
    st.builds(call, name),
)


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True)
@given(st.lists(st.lists(steps, min_size=1, max_size=4), min_size=2, max_size=4))
def test_an_incremental_index_equals_a_fresh_one(rounds: list[list[Step]]) -> None:
    """Edits, additions, removals, renames, swaps and touches in any order and number."""
    with TemporaryDirectory() as made:
        root = Path(made) / "project"
        put("pkg/anchor.py", "def anchor():\n    return work(1)\n")(root)
        for round_of_steps in rounds:
            for step in round_of_steps:
                step(root)
            incremental = index(root, Path(made) / "incremental")
        fresh = index(root, Path(made) / "fresh")
        assert content(incremental) == content(fresh)
        assert readable_rows(Path(made) / "incremental") == readable_rows(Path(made) / "fresh")


def three_files(root: Path) -> None:
    """A small project."""
    for name, text in (("pkg/__init__.py", ""), ("pkg/alpha.py", TEXTS[1]), ("pkg/beta.py", TEXTS[3]), ("web/app.js", TEXTS[6])):
        put(name, text)(root)


def test_an_edit_that_only_moves_lines_links_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The edges are those of the generation before; lines, signatures and documentation are the new ones."""
    root = tmp_path / "project"
    three_files(root)
    index(root, tmp_path / "index")
    note("pkg/alpha.py")(root)
    note("web/app.js")(root)
    put("pkg/beta.py", TEXTS[3].replace("Do the work.", "Do all\n    of the work."))(root)
    with monkeypatch.context() as patch:
        patch.delattr("lepasserelle.graph.linking.link")
        moved = index(root, tmp_path / "index")
    assert content(moved) == content(index(root, tmp_path / "fresh"))
    assert readable_rows(tmp_path / "index") == readable_rows(tmp_path / "fresh")


def edited(root: Path, folder: Path) -> None:
    """A project whose index was made, then lines moved, then a function was added."""
    three_files(root)
    index(root, folder)
    note("pkg/beta.py")(root)
    index(root, folder)
    put("pkg/alpha.py", TEXTS[1] + "\ndef more(value):\n    return work(value)\n")(root)


def test_after_an_edit_only_names_that_it_touches_are_resolved(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The changed file and the one whose lines have moved since; what is left for the next run says all of them again."""
    from lepasserelle.graph.resolve import Resolver

    root, resolved, resolve = tmp_path / "project", list[str](), Resolver.file
    edited(root, tmp_path / "index")
    with monkeypatch.context() as patch:
        patch.setattr(Resolver, "file", lambda self, row: (resolved.append(row.path), resolve(self, row)))
        index(root, tmp_path / "index")
        assert resolved == ["pkg/alpha.py", "pkg/beta.py"]
        resolved.clear()
        put("pkg/alpha.py", TEXTS[1] + "\ndef more(value):\n    return value\n")(root)
        again = index(root, tmp_path / "index")
        assert resolved == ["pkg/alpha.py"]
    assert content(again) == content(index(root, tmp_path / "fresh"))


@pytest.mark.parametrize("way", ["flip", "cut", "delete", "other"])
def test_what_the_last_linking_left_can_be_damaged_or_gone(tmp_path: Path, way: str) -> None:
    """All names are resolved anew, with the same result; damage is told."""
    root, left = tmp_path / "project", tmp_path / "index" / "linked"
    edited(root, tmp_path / "index")
    data = left.read_bytes()
    half = len(data) // 2
    left.write_bytes({"flip": data[:half] + bytes([data[half] ^ 4]) + data[half + 1 :], "cut": data[:half]}.get(way, data))
    if way == "delete":
        left.unlink()
    if way == "other":
        index(root, tmp_path / "elsewhere")
        left.write_bytes((tmp_path / "elsewhere" / "linked").read_bytes())
    chosen = Settings(index_dir=str(tmp_path / "index"), workers=1)
    report = Ingest(root, chosen, ThreadChild).index()
    assert any("names were resolved anew" in note for note in report.notes) == (way in {"flip", "cut"})
    assert content(Index.open(tmp_path / "index")) == content(index(root, tmp_path / "fresh"))


def test_an_edit_of_white_space_counts_no_terms(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The words are where they were: their postings and vectors are those of the generation before."""
    root = tmp_path / "project"
    three_files(root)
    index(root, tmp_path / "index")
    put("pkg/beta.py", "\n\n" + TEXTS[3].replace("(value)", "( value )"))(root)
    with monkeypatch.context() as patch:
        patch.delattr("lepasserelle.graph.linking.link")
        for name in ("_lexical", "_vectors", "_text", "_trigrams"):
            patch.setattr(f"lepasserelle.ingest.building.{name}", None)
        spaced = index(root, tmp_path / "index")
    assert content(spaced) == content(index(root, tmp_path / "fresh"))


def test_an_edit_of_white_space_keeps_the_segments_of_words(tmp_path: Path) -> None:
    """Postings and vectors are not even written again: both generations name the same files."""
    root = tmp_path / "project"
    three_files(root)
    before = index(root, tmp_path / "index").manifest()
    put("pkg/beta.py", "\n\n" + TEXTS[3])(root)
    after = index(root, tmp_path / "index").manifest()
    assert before is not None
    assert after is not None
    assert after.generation > before.generation
    assert {kind: after.ref(kind) == before.ref(kind) for kind in KINDS} == {
        "graph": False,
        "lexical": True,
        "vectors": True,
        "text": False,
        "trigrams": False,
    }


def test_a_function_more_leaves_the_texts_of_all_other_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nodes get other numbers, files do not: texts and trigrams are those of the generation before with the file that changed."""
    root = tmp_path / "project"
    three_files(root)
    index(root, tmp_path / "index")
    grow("pkg/alpha.py")(root)
    with monkeypatch.context() as patch:
        for name in ("_text", "_trigrams"):
            patch.setattr(f"lepasserelle.ingest.building.{name}", None)
        grown = index(root, tmp_path / "index")
    assert content(grown) == content(index(root, tmp_path / "fresh"))


@pytest.mark.parametrize("kind", ["graph", "text", "trigrams", "lexical", "vectors"])
def test_a_former_segment_that_is_damaged_is_not_taken_over(tmp_path: Path, kind: str) -> None:
    """A byte of what would be taken over is another: it is built anew."""
    root = tmp_path / "project"
    three_files(root)
    index(root, tmp_path / "index")
    (path,) = (tmp_path / "index" / "segments").glob(f"*-{kind}-*")
    data = bytearray(path.read_bytes())
    data[-70] ^= 1
    path.write_bytes(data)
    put("pkg/alpha.py", "\n" + TEXTS[1])(root)
    assert content(index(root, tmp_path / "index")) == content(index(root, tmp_path / "fresh"))


def test_contents_that_change_places_are_not_parsed_and_going_back_gives_the_first_result(tmp_path: Path) -> None:
    """Contents that only changed places are known; what went and comes back gives the first result again."""
    root = tmp_path / "project"
    for number, text in enumerate(TEXTS[1:6]):
        put(f"pkg/part{number}.py", text)(root)
    first = content(index(root, tmp_path / "index"))
    shutil.copytree(root, tmp_path / "main")
    for number, text in enumerate(reversed(TEXTS[1:6])):
        put(f"pkg/part{number}.py", text)(root)
    switched = Ingest(root, Settings(index_dir=str(tmp_path / "index")), ThreadChild).index()
    assert switched.parsed_files == 0
    shutil.rmtree(root)
    shutil.copytree(tmp_path / "main", root)
    assert content(index(root, tmp_path / "index")) == first


@pytest.mark.parametrize("workers", [1, 3])
def test_the_number_of_children_and_their_kind_change_nothing(tmp_path: Path, workers: int) -> None:
    """Real processes, one or three, give the sections that threads give."""
    root = tmp_path / "project"
    for number in range(40):
        put(f"pkg/part{number}.py", TEXTS[1 + number % 5] + f"\n\ndef own{number}():\n    return start({number})\n")(root)
    Ingest(root, Settings(index_dir=str(tmp_path / "processes"), workers=workers)).index()
    assert content(Index.open(tmp_path / "processes")) == content(index(root, tmp_path / "threads"))


def test_a_changed_import_root_renames_modules_without_parsing(tmp_path: Path) -> None:
    """The setting is part of what the segments depend on, and facts are not."""
    root = tmp_path / "project"
    put("lib/tool.py", TEXTS[3])(root)
    index(root, tmp_path / "index")
    report = Ingest(root, Settings(index_dir=str(tmp_path / "index"), python_roots=("lib",)), ThreadChild).index()
    assert (report.generation, report.parsed_files) == (2, 0)
    assert content(Index.open(tmp_path / "index")) == content(index(root, tmp_path / "fresh", python_roots=("lib",)))
