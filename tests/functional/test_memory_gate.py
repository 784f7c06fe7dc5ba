"""Every public method of `LeIndex` goes through one gate: no limit that is set later ends the process, whatever is asked."""

import subprocess
import sys
from pathlib import Path

import pytest
from looking_shop import make_shop

from lepasserelle import LeIndex, LeIndexError, MemoryConfig, StorageError
from lepasserelle.leindex.gate import OPEN

RUN = Path(__file__).with_name("gate_run.py")


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An indexed shop."""
    root = make_shop(tmp_path_factory.mktemp("gate") / "project")
    with LeIndex(root, MemoryConfig(auto_spill=False)) as leindex:
        leindex.index_project()
    return root


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="what counts against these limits is Linux's")
@pytest.mark.parametrize(("limit", "room_mb"), [("data", 1), ("data", 40), ("as", 1), ("as", 90)])
def test_no_call_ends_a_process_that_was_limited_after_opening(project: Path, limit: str, room_mb: int) -> None:
    """One after the other, each is refused before libraries are loaded that there is no room for; and all works afterwards."""
    command = [sys.executable, str(RUN), str(project), limit, str(room_mb * 1_000_000)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    outcomes = dict(line.split() for line in done.stdout.splitlines())
    assert outcomes.pop("afterwards") == "ok"
    assert set(outcomes.values()) == {"LimitTooLowError"}


@pytest.mark.parametrize(
    ("refused", "expected"),
    [
        (MemoryError(), "asked for"),
        (OSError(12, "Cannot allocate memory"), "asked for"),
        (ImportError("libopenblas.so: failed to map segment from shared object"), "asked for"),
        (OSError(24, "Too many open files"), "no more open files"),
        (OSError(23, "Too many open files in system"), "no more open files"),
    ],
)
def test_what_the_system_refuses_is_an_error_of_ours(
    project: Path, monkeypatch: pytest.MonkeyPatch, refused: Exception, expected: str
) -> None:
    """Wherever it comes up: memory, libraries that cannot be mapped, open files; what it was is the cause."""

    def refuse(*_: object) -> None:
        raise refused

    with LeIndex(project, MemoryConfig(auto_spill=False)) as leindex:
        monkeypatch.setattr("lepasserelle.leindex.reports.status", refuse)
        with pytest.raises(LeIndexError, match=expected) as told:
            leindex.status()
        assert told.value.__cause__ is refused


def test_other_errors_pass_the_gate_as_they_are(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is no net for mistakes."""

    def fail(*_: object) -> None:
        raise OSError(5, "Input/output error")

    with LeIndex(project, MemoryConfig(auto_spill=False)) as leindex:
        monkeypatch.setattr("lepasserelle.leindex.reports.status", fail)
        with pytest.raises(OSError, match="Input/output") as told:
            leindex.status()
        assert not isinstance(told.value, StorageError)


def test_every_public_method_passes_the_gate() -> None:
    """Those that are inherited too; a method that is added is seen by the walk above."""
    public = {name for name in dir(LeIndex) if not name.startswith("_") and callable(getattr(LeIndex, name))}
    passing = {name for name in public if hasattr(getattr(LeIndex, name), "__wrapped__")}
    assert public - passing == OPEN
