"""The manifest: readable, checksummed to the last byte, and damage told apart from another version."""

import json

import msgspec
import pytest
import xxhash
from hypothesis import given
from hypothesis import strategies as st

from lepasserelle.errors import DamagedError
from lepasserelle.storage import Manifest, SegmentRef, VersionMismatch
from lepasserelle.storage.manifest import decode, encode

REF = SegmentRef("graph", "3-graph-0123456789abcdef.seg", 640, "0123456789abcdef")
MANIFEST = Manifest(
    features={"facts": 1, "graph": 2}, project="/src/é", generation=3, segments=(REF,), counts={"files": 9}, created_at="now"
)


def resealed(body: dict[str, object]) -> bytes:
    """A manifest file of any content with the right checksum."""
    text = json.dumps(body | {"checksum": ""}).encode()
    start = text[: text.rindex(b'"checksum"')]
    return start + b'"checksum": "%b"\n}\n' % xxhash.xxh3_128_hexdigest(start).encode()


def test_manifest_comes_back_and_is_json() -> None:
    """A person or a script can read it."""
    data = encode(MANIFEST)
    found = decode(data)
    assert msgspec.structs.replace(found, checksum="") == MANIFEST
    assert json.loads(data)["checksum"] == found.checksum
    assert found.ref("graph") == REF
    assert found.ref("text") is None
    assert encode(found) == data


@given(st.data())
def test_every_flipped_bit_is_damage(data: st.DataObject) -> None:
    """Also one in the white space or in the version."""
    whole = bytearray(encode(MANIFEST))
    position = data.draw(st.integers(0, len(whole) * 8 - 1))
    whole[position // 8] ^= 1 << position % 8
    with pytest.raises(DamagedError):
        decode(bytes(whole))


@given(st.integers(0, 500), st.binary(min_size=1, max_size=5))
def test_truncated_or_longer_manifests_are_damage(cut: int, more: bytes) -> None:
    """An empty file is no empty index."""
    whole = encode(MANIFEST)
    for data in (whole[: min(cut, len(whole) - 1)], whole + more):
        with pytest.raises(DamagedError):
            decode(data)


def test_another_version_is_told_whatever_else_it_holds() -> None:
    """The rule of the checksum holds in every version, so this is no damage."""
    with pytest.raises(VersionMismatch) as caught:
        decode(resealed({"format": "lepasserelle", "format_version": 2, "shards": []}))
    assert (caught.value.what, caught.value.found, caught.value.expected) == ("index", 2, 1)
    assert "leindex index" in str(caught.value)


@pytest.mark.parametrize(
    "body",
    [
        {"format": "lepasserelle", "format_version": 1, "generation": "x", "segments": []},
        {"format": "lepasserelle", "format_version": 1, "generation": 1, "segments": [], "new": 1},
        {
            "format": "lepasserelle",
            "format_version": 1,
            "generation": 1,
            "segments": [{"kind": "graph", "name": "../../etc/passwd", "size_bytes": 1, "checksum": "0"}],
        },
    ],
)
def test_wrong_content_under_a_right_checksum_is_damage(body: dict[str, object]) -> None:
    """Types, members and segment names are checked; a name never leads out of the folder."""
    with pytest.raises(DamagedError):
        decode(resealed(body))


def test_features_of_another_version_are_named() -> None:
    """What builders changed means a rebuild, said with both versions."""
    MANIFEST.expect({"facts": 1})
    with pytest.raises(VersionMismatch, match="graph has version 2, this program uses 3"):
        MANIFEST.expect({"facts": 1, "graph": 3})
    with pytest.raises(VersionMismatch, match="vectors has version None"):
        MANIFEST.expect({"vectors": 1})


def test_a_person_is_told_what_another_version_means() -> None:
    """Not only that a number differs: what the other version did in another way."""
    secrets = VersionMismatch("index's secrets", 1, 2).meaning
    assert secrets == "the index was made with other rules for which files hold secrets and are left out (version 1, now 2)"
    assert VersionMismatch("index's graph", None, 3).meaning.endswith("its graph (version none, now 3)")
    assert VersionMismatch("index", 1, 2).meaning == "the index was made by another version (version 1, now 2)"
