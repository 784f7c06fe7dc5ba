"""Ratio and speed of zstd, with and without a trained dictionary, beside lz4 and nothing: on stored results and on segments.

Results are those that the store would be given: answers of `analyze` and slices over Django, made anew. A dictionary is trained on
the first half and judged on the second, its own size charged. Segments are compressed in chunks of 1 MiB, arranged as frozen
copies are. Speeds are of processor time, one thread, megabytes of uncompressed data a second.

python benchmarks/memory/compression.py [--work FOLDER]     prints the tables of docs/decisions/227; lz4 where it is installed
"""

import argparse
import random
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

sys.path.insert(0, str(Path(__file__).parents[1]))

import msgspec
import numpy as np
import zstandard

import corpora
from lepasserelle import LeIndex, LeIndexError, MemoryConfig
from lepasserelle.ingest.copies import COPIED_KINDS, derivations
from lepasserelle.leindex import bodies, slice_form
from lepasserelle.leindex.keeper import SLICES
from lepasserelle.memory.store import CacheStore
from lepasserelle.memory.store_index import BLOCK_BYTES, in_blocks
from lepasserelle.model import Sections
from lepasserelle.model.slices import Slice
from lepasserelle.storage import Index
from lepasserelle.storage.columns import AS_IT_IS, Order, arranged, orders_for
from lepasserelle.storage.frozen import chunk_sizes, freeze
from lepasserelle.storage.layout import SEGMENTS
from lepasserelle.storage.sections import plan
from lepasserelle.storage.thawing import check_copy, thaw
from tables import table

RESULTS = 600
ROUNDS = 5
DICTIONARY_BYTES = (16_384, 65_536)

Pack = Callable[[bytes], bytes]


class Way(NamedTuple):
    """A way to compress."""

    name: str
    pack: Pack
    unpack: Pack
    extra_bytes: int = 0
    """A dictionary, stored once."""


def zstd(level: int, dictionary: zstandard.ZstdCompressionDict | None = None, extra_bytes: int = 0) -> Way:
    """By level, with a dictionary or without."""
    packer = zstandard.ZstdCompressor(level=level, dict_data=dictionary)
    unpacker = zstandard.ZstdDecompressor(dict_data=dictionary)
    label = "" if dictionary is None else f", dictionary of {extra_bytes // 1024} KiB"
    return Way(f"zstd {level}{label}", packer.compress, unpacker.decompress, extra_bytes)


def plain_ways() -> list[Way]:
    """Without dictionaries."""
    try:
        import lz4.block  # type: ignore[import-not-found, import-untyped, unused-ignore]
    except ImportError:
        rivals = []
    else:
        rivals = [Way("lz4", lz4.block.compress, lz4.block.decompress)]
    return [Way("none", bytes, bytes), *rivals, *(zstd(level) for level in (-1, 1, 3, 9))]


def measured(way: Way, samples: Sequence[bytes]) -> list[str]:
    """Ratio, and the two speeds."""
    total = sum(map(len, samples))
    packed = [way.pack(sample) for sample in samples]
    assert [way.unpack(one) for one in packed] == list(samples)
    kept = sum(min(len(one), len(sample)) for one, sample in zip(packed, samples, strict=True)) + way.extra_bytes
    speeds = [total / 1e6 / best(call, inputs) for call, inputs in ((way.pack, samples), (way.unpack, packed))]
    return [way.name, f"{total / kept:.2f}", *(f"{speed:.0f}" for speed in speeds)]


def best(call: Pack, inputs: Sequence[bytes]) -> float:
    """Least processor seconds of some rounds."""
    taken = []
    for _ in range(ROUNDS):
        began = time.process_time()
        for one in inputs:
            call(one)
        taken.append(max(1e-6, time.process_time() - began))
    return min(taken)


def results_of(leindex: LeIndex) -> dict[str, list[bytes]]:
    """Payloads by kind."""
    found: dict[str, list[bytes]] = {"analyze": [], SLICES: []}
    spots = leindex.hotspots(RESULTS)
    random.Random(1).shuffle(spots)
    for spot in spots:
        words = spot.symbol.rpartition(".")[2].replace("_", " ")
        found["analyze"].append(msgspec.msgpack.encode(leindex.analyze(words)))
        try:
            found[SLICES].append(msgspec.msgpack.encode(leindex.slice(spot.path, spot.start_line + 2)))
        except LeIndexError:
            continue
    cache = leindex._keeper.analysis  # noqa: SLF001  # a benchmark looks inside
    names = [name for name in cache.names() if name.kind == bodies.KIND]
    found[bodies.KIND] = [cache._payloads[name] for name in names][:RESULTS]  # noqa: SLF001
    return found


