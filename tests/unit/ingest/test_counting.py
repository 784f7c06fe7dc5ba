"""Terms that are left to a build child: they are those of the parse, whoever collects them and whenever."""

from pathlib import Path
from unittest.mock import Mock

import msgspec
import pytest
import xxhash

from lepasserelle.config import Settings
from lepasserelle.errors import LockedError
from lepasserelle.files import FileEntry
from lepasserelle.ingest import Ingest, counting
from lepasserelle.ingest.child import Child
from lepasserelle.ingest.counting import Defined, collect_missing
from lepasserelle.ingest.messages import BuildJob, Job, Parsed, Start
from lepasserelle.ingest.reading import Reader
from lepasserelle.model import FileFacts
from lepasserelle.parse import parse
from lepasserelle.storage import ContentKey, DamagedFacts, Index, IndexedFile, Lestockage, ParsedFile
from lepasserelle.storage.text import pack_text
from lepasserelle.terms import collect
from lepasserelle.terms.dictionary import Dictionary

SOURCES = {
    "a.py": b"def first_step(basket):\n    return basket.total_price()\n",
    "b.py": b"class Basket:\n    'What was chosen.'\n    def total_price(self):\n        return len(self.caf\xc3\xa9s)\n",
    "again.py": b"def first_step(basket):\n    return basket.total_price()\n",
}


LANGUAGES = {".py": "python", ".md": "markdown"}


def key_of(data: bytes) -> ContentKey:
    """Whose facts they are."""
    return ContentKey(xxhash.xxh3_128_digest(data), "python")


def terms_of(data: bytes) -> bytes:
    """What the parse gives."""
    return msgspec.msgpack.encode(collect(data, parse(data, "python")))


def parsed(data: bytes, terms: bytes = b"") -> ParsedFile:
    """What a parse child says that leaves the terms to others."""
    facts = parse(data, "python")
    return ParsedFile(key_of(data), msgspec.msgpack.encode(facts), terms, pack_text(data), len(facts.definitions), 0)


def files() -> list[IndexedFile]:
    """Two of the three have the same content."""
    return [IndexedFile(path, len(data), 1, 0, path[:-3], key_of(data), 1) for path, data in SOURCES.items()]


def test_what_terms_come_from_is_the_beginning_of_the_facts() -> None:
    """The fields that are decoded stand first in `FileFacts`, and as they stand there."""
    facts = parse(SOURCES["b.py"], "python")
    assert FileFacts.__struct_fields__[: len(Defined.__struct_fields__)] == Defined.__struct_fields__
    said = msgspec.msgpack.decode(msgspec.msgpack.encode(facts), type=Defined)
    assert (said.language, said.package, said.definitions) == (facts.language, facts.package, facts.definitions)


@pytest.mark.parametrize("at_once", [1, 60, 1 << 16])
def test_what_is_collected_later_is_what_the_parse_gives(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, at_once: int) -> None:
    """Each content once, in transactions of their own, however many are cut at once; a second look finds nothing left to do."""
    monkeypatch.setattr(counting, "_COLLECTED_BYTES", at_once)
    with Lestockage.open(tmp_path) as lestockage:
        lestockage.stage([parsed(data) for data in SOURCES.values()])
        assert lestockage.known(map(key_of, SOURCES.values())) == set(map(key_of, SOURCES.values()))
        assert {blob for _, blob in lestockage.blobs("terms", files())} == {b""}
        collect_missing(lestockage, files())
        assert [blob for _, blob in lestockage.blobs("terms", files())] == list(map(terms_of, SOURCES.values()))
        lestockage.put_terms = Mock()  # type: ignore[method-assign]
        collect_missing(lestockage, files())
        lestockage.put_terms.assert_not_called()
        assert not Dictionary.current()  # what follows in the same child stands beside the height of linking


def test_terms_that_are_there_stay(tmp_path: Path) -> None:
    """An edit's parse gives them at once; only those of other files may be missing."""
    with Lestockage.open(tmp_path) as lestockage:
        lestockage.stage([parsed(SOURCES["a.py"], b"their own"), parsed(SOURCES["b.py"])])
        collect_missing(lestockage, files())
        assert [blob for _, blob in lestockage.blobs("terms", files()[:2])] == [b"their own", terms_of(SOURCES["b.py"])]


def test_terms_of_what_is_not_stored_are_refused(tmp_path: Path) -> None:
    """Nothing of that transaction stays."""
    with Lestockage.open(tmp_path) as lestockage:
        lestockage.stage([parsed(SOURCES["a.py"])])
        with pytest.raises(DamagedFacts, match=r"b\.py"):
            lestockage.put_terms([(file, b"terms") for file in files()])
        assert [blob for _, blob in lestockage.blobs("terms", files()[:1])] == [b""]


