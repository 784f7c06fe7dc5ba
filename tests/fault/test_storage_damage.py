"""Bit flips, truncation and deletion in every file of an index: never a wrong answer, a crash or a silent empty result."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from storage_run import Texts, read, read_truth, run

from lepasserelle.errors import NotIndexedError, StorageError

TEXTS: Texts = {f"p/{number}.py": b"text %d " % number * (number * 37) for number in range(12)}
ANSWER = [text for _, text in sorted(TEXTS.items())]


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An index of generation 2, so that there is something to be mistaken for."""
    folder = tmp_path_factory.mktemp("whole")
    run(folder, TEXTS | {"p/1.py": b"older"})
    assert run(folder, TEXTS) == 2
    return folder


FILES = [
    "manifest.json",
    "lestockage.db",
    "write.lock",
    "generations/2.json",
    "generations/2.pin",
    "segments/text",
    "segments/graph",
    ".gitignore",
]


def located(folder: Path, name: str) -> Path:
    """The file of that name; of a segment, by its kind."""
    return next(folder.glob(f"segments/*-{name[9:]}-*")) if name.startswith("segments/") else folder / name


def flipped(position: float, bit: int) -> Callable[[Path], None]:
    """Flips one bit at a relative position."""

    def damage(path: Path) -> None:
        data = bytearray(path.read_bytes())
        if data:
            data[int(position * (len(data) - 1))] ^= 1 << bit
            path.write_bytes(data)

    return damage


def truncated(position: float) -> Callable[[Path], None]:
    """Cuts the file at a relative position."""
    return lambda path: path.write_bytes(path.read_bytes()[: int(position * path.stat().st_size)])


def overwritten(position: float, data: bytes) -> Callable[[Path], None]:
    """Overwrites a stretch, as a torn or misdirected write does."""

    def damage(path: Path) -> None:
        old = path.read_bytes()
        start = int(position * len(old))
        path.write_bytes((old[:start] + data + old[start + len(data) :])[: len(old)])

    return damage


share = st.floats(0, 1)
damages = st.one_of(
    st.builds(flipped, share, st.integers(0, 7)),
    st.builds(truncated, st.floats(0, 0.999)),
    st.builds(overwritten, share, st.binary(min_size=1, max_size=5000)),
    st.just(Path.unlink),
)


def check(folder: Path) -> None:
    """Every way to read says the truth or says what is wrong; one run later all is well."""
    try:
        assert read(folder) == (2, ANSWER)
    except (StorageError, NotIndexedError) as error:
        assert "leindex index" in str(error)  # noqa: PT017
    try:
        generation, facts = read_truth(folder)
    except StorageError:
        pass
    else:
        assert (generation, facts) in [(2, TEXTS), (0, {})], "0: not the manifest's generation, so ingest reads the sources"
    generation = run(folder, TEXTS)
    assert generation > 0
    assert read(folder) == (generation, ANSWER)
    assert read_truth(folder) == (generation, TEXTS)


quick = settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])


@pytest.mark.parametrize("name", FILES)
@quick
@given(damage=damages)
def test_damage_to_any_file_is_found_and_healed_by_the_next_run(whole: Path, tmp_path: Path, name: str, damage) -> None:
    """Whatever file, whatever damage."""
    folder = tmp_path / "i"
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(whole, folder)
    damage(located(folder, name))
    check(folder)


@settings(quick, max_examples=80)
@given(position=share, bit=st.integers(0, 7))
def test_any_flipped_bit_in_lestockage_is_found_or_harmless(whole: Path, tmp_path: Path, position: float, bit: int) -> None:
    """SQLite does not see most of them; our checksums do."""
    folder = tmp_path / "i"
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(whole, folder)
    flipped(position, bit)(folder / "lestockage.db")
    check(folder)


@settings(quick, max_examples=20)
@given(damage=damages, suffix=st.sampled_from(["-wal", "-shm"]))
def test_damaged_log_of_a_killed_run_loses_no_commit(whole: Path, tmp_path: Path, damage, suffix: str) -> None:
    """What was staged may be gone, what was committed and checkpointed not."""
    from storage_run import run_and_die

    folder = tmp_path / "i"
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(whole, folder)
    assert run_and_die(folder, TEXTS | {"p/new.py": b"new" * 2000}, 4)
    path = folder / f"lestockage.db{suffix}"
    if path.exists():
        damage(path)
    assert read(folder) == (2, ANSWER)
    assert read_truth(folder) == (2, TEXTS)
    assert run(folder, TEXTS) > 2
    assert read(folder)[1] == ANSWER


def test_every_file_missing_at_once_but_the_sources(whole: Path, tmp_path: Path) -> None:
    """The folder is empty: there is no index, and the next run makes one."""
    folder = tmp_path / "i"
    folder.mkdir()
    with pytest.raises(NotIndexedError):
        read(folder)
    assert run(folder, TEXTS) == 1
    assert read(folder) == (1, ANSWER)