def result_rows(kind: str, payloads: Sequence[bytes]) -> list[list[str]]:
    """A row a way; all are judged on the second half."""
    half = len(payloads) // 2
    ways = plain_ways()
    for size in DICTIONARY_BYTES:
        trained = zstandard.train_dictionary(size, list(payloads[:half]), level=3)
        ways += [zstd(level, trained, len(trained.as_bytes())) for level in (-1, 1, 3)]
    mean = sum(map(len, payloads[half:])) // (len(payloads) - half)
    return [[kind, f"{mean / 1e3:.1f} kB", *measured(way, payloads[half:])] for way in ways]


STORE_HEAD = (
    "results of",
    "kind",
    "stored",
    "bytes as records",
    "as JSON",
    "with a dictionary",
    "bytes of files",
    "ratio",
    "of JSON",
    "lz4",
    "blocks of 4 KiB",
    "put, ms",
    "read, ms",
)


def store_rows(name: str, payloads: Mapping[str, Sequence[bytes]]) -> list[list[str]]:
    """As the store itself keeps them, without dictionaries and with, one kind after the other: files with the dictionary among
    them, and processor milliseconds an entry, training included. Ratios are of records (msgpack, what memory held of them before
    slices had a form of their own) and of JSON; *lz4*: of records, without heads and keys.
    """
    rows = []
    for kind, records in payloads.items():
        some = [slice_form.pack(msgspec.msgpack.decode(one, type=Slice)) for one in records] if kind == SLICES else records
        record_bytes = sum(map(len, records))
        json_bytes = sum(len(msgspec.json.encode(msgspec.msgpack.decode(one))) for one in records)
        by_lz4 = [measured(way, records)[1] for way in plain_ways() if way.name == "lz4"] or ["-"]
        for is_on in (False, True):
            with (
                tempfile.TemporaryDirectory() as folder,
                CacheStore(Path(folder), b"project", 1 << 30, dictionaries=is_on) as store,
            ):
                began = time.process_time()
                for number, payload in enumerate(some):
                    store.put(kind, b"%048d" % number, 1, payload)
                put_s, began = time.process_time() - began, time.process_time()
                assert all(store.get(kind, b"%048d" % number, 1) == payload for number, payload in enumerate(some))
                read_s = time.process_time() - began
                sizes = [path.stat().st_size for path in store.path.iterdir()]
                ratios = (f"{one / sum(sizes):.2f}" for one in (record_bytes, json_bytes))
                blocks = f"{sum(map(in_blocks, sizes)) // BLOCK_BYTES}"
                spent = (f"{seconds * 1e3 / len(some):.2f}" for seconds in (put_s, read_s))
                before = (name, kind, str(len(some)), str(record_bytes), str(json_bytes), "yes" if is_on else "no")
                rows.append([*before, str(sum(sizes)), *ratios, *by_lz4, blocks, *spent])
    return rows


def pieces_of(data: bytes, order: Order) -> list[bytes]:
    """Chunks of about a megabyte, of whole rows."""
    found, start = [], 0
    for size in chunk_sizes(len(data), order):
        found.append(data[start : start + size])
        start += size
    return found


def size_in(data: bytes, order: Order) -> int:
    """Bytes of its first chunk, compressed in that order."""
    first = pieces_of(data, order)[:1]
    return sum(len(zstandard.ZstdCompressor(level=1).compress(arranged(piece, order))) for piece in first)


def segment_rows(leindex: LeIndex) -> list[list[str]]:
    """A row for each segment and way, as it lies and arranged."""
    leindex.search("open")
    generation = leindex._current.peek()  # noqa: SLF001  # a benchmark looks inside
    assert generation is not None
    rows = []
    for kind, segment in generation.open_segments().items():
        plain, ordered = [], []
        arrays = {name: np.asarray(array) for name, array in segment.sections.items()}
        for entry, array in zip(plan(arrays), arrays.values(), strict=True):
            data = array.tobytes()
            plain += pieces_of(data, AS_IT_IS)
            order = min(orders_for(entry), key=lambda one, data=data: size_in(data, one))  # type: ignore[misc]
            ordered += [bytes(arranged(piece, order)) for piece in pieces_of(data, order)]
        rows += [[kind, "as it lies", *measured(way, plain)] for way in plain_ways()]
        rows += [[kind, "arranged", *measured(way, ordered)] for way in plain_ways()[1:]]
    return rows


