"""The store against a plain dictionary: whatever is done to it, an answer is what was put, or None."""

import shutil
import tempfile
from pathlib import Path

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from lepasserelle.errors import StoreFullError
from lepasserelle.memory import store_entry
from lepasserelle.memory.store import LOOK_SHARE, CacheStore

BLOCK = 4096
QUOTA = 10 * BLOCK
Name = tuple[str, bytes, int]

names = st.tuples(st.sampled_from(["analysis", "slice"]), st.sampled_from([b"", b"a", b"b", b"c", b"d"]), st.integers(0, 3))
sizes = st.sampled_from([0, 10, 3000, 5000, 9000, 50_000])
handles = st.integers(0, 1)


class StoreMachine(RuleBasedStateMachine):
    """Two handles on one folder beside a dictionary of what was last put under each name."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(prefix="lepasserelle-store-"))
        self.model: dict[Name, bytes] = {}
        self.turn = 0

    @initialize()
    def open(self) -> None:
        """Two processes, in effect."""
        self.stores = [CacheStore(self.folder, b"project", QUOTA) for _ in range(2)]

    @rule(handle=handles, name=names, size_bytes=sizes)
    def put(self, handle: int, name: Name, size_bytes: int) -> None:
        """Right after a put that succeeded, the entry is there for both."""
        self.turn += 1
        payload = (b"%d %r;" % (self.turn, name)).ljust(min(size_bytes, 20), b".") + bytes(
            (self.turn * 7919 + place * place) % 251 for place in range(max(0, size_bytes - 20))
        )
        kind, key, epoch = name
        try:
            self.stores[handle].put(kind, key, epoch, payload)
        except StoreFullError:
            assert len(store_entry.pack(store_entry.EntryHead(kind, epoch, key), payload)) > QUOTA - BLOCK
            return
        self.model[name] = payload
        assert self.stores[1 - handle].get(kind, key, epoch) == payload

    @rule(handle=handles, name=names)
    def get(self, handle: int, name: Name) -> None:
        """What was put last, or nothing; never something else."""
        kind, key, epoch = name
        assert self.stores[handle].get(kind, key, epoch) in (None, self.model.get(name))

    @rule(handle=handles, live=st.sets(st.integers(0, 3)))
    def collect(self, handle: int, live: set[int]) -> None:
        """Dead epochs are gone, live ones untouched."""
        before = self.on_disk()
        self.stores[handle].collect(live)
        assert self.on_disk() == {name for name in before if name[2] in live}

    @rule(handle=handles, name=names)
    def discard(self, handle: int, name: Name) -> None:
        """One is gone."""
        kind, key, epoch = name
        was_there = name in self.on_disk()
        assert self.stores[handle].discard(kind, key, epoch) == was_there
        assert name not in self.on_disk()

    @rule(handle=handles)
    def reopen(self, handle: int) -> None:
        """A new process knows only the folder."""
        self.stores[handle].close()
        self.stores[handle] = CacheStore(self.folder, b"project", QUOTA)

    @rule(handle=handles, name=names, place=st.integers(0, 1 << 20))
    def flip(self, handle: int, name: Name, place: int) -> None:
        """A flipped bit makes it nothing, and the model forgets it."""
        kind, key, epoch = name
        path = self.stores[handle].path / store_entry.file_name(kind, epoch, key)
        if path.exists():
            data = bytearray(path.read_bytes())
            data[place // 8 % len(data)] ^= 1 << place % 8
            path.write_bytes(data)
            assert self.stores[handle].get(kind, key, epoch) is None
            assert not path.exists()

    @rule(handle=handles, name=names, kept=st.integers(0, 200))
    def cut(self, handle: int, name: Name, kept: int) -> None:
        """`verify` names it and nothing else."""
        kind, key, epoch = name
        path = self.stores[handle].path / store_entry.file_name(kind, epoch, key)
        if path.exists() and path.stat().st_size > kept:
            path.write_bytes(path.read_bytes()[:kept])
            assert self.stores[handle].verify().damaged == (path.name,)

    @rule(handle=handles)
    def clear(self, handle: int) -> None:
        """Nothing is left."""
        self.stores[handle].clear()
        assert self.on_disk() == set()

    @rule(handle=handles)
    def statistics(self, handle: int) -> None:
        """The account of a handle that looks is the folder's."""
        total = self.stores[handle].statistics().total
        paths = self.files()
        assert (total.entries, total.bytes) == (len(paths), sum(path.stat().st_size for path in paths))

    @invariant()
    def every_entry_is_found_by_its_kind(self) -> None:
        """Listing by kind and the files' own names agree; all of them were put."""
        listed = {(entry.kind, entry.key, entry.epoch) for kind in ("analysis", "slice") for entry in self.stores[0].entries(kind)}
        assert listed == self.on_disk() <= set(self.model)

    @invariant()
    def quota_is_kept(self) -> None:
        """Two handles, each looking again whenever it has written its share (less than a block here, so before each write)."""
        taken_bytes = sum(-(-path.stat().st_size // BLOCK) * BLOCK for path in self.files())
        assert taken_bytes <= QUOTA + QUOTA // LOOK_SHARE

    def files(self) -> list[Path]:
        """Files of entries."""
        return [path for path in self.folder.glob("spilled/*/entries-1/*") if store_entry.title(path.name)]

    def on_disk(self) -> set[Name]:
        """Names of all that could be put of which there is a file."""
        present = {path.name for path in self.files()}
        return {
            (kind, key, epoch)
            for kind in ("analysis", "slice")
            for key in (b"", b"a", b"b", b"c", b"d")
            for epoch in range(4)
            if store_entry.file_name(kind, epoch, key) in present
        }

    def teardown(self) -> None:
        """No trace."""
        for store in self.stores:
            store.close()
        shutil.rmtree(self.folder)


StoreMachine.TestCase.settings = settings(
    max_examples=12, stateful_step_count=25, deadline=None, suppress_health_check=list(HealthCheck)
)
TestStoreAgainstADictionary = StoreMachine.TestCase
