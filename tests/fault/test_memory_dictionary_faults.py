"""kill -9 at every step of a dictionary change, flipped bits, a full disk: the store stays whole, and what was stored is read."""

import errno
import os
import random
import shutil
import signal
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from dying import die_at
from storage_run import in_child

from lepasserelle.durable.steps import observed
from lepasserelle.memory.store import CacheStore
from lepasserelle.memory.store_dictionaries import SAMPLES

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="forks")

LAST = SAMPLES + 3
NAMES = [random.Random(at).randrange(10**20) for at in range(40)]


def opened(folder: Path) -> CacheStore:
    """A handle that trains dictionaries."""
    return CacheStore(folder, b"project", 4_000_000, dictionaries=True)


def payload(number: int, epoch: int) -> bytes:
    """A small result: what it says stands in every other one of its epoch too, and once in itself."""
    chance = random.Random(f"{number} {epoch}")
    return b"".join(
        b"generation %d holds the field that is called number %d: %d; " % (epoch, at, chance.randrange(99999)) for at in NAMES
    )


def fill(store: CacheStore, numbers: range, epoch: int) -> None:
    """Some entries."""
    for number in numbers:
        store.put("slices", b"%d" % number, epoch, payload(number, epoch))


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Generation 1 with a dictionary."""
    folder = tmp_path_factory.mktemp("dictionaries")
    with opened(folder) as store:
        fill(store, range(LAST), 1)
        assert len(list(store.path.glob("slices.1.*.dict"))) == 1
    return folder


def assert_whole(folder: Path) -> None:
    """Every answer is what was put; nothing is damaged."""
    with opened(folder) as store:
        assert store.verify().damaged == ()
        for epoch in (1, 2):
            for number in range(LAST):
                assert store.get("slices", b"%d" % number, epoch) in (None, payload(number, epoch))


def prepared(first: Path, folder: Path) -> Path:
    """A copy."""
    shutil.copytree(first, folder)
    return folder


def work(folder: Path, observer: Callable[[str], None]) -> None:
    """A dictionary is made for generation 2 and used; that of generation 1 goes with its entries. Observed from there on."""
    with opened(folder) as store:
        fill(store, range(SAMPLES - 1), 2)
        with observed(observer):
            fill(store, range(SAMPLES - 1, LAST), 2)
            store.collect({2})


def test_kill_at_every_step_of_a_dictionary_change(first: Path, tmp_path: Path) -> None:
    """Entries of before and after are there or not, and none names what is not there."""
    names: list[str] = []
    work(prepared(first, tmp_path / "dry"), names.append)
    made = [name for name in names if name.startswith("store.dictionar")]
    assert {"store.dictionary.opened", "store.dictionary.written", "store.dictionary.renamed", "store.dictionaries.removed"} <= set(
        made
    )
    assert names.index("store.dictionary.renamed") < names.index("store.entry.opened")
    steps = [number for number, name in enumerate(names) if name in made or names[number - 1] in made]
    removed = [number for number, name in enumerate(names) if name == "store.removed"]
    for number in (*steps, removed[0], removed[-1]):
        folder = prepared(first, tmp_path / f"{number}")

        def killed(folder: Path = folder, number: int = number) -> None:
            work(folder, die_at(number))

        status, answer = in_child(killed)
        assert os.WIFSIGNALED(status), answer
        assert os.WTERMSIG(status) == signal.SIGKILL
        assert_whole(folder)
        work(folder, lambda _: None)
        assert_whole(folder)
        with opened(folder) as store:
            assert store.get("slices", b"%d" % (LAST - 1), 2) == payload(LAST - 1, 2)
            assert list(store.path.glob("slices.1.*")) == []
            assert len(list(store.path.glob("slices.2.*.dict"))) == 1
            assert list(store.path.glob(".*")) == []


@pytest.mark.parametrize("at", ["store.dictionary.opened", "store.dictionary.written"])
@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EROFS, errno.EIO])
def test_a_dictionary_that_cannot_be_written_is_done_without(first: Path, tmp_path: Path, at: str, number: int) -> None:
    """Its entries are stored as they would be without one."""

    def fail(name: str) -> None:
        if name == at:
            raise OSError(number, os.strerror(number))

    folder = prepared(first, tmp_path / "store")
    work(folder, fail)
    with opened(folder) as store:
        assert list(store.path.glob("*.dict")) == []
        for one in range(LAST):
            assert store.get("slices", b"%d" % one, 2) == payload(one, 2)


def test_a_flipped_bit_anywhere_in_a_dictionary_is_never_a_wrong_answer(first: Path, tmp_path: Path) -> None:
    """What was packed with it is told as damaged; the rest stays."""
    folder = prepared(first, tmp_path / "store")
    (file,) = folder.rglob("*.dict")
    content = file.read_bytes()
    chance = random.Random(1)
    for place in [*range(0, 60, 7), *(chance.randrange(len(content)) for _ in range(20))]:
        flipped = bytearray(content)
        flipped[place] ^= 1 << chance.randrange(8)
        file.write_bytes(flipped)
        with opened(folder) as store:
            assert store.get("slices", b"0", 1) == payload(0, 1)
            assert len(store._dictionaries._known) == 0
            assert not store._dictionaries.is_whole(*_packed_with_it(store))
    file.write_bytes(content)
    assert_whole(folder)


def _packed_with_it(store: CacheStore) -> tuple[str, bytes]:
    from lepasserelle.memory import store_entry

    name = store_entry.file_name("slices", 1, b"%d" % (LAST - 1))
    return name, (store.path / name).read_bytes()
