"""What holds for all tests: property tests are judged by what they find, never by how long a busy machine takes for an example, and
processes that tests start hear an interrupt.
"""

import gc
import os
import signal
from pathlib import Path

import pytest
import zstandard
from hypothesis import HealthCheck, settings

settings.register_profile("shared-machine", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("shared-machine")

_FILE = pytest.StashKey[Path]()
"""The file whose tests run now."""

# Programs that tests start load numpy some thousand times; a second thread of its linear algebra waits for a tenth of a second.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    # A shell that starts us in its background has interrupts ignored, and whatever we start would inherit that.
    signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture
def zstd_is_short_of_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither compresses nor decompresses, in the words in which zstd says that memory was refused."""

    class Short:
        def __init__(self, **_: object) -> None: ...

        def compress(self, _: bytes) -> bytes:
            raise zstandard.ZstdError("cannot compress: Allocation error : not enough memory")

        def decompress(self, _: bytes) -> bytes:
            raise zstandard.ZstdError("decompression error: Allocation error : not enough memory")

    monkeypatch.setattr(zstandard, "ZstdCompressor", Short)
    monkeypatch.setattr(zstandard, "ZstdDecompressor", Short)


def _keep_from_collections() -> None:
    """What there is stays until the end: no collection of garbage is to walk through it again. Linking asks for two each time, and
    with ten thousand tests in memory, and what is kept of those that have run, these took ten times as long as all else.
    """
    gc.collect()
    gc.freeze()


def pytest_collection_finish() -> None:
    """The tests themselves, and what they import."""
    _keep_from_collections()


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """What each file of tests has left: reports, fixtures, modules of ours that are loaded late."""
    if item.session.stash.get(_FILE, item.path) != item.path:
        _keep_from_collections()
    item.session.stash[_FILE] = item.path
