"""How a kind of entry becomes bytes and back. A codec is a pair of functions that the owner of the kind registers."""

from collections.abc import Callable
from typing import Final, Generic, NamedTuple, Protocol, TypeVar

V = TypeVar("V")


class Codec(NamedTuple, Generic[V]):
    """`decode(encode(value))` equals `value`. Bytes that `decode` does not understand make it raise `ValueError`."""

    encode: Callable[[V], bytes]
    decode: Callable[[bytes], V]


class Kind(NamedTuple, Generic[V]):
    """A kind of entry that a cache knows: what `AnalysisCache.register` gives back."""

    name: str
    codec: Codec[V]


RAW: Final[Codec[bytes]] = Codec(bytes, bytes)
"""For values that are bytes."""


class EntryStore(Protocol):
    """Where entries go when they leave memory. `put` raises `StorageError` (`StoreFullError`) when an entry cannot be kept."""

    def put(self, kind: str, key: bytes, epoch: int, payload: bytes) -> None:
        """Keep an entry; one with the same name is replaced."""

    def get(self, kind: str, key: bytes, epoch: int) -> bytes | None:
        """The payload; None when there is none (or it was damaged and has been put aside)."""

    def holds(self, kind: str, key: bytes, epoch: int, payload: bytes) -> bool:
        """Whether exactly that is there already, so that nothing need be written."""

    def discard(self, kind: str, key: bytes, epoch: int) -> bool:
        """Remove an entry; False when there is none."""