RESULTS_HEAD = ("results", "mean size", "way", "ratio", "in, MB/s", "out, MB/s")
SEGMENTS_HEAD = ("segment", "order", "way", "ratio", "in, MB/s", "out, MB/s")
COPIES_HEAD = (
    "segment of",
    "kind",
    "without compression, MB",
    "segment, MB",
    "copy, MB",
    "ratio",
    "of the segment",
    "made, MB/s",
    "frozen to hot, MB/s",
    "in memory, MB/s",
)


def copy_rows(name: str, folder: Path) -> list[list[str]]:
    """The compressed copies as they are made and used: a row a kind. Speeds: megabytes of segment a second of processor time."""
    rows = []
    with Index.open(folder).pin() as snapshot:
        refs = [ref for ref in snapshot.manifest.segments if ref.kind in COPIED_KINDS]
        more_bytes = {ref: unpacked_text(snapshot.segment("graph").sections) if ref.kind == "graph" else 0 for ref in refs}
    for ref in refs:  # what is read is not frozen
        known = derivations(ref.kind)
        plain_bytes = ref.size_bytes + more_bytes[ref]
        size_bytes = freeze(folder, ref, known)
        lost = folder / SEGMENTS / ref.name
        seconds = [
            least_s(partial(freeze, folder, ref, known)),
            least_s(partial(thaw, folder, ref, known), before=lost.unlink),
            least_s(partial(check_copy, folder, ref, known)),
        ]
        speeds = [ref.size_bytes / 1e6 / taken_s for taken_s in seconds]
        sizes = [f"{size / 1e6:.2f}" for size in (plain_bytes, ref.size_bytes, size_bytes)]
        ratios = [f"{size / size_bytes:.2f}" for size in (plain_bytes, ref.size_bytes)]
        rows.append([name, ref.kind, *sizes, *ratios, *(f"{speed:.0f}" for speed in speeds)])
    return rows


def unpacked_text(sections: Sections) -> int:
    """How much longer the graph's signatures and documentation are than the frames that it holds of them."""
    ends = [0, *np.asarray(sections["text_end"]).astype(int).tolist()]
    data, unpacker = np.asarray(sections["text"]).tobytes(), zstandard.ZstdDecompressor()
    return sum(len(unpacker.decompress(data[start:end])) for start, end in pairwise(ends)) - len(data)


def least_s(work: Callable[[], object], before: Callable[[], object] = lambda: None) -> float:
    """Least processor seconds of some rounds, each after `before`."""
    taken = []
    for _ in range(ROUNDS):
        before()
        began = time.process_time()
        work()
        taken.append(max(1e-6, time.process_time() - began))
    return min(taken)


@contextmanager
def opened(project: Path, folder: Path) -> Iterator[LeIndex]:
    """The index in a folder, made when it is not there."""
    with LeIndex(project, MemoryConfig(auto_spill=False, access_log=False), index_dir=str(folder)) as leindex:
        if not (folder / "manifest.json").exists():
            leindex.index_project()
        yield leindex


def results_in(project: Path, folder: Path) -> dict[str, list[bytes]]:
    """Payloads by kind."""
    with opened(project, folder) as leindex:
        return results_of(leindex)


def all_rows(project: Path, folder: Path) -> tuple[dict[str, list[bytes]], list[list[str]], list[list[str]]]:
    """(payloads by kind, rows of results, rows of segments)."""
    with opened(project, folder) as leindex:
        payloads = results_of(leindex)
        return payloads, [row for kind, some in payloads.items() for row in result_rows(kind, some)], segment_rows(leindex)


def main() -> None:
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--work", type=Path)
    chosen = arguments.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = (chosen.work or Path(temporary)) / "django"
        payloads, results, segments = all_rows(corpora.wheel_tree(*corpora.DJANGO), folder)
        others = results_in(corpora.standard_library(), folder.with_name("cpython"))
        print(table(RESULTS_HEAD, results), end="\n\n")
        print(table(STORE_HEAD, [*store_rows("Django", payloads), *store_rows("CPython", others)]), end="\n\n")
        print(table(SEGMENTS_HEAD, segments), end="\n\n")
        print(table(COPIES_HEAD, copy_rows("Django", folder)))


if __name__ == "__main__":
    main()