def test_a_database_that_another_child_writes_to_is_waited_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Rows of a large graph take longer than a lock is waited for; somebody who never lets go is told in the end."""
    monkeypatch.setattr(counting, "_ATTEMPTS", 3)
    with Lestockage.open(tmp_path) as lestockage:
        lestockage.stage([parsed(data) for data in SOURCES.values()])
        store = lestockage.put_terms
        lestockage.put_terms = Mock(side_effect=[LockedError("held"), LockedError("held"), None])  # type: ignore[method-assign]
        collect_missing(lestockage, files())
        for attempt in lestockage.put_terms.call_args_list:
            store(*attempt.args)
        assert [blob for _, blob in lestockage.blobs("terms", files())] == list(map(terms_of, SOURCES.values()))
        lestockage.stage([parsed(SOURCES["a.py"])])
        lestockage.put_terms = Mock(side_effect=LockedError("held"))  # type: ignore[method-assign]
        with pytest.raises(LockedError):
            collect_missing(lestockage, files())


def test_terms_of_code_are_left_and_those_of_texts_only_beside_code(tmp_path: Path) -> None:
    """Where nothing is linked one child would collect what several can."""
    code, text = b"def f(a):\n    return a.b(1)\n" * 20, b"What is told here. " * 20
    for name, data in (("code.py", code), ("one.md", text), ("two.md", text + b"2")):
        (tmp_path / name).write_bytes(data)
    entries = {
        path.name: FileEntry(path.name, path.stat().st_size, path.stat().st_mtime_ns, LANGUAGES[path.suffix])
        for path in tmp_path.iterdir()
    }
    reader = Reader(Start(str(tmp_path), "/index", Settings(), parses=True, terms_later=True))

    def are_left(name: str) -> bool:
        found = reader.read(entries[name])
        assert isinstance(found, Parsed)
        assert found.content is not None
        return not found.content.terms

    assert [are_left(name) for name in ("one.md", "code.py", "one.md", "two.md", "code.py", "two.md")] == [
        False, True, True, False, True, True,
    ]  # fmt: skip


class Listened(Child):
    """A child whose build jobs are remembered."""

    jobs: list[BuildJob]

    def send(self, job: Job) -> bool:
        """Pass it on."""
        if isinstance(job, BuildJob):
            self.jobs.append(job)
        return super().send(job)


@pytest.fixture
def jobs(monkeypatch: pytest.MonkeyPatch) -> list[BuildJob]:
    """Every build job that is sent."""
    found: list[BuildJob] = []
    monkeypatch.setattr(Listened, "jobs", found, raising=False)
    return found


def project(root: Path) -> Path:
    """A few files that are linked."""
    for name, data in SOURCES.items():
        (root / name).write_bytes(data)
    return root


def test_an_index_has_its_terms_and_who_collects_them_gives_way_to_linking(tmp_path: Path, jobs: list[BuildJob]) -> None:
    """The builder beside the linking child has a core to itself, or goes second; after an edit, it is the only one and does not."""
    root = project(tmp_path)
    Ingest(root, Settings(), Listened).index()
    assert [(job.kinds[0], job.gives_way) for job in jobs] == [("graph", False), ("lexical", True)]
    with Lestockage.open(root / ".leindex", writable=False) as lestockage:
        assert all(blob for _, blob in lestockage.blobs("terms", lestockage.files()))
    jobs.clear()
    (root / "a.py").write_bytes(b"\n" + SOURCES["a.py"])
    Ingest(root, Settings(), Listened).index()
    assert jobs
    assert not any(job.gives_way for job in jobs)


def test_a_run_that_died_before_it_built_leaves_terms_to_the_next(tmp_path: Path) -> None:
    """What it staged is not parsed again, and the words are those of an index that was made in one go."""
    root = project(tmp_path)
    with Lestockage.open(root / ".leindex") as lestockage:
        lestockage.stage([parsed(data) for data in SOURCES.values()])
    assert Ingest(root, Settings()).index().parsed_files == 0
    other = tmp_path / "other"
    Ingest(root, Settings(index_dir=str(other), exclude=("other",))).index()
    sums = [
        {ref.kind: ref.checksum for ref in manifest.segments}
        for folder in (root / ".leindex", other)
        if (manifest := Index.open(folder).manifest()) is not None
    ]
    assert sums[0] == sums[1]
