"""The format as `docs/format.md` describes it, read by code that knows only that page; a file of version 1 stays readable."""

import json
import re
import sqlite3
import struct
from pathlib import Path

import msgspec
import numpy as np
import xxhash

from lepasserelle.durable.frame import pack
from lepasserelle.storage import (
    ContentKey,
    Index,
    IndexedFile,
    Lestockage,
    ParsedFile,
    Segment,
    SegmentRef,
    pack_text,
    write_segment,
)

PAGE = Path(__file__).parents[2] / "docs" / "format.md"
KEY = ContentKey(bytes(range(16)), "python")

SEGMENT_OF_VERSION_1 = bytes.fromhex(
    "894c505345470d0a010000000200000007000000000000000001000000000000380000000000000067726170680000000000000000000000"
    "8a640789d8c084f99296a16ea33c75349103000ccf0d0648b9480ca05d96a17292039293a161a33c75320093a162a37c75310291014003cf"
    "fe01678ba26be61f000000000000000001000000020000000300000000000000000000000000000000000000000000000000000000000000"
    "0000000000000000000000000000000000000000000000000500060000000000000000000000000000000000000000000000000000000000"
    "0000000000000000000000000000000000000000000000000000000000000000"
)
"""Written by version 1: kind `graph`, generation 7, `n` = [1, 2, 3] u32, `r` = one record (a u16 = 5, b u8 = 6)."""


def independent_sections(data: bytes) -> dict[str, bytes]:
    """Sections of a segment file, as the page says how to find and check them."""
    magic, version, count, generation, size, table_length, kind = struct.unpack_from("<8sIIQQQ16s", data)
    assert (magic, version, size) == (b"\x89LPSEG\r\n", 1, len(data))
    data_start = -(-(64 + table_length) // 64) * 64
    assert struct.unpack_from("<Q", data, 56)[0] == xxhash.xxh3_64_intdigest(data[:56] + data[64:data_start])
    assert (generation, kind.rstrip(b"\0")) == (7, b"graph")
    sections = {}
    end = data_start
    for name, _, _, offset, length, checksum in msgspec.msgpack.decode(data[64 : 64 + table_length]):
        assert data_start + offset == end
        end += -(-length // 64) * 64
        assert xxhash.xxh3_64_intdigest(data[data_start + offset : end]) == checksum
        sections[name] = data[data_start + offset :][:length]
    assert (len(sections), end) == (count, len(data))
    return sections


def written(folder: Path) -> SegmentRef:
    """The segment of the example."""
    record = np.array([(5, 6)], np.dtype([("a", "<u2"), ("b", "u1")]))
    return write_segment(folder, 7, "graph", {"n": np.array([1, 2, 3], np.uint32), "r": record})


def test_segment_is_laid_out_as_the_page_says(tmp_path: Path) -> None:
    """Header, table, padding, checksums, order."""
    ref = written(tmp_path)
    data = (tmp_path / "segments" / ref.name).read_bytes()
    assert independent_sections(data) == {"n": struct.pack("<3I", 1, 2, 3), "r": b"\5\0\6"}
    assert ref.name == f"7-graph-{struct.unpack_from('<Q', data, 56)[0]:016x}.seg"


def test_segment_of_version_1_is_still_written_and_read(tmp_path: Path) -> None:
    """Whoever changes a byte of the format has to raise its version."""
    ref = written(tmp_path)
    path = tmp_path / "segments" / ref.name
    assert path.read_bytes() == SEGMENT_OF_VERSION_1
    with Segment.open(tmp_path, ref) as segment:
        assert segment.sections["n"].tolist() == [1, 2, 3]
        assert segment.sections["r"].tolist() == [(5, 6)]


def test_manifest_is_checked_as_the_page_says(tmp_path: Path) -> None:
    """With a JSON parser and a hash, nothing else."""
    index = Index.open(tmp_path)
    with index.writer_lock():
        index.publish(3, [written(tmp_path)], {"files": 1}, project="/p", features={"facts": 1})
    data = (tmp_path / "manifest.json").read_bytes()
    found = json.loads(data)
    assert list(found) == [
        "format",
        "format_version",
        "features",
        "project",
        "generation",
        "segments",
        "counts",
        "created_at",
        "checksum",
    ]
    assert xxhash.xxh3_128_hexdigest(data[: data.index(b'"checksum": "', data.index(b"created_at"))]) == found["checksum"]
    assert (tmp_path / "generations" / "3.json").read_bytes() == data


def test_lestockage_is_checked_as_the_page_says(tmp_path: Path) -> None:
    """Every checksum can be computed with sqlite3, msgpack and xxh3."""
    with Lestockage.open(tmp_path) as store:
        store.stage([ParsedFile(KEY, b"facts", b"terms", pack_text(b"text"), 2, 1)])
        store.commit(5, [IndexedFile("a.py", 4, 6, 8, "a", KEY, 2)])
    connection = sqlite3.connect(tmp_path / "lestockage.db")
    connection.text_factory = bytes
    (content,) = connection.execute("SELECT * FROM contents").fetchall()
    number, fingerprint, language, version, definitions, problems, *sums, checksum = content
    key = [fingerprint, language.decode()]
    blobs = dict(connection.execute("SELECT id, data FROM blobs").fetchall())
    for n in range(3):
        seed = xxhash.xxh3_64_intdigest(msgspec.msgpack.encode([key, version, n]))
        assert xxhash.xxh3_64_digest(blobs[4 * number + n], seed) == sums[n]
    assert xxhash.xxh3_64_digest(msgspec.msgpack.encode([key, version, [definitions, problems], sums])) == checksum
    (file,) = connection.execute("SELECT * FROM files").fetchall()
    (generation,) = connection.execute("SELECT * FROM generations").fetchall()
    row = msgspec.msgpack.encode([*file[:6], file[6].decode(), file[7]])
    assert generation[:3] == (5, 1, xxhash.xxh3_128_digest(row))
    plain = [*generation[:3], generation[3].decode()]
    assert generation[4] == xxhash.xxh3_64_digest(msgspec.msgpack.encode(plain))
    assert connection.execute("PRAGMA application_id").fetchone() == (0x4C455053,)
    connection.close()


def test_page_names_every_table_and_column(tmp_path: Path) -> None:
    """A column that nobody describes is not part of the format."""
    Lestockage.open(tmp_path).close()
    page = PAGE.read_text(encoding="utf-8")
    connection = sqlite3.connect(tmp_path / "lestockage.db")
    tables = connection.execute("SELECT type, name FROM sqlite_master WHERE type IN ('table', 'view')").fetchall()
    for kind, name in tables:
        label = f"view `{name}`" if kind == "view" else f"`{name}`"
        described = re.search(rf"^\| {label} \| ([^|]*) \|", page, re.MULTILINE)
        assert described, f"{name} is not on the page"
        columns = [row[1] for row in connection.execute(f"PRAGMA table_info({name})")]
        assert [part.strip().split(" =")[0] for part in described[1].split(",")] == columns
    connection.close()


def test_frame_is_laid_out_as_the_page_says() -> None:
    """Fields at their offsets."""
    data = pack("result", b"payload", codec=1, epoch=9)
    fields = struct.unpack_from("<4sHH16sQQQQ", data)
    assert fields[:6] == (b"LPSF", 1, 1, b"result".ljust(16, b"\0"), 9, 7)
    assert fields[6:] == (xxhash.xxh3_64_intdigest(b"payload"), xxhash.xxh3_64_intdigest(data[:48]))
    assert data[56:] == b"payload"
