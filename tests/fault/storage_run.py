"""A whole indexing run over storage, as ingest does it but with texts for sources, and a reader that believes nothing."""

import hashlib
import os
import signal
import warnings
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import numpy as np

from lepasserelle.durable.steps import observed
from lepasserelle.errors import DamagedError
from lepasserelle.storage import (
    ContentKey,
    DamagedFacts,
    Index,
    IndexedFile,
    Lestockage,
    ParsedFile,
    TextStore,
    VersionMismatch,
    build_text,
    pack_text,
    write_segment,
)

Texts = dict[str, bytes]


def key_of(text: bytes) -> ContentKey:
    """The content key of a text."""
    return ContentKey(hashlib.sha256(text).digest()[:16], "python")


def run(folder: Path, texts: Texts) -> int:
    """Index `texts`, whatever state the folder is in; returns the generation that was published."""
    index = Index.open(folder)
    with index.writer_lock(10_000):
        try:
            generation = _run(index, texts)
        except DamagedError:  # lestockage was found damaged on the way and lies in quarantine: from the sources
            generation = _run(index, texts)
        index.collect_garbage()
    return generation


def _run(index: Index, texts: Texts) -> int:
    with _store(index.folder) as store:
        generation = index.next_generation()
        with suppress(DamagedError):  # of the row; when it is the database, the next call says so again
            generation = max(generation, store.generation() + 1)
        files = [IndexedFile(path, len(text), 1, 0, path, key_of(text), 1) for path, text in sorted(texts.items())]
        _commit(store, generation, files, texts)
        text = build_text(lambda: store.blobs("text", files))
        refs = [write_segment(index.folder, generation, "text", text)]
        refs.append(write_segment(index.folder, generation, "graph", {"n": np.full(200, generation, np.uint32)}))
        store.write_rows(generation, [(path, [(path, "module", 1, 1, "")]) for path in texts], [])
        index.publish(generation, refs, {"files": len(texts)})
    return generation


def _store(folder: Path) -> Lestockage:
    try:
        return Lestockage.open(folder)
    except VersionMismatch:
        Lestockage.discard(folder)
    except DamagedError:
        pass
    return Lestockage.open(folder)


def _commit(store: Lestockage, generation: int, files: list[IndexedFile], texts: Texts) -> None:
    known = store.known(file.key for file in files)
    while True:
        missing = {file.key: texts[file.path] for file in files if file.key not in known}
        for key, text in missing.items():
            store.stage([ParsedFile(key, b"facts of " + text, b"terms of " + text, pack_text(text), 1, 0)])
        try:
            store.commit(generation, files)
            for kind in ("facts", "terms", "text"):
                for _ in store.blobs(kind, files):
                    pass
        except DamagedFacts as damage:
            store.forget([damage.key])
            known = store.known(file.key for file in files)
        else:
            return


def read(folder: Path) -> tuple[int, list[bytes]]:
    """Generation and texts as a searcher sees them, every part compared with every other. Raises what storage raises."""
    with Index.open(folder).pin() as snapshot, snapshot.segment("text") as text, snapshot.segment("graph") as graph:
        assert set(graph.sections["n"].tolist()) == {snapshot.generation}, "a mix of generations"
        store = TextStore(text.sections)
        texts = [store.read(number) for number in range(store.file_count)]
        assert len(texts) == snapshot.manifest.counts["files"]
        del store
        return snapshot.generation, texts


def read_truth(folder: Path) -> tuple[int, Texts]:
    """Generation and contents of lestockage, by path. Raises what storage raises."""
    with Lestockage.open(folder, writable=False) as store:
        generation, files = store.generation(), store.files()
        if len(store.known(file.key for file in files)) != len({file.key for file in files}):
            raise DamagedError("some contents are not whole")
        facts = {file.path: blob.removeprefix(b"facts of ") for file, blob in store.blobs("facts", files)}
        assert {file.path: blob.removeprefix(b"terms of ") for file, blob in store.blobs("terms", files)} == facts
        assert {file.path: blob for file, blob in store.blobs("text", files)} == {
            path: pack_text(text) for path, text in facts.items()
        }
        return generation, facts


class Child:
    """Work in a forked child; `finish` gives its wait status and the text of what it returned or raised."""

    def __init__(self, work: Callable[[], object]) -> None:
        self._readable, writable = os.pipe()
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)  # native threads of numpy do nothing here
            self._pid = os.fork()
        if self._pid == 0:
            os.close(self._readable)
            try:
                answer = str(work())
            except BaseException as error:  # noqa: BLE001  # the child must not go on as a second test run
                answer = f"{type(error).__name__}: {error}"
            os.write(writable, answer.encode("utf-8", "backslashreplace")[:4000])
            os._exit(0)
        os.close(writable)

    def finish(self) -> tuple[int, str]:
        """Wait for its end."""
        with open(self._readable, "rb") as pipe:  # noqa: PTH123  # a descriptor
            answer = pipe.read().decode()
        return os.waitpid(self._pid, 0)[1], answer


def in_child(work: Callable[[], object]) -> tuple[int, str]:
    """Do `work` in a child and wait for it."""
    return Child(work).finish()


def run_and_die(folder: Path, texts: Texts, step_number: int) -> bool:
    """Run in a child that kills itself with SIGKILL at its step of that number; False when the run had fewer steps."""
    left = [step_number]

    def die(_: str) -> None:
        if left[0] == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        left[0] -= 1

    def work() -> int:
        with observed(die):
            return run(folder, texts)

    status, answer = in_child(work)
    if os.WIFSIGNALED(status):
        assert os.WTERMSIG(status) == signal.SIGKILL
        return True
    assert answer.isdigit(), answer
    return False
