"""The index folder: publish, pin, repair, recover, collect."""

import os
import sys
from pathlib import Path

import numpy as np
import pytest
from storage_samples import numbers, published, segments_in

from lepasserelle.errors import DamagedError, LockedError, NotIndexedError, StorageError
from lepasserelle.storage import DamagedSegment, Index, Segment, VersionMismatch, layout, manifest, write_segment


def test_opening_touches_nothing_and_an_empty_folder_has_no_generation(tmp_path: Path) -> None:
    """Asking about an index never makes one."""
    index = Index.open(tmp_path / "i")
    assert index.manifest() is None
    assert index.next_generation() == 1
    assert index.collect_garbage() == 0
    with pytest.raises(NotIndexedError, match="leindex index"):
        index.pin()
    assert not (tmp_path / "i").exists()


def test_first_writer_makes_a_folder_that_version_control_ignores(tmp_path: Path) -> None:
    """Nothing of the index is ever committed by mistake."""
    index = Index.open(tmp_path / "i")
    with index.writer_lock():
        published(index, 1)
    assert (tmp_path / "i" / ".gitignore").read_text() == "*\n"
    assert sorted(path.name for path in (tmp_path / "i").iterdir()) == [
        ".gitignore", "generations", "manifest.json", "segments", "write.lock",
    ]  # fmt: skip


def test_preparing_a_folder_waits_for_no_device_and_mends_what_a_power_cut_left_empty(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who begins to index waits for nothing there; without that line the index would go into version control."""

    def refuse(_: int) -> None:
        raise AssertionError("it waits for the device")

    monkeypatch.setattr("lepasserelle.durable.atomic.os.fsync", refuse)
    ignore = tmp_path / "i" / ".gitignore"
    for found in (None, b""):
        if found is not None:
            ignore.write_bytes(found)
        with Index.open(tmp_path / "i").writer_lock():
            assert ignore.read_bytes() == b"*\n"
            assert (tmp_path / "i" / "segments").is_dir()
    ignore.write_bytes(b"mine\n")
    with Index.open(tmp_path / "i").writer_lock():
        assert ignore.read_bytes() == b"mine\n"


def test_published_generation_is_what_readers_get(tmp_path: Path) -> None:
    """Manifest, counts, features and segments come back."""
    index = Index.open(tmp_path)
    with index.writer_lock():
        refs = published(index, index.next_generation())
    with index.pin() as snapshot:
        assert snapshot.is_pinned
        assert snapshot.generation == 1
        assert snapshot.manifest.segments == tuple(refs)
        assert snapshot.manifest.counts == {"files": 1}
        assert snapshot.manifest.project == "/p"
        with snapshot.segment("graph") as segment:
            assert int(segment.sections["n"][0]) == 1
        with pytest.raises(DamagedError, match="no text segment"):
            snapshot.segment("text")
    assert not snapshot.is_pinned


def test_writing_needs_the_lock_and_two_writers_exclude_each_other(tmp_path: Path) -> None:
    """The second one waits or is told who writes."""
    index, other = Index.open(tmp_path), Index.open(tmp_path)
    with pytest.raises(RuntimeError):
        index.publish(1, [], {})
    with index.writer_lock():
        with pytest.raises(LockedError, match="is writing this index"), other.writer_lock(20):
            pass
        assert other.collect_garbage() == 0
    with other.writer_lock():
        published(other, 1)


def test_pinned_generation_survives_publish_and_collection(tmp_path: Path) -> None:
    """Generation 1 stays whole for its reader through 2 and 3, and goes with the pin."""
    index = Index.open(tmp_path)
    with index.writer_lock():
        published(index, 1)
    reader = index.pin()
    with index.writer_lock():
        for generation in (2, 3):
            published(index, generation)
            index.collect_garbage()
    assert {layout.segment_generation(name) for name in segments_in(tmp_path)} == {1, 3}
    with reader.segment("graph") as segment:
        assert int(segment.sections["n"][0]) == 1
    assert index.manifest().generation == 3
    reader.close()
    freed = index.collect_garbage()
    assert freed > 0
    assert {layout.segment_generation(name) for name in segments_in(tmp_path)} == {3}
    assert sorted(path.name for path in (tmp_path / "generations").iterdir()) == ["3.json", "3.pin"]
    assert index.collect_garbage() == 0


def test_collection_removes_leftovers_of_killed_runs_and_nothing_foreign(tmp_path: Path) -> None:
    """Unfinished files, unreferenced segments and quarantined files go; a stranger's file stays."""
    index = Index.open(tmp_path)
    with index.writer_lock():
        published(index, 1)
        orphan = write_segment(tmp_path, 2, "graph", numbers(2))
    layout.pin_path(tmp_path, 2).touch()
    leftovers = [
        tmp_path / ".manifest.json.1-a.tmp",
        tmp_path / "segments" / ".x.seg.1-b.tmp",
        tmp_path / "generations" / ".2.json.1-c.tmp",
    ]
    for path in leftovers:
        path.write_bytes(b"12345")
    (tmp_path / "q").write_bytes(b"damaged")
    moved = index.quarantine(tmp_path / "q")
    strange = tmp_path / "segments" / "README"
    strange.write_bytes(b"mine")
    freed = index.collect_garbage()
    assert freed == 15 + 7 + orphan.size_bytes
    assert not any(path.exists() for path in (*leftovers, moved))
    assert strange.exists()
    with index.pin() as snapshot, snapshot.segment("lexical"):
        pass


def test_nothing_is_collected_when_it_cannot_be_told_what_is_needed(tmp_path: Path) -> None:
    """A damaged manifest, or a damaged copy of a pinned one, keeps all segments."""
    index = Index.open(tmp_path)
    with index.writer_lock():
        published(index, 1)
    with index.pin():
        layout.copy_path(tmp_path, 1).write_bytes(b"?")
        with index.writer_lock():
            published(index, 2)
            index.collect_garbage()
        assert len(list(segments_in(tmp_path))) == 4
    (tmp_path / "manifest.json").write_bytes(b"?")
    index.collect_garbage()
    assert len(list(segments_in(tmp_path))) == 4


def test_repair_replaces_segments_of_the_same_generation(tmp_path: Path) -> None:
    """A damaged segment is put aside and built again; the generation number stays."""
    index = Index.open(tmp_path)
    with index.writer_lock():
        refs = published(index, 1)
    path = tmp_path / "segments" / refs[0].name
    path.write_bytes(path.read_bytes()[:-1])
    with pytest.raises(DamagedSegment) as caught, index.pin() as snapshot:
        snapshot.segment("graph")
    index.quarantine(caught.value.path)
    with index.writer_lock():
        index.repair([write_segment(tmp_path, 1, "graph", numbers(1, 5))])
    with index.pin() as snapshot:
        assert snapshot.generation == 1
        assert [ref.kind for ref in snapshot.manifest.segments] == ["graph", "lexical"]
        assert snapshot.manifest.ref("lexical") == refs[1]
        with snapshot.segment("graph") as segment:
            assert int(segment.sections["v"][0, 0]) == 5


def test_rebuilding_the_same_content_takes_its_place_under_the_same_name(tmp_path: Path) -> None:
    """Builders are deterministic, so the repaired segment has the damaged one's name; a reader's map is not disturbed."""
    index = Index.open(tmp_path)
    with index.writer_lock():
        refs = published(index, 1)
        with Segment.open(tmp_path, refs[0]) as held:
            assert write_segment(tmp_path, 1, "graph", numbers(1)) == refs[0]
            assert int(held.sections["n"].sum()) == 100
        index.repair([refs[0]])
    assert index.manifest().segments == tuple(refs)


@pytest.mark.parametrize(
    "damage", [lambda path: path.write_bytes(b""), lambda path: path.unlink(), lambda path: path.write_bytes(b"{}")]
)
def test_damaged_or_missing_manifest_is_told_and_recovered_from_its_copy(tmp_path: Path, damage) -> None:
    """It is never an empty index; `recover` brings the last generation back."""
    index = Index.open(tmp_path)
    with index.writer_lock():
        published(index, 4)
    before = index.manifest()
    damage(tmp_path / "manifest.json")
    with pytest.raises(DamagedError, match="leindex index"):
        index.manifest()
    with pytest.raises(DamagedError):
        index.pin()
    assert index.next_generation() == 5
    with index.writer_lock():
        assert index.recover() == before
    with index.pin() as snapshot:
        assert snapshot.manifest == before


def test_recovery_without_a_whole_copy_says_so(tmp_path: Path) -> None:
    """Then the index is rebuilt, under a number that no generation had."""
    index = Index.open(tmp_path)
    with index.writer_lock():
        published(index, 4)
        (tmp_path / "manifest.json").unlink()
        layout.copy_path(tmp_path, 4).write_bytes(b"?")
        assert index.recover() is None
        assert index.next_generation() == 5


def test_manifest_of_another_version_is_a_signal_and_the_next_publish_replaces_it(tmp_path: Path, monkeypatch) -> None:
    """An index made by another version is rebuilt beside the old one."""
    index = Index.open(tmp_path)
    with index.writer_lock():
        monkeypatch.setattr(manifest, "encode", lambda made: manifest_of_version_two(made))
        with pytest.raises(VersionMismatch):
            published(index, 1)
        monkeypatch.undo()
        with pytest.raises(VersionMismatch):
            index.pin()
        generation = index.next_generation()
        assert generation == 2
        published(index, generation)
        index.collect_garbage()
    assert index.manifest().generation == 2
    assert {layout.segment_generation(name) for name in segments_in(tmp_path)} == {2}


def manifest_of_version_two(made: manifest.Manifest) -> bytes:
    """The bytes that a later version would write."""
    from test_storage_manifest import resealed

    return resealed({"format": "lepasserelle", "format_version": 2, "generation": made.generation})


def test_pin_file_that_was_deleted_is_made_again(tmp_path: Path) -> None:
    """A reader of a folder that someone tidied up is still protected."""
    index = Index.open(tmp_path)
    with index.writer_lock():
        published(index, 1)
    layout.pin_path(tmp_path, 1).unlink()
    with index.pin() as snapshot:
        assert snapshot.is_pinned
        assert layout.pin_path(tmp_path, 1).exists()


def test_project_path_that_is_no_utf8_can_be_published(tmp_path: Path) -> None:
    """A folder's name is bytes; the manifest shows what is no text as escapes."""
    index = Index.open(tmp_path)
    with index.writer_lock():
        made = index.publish(1, [], {}, project=os.fsdecode(b"/src/\xff"))
    assert made.project == "/src/\\udcff"


def test_a_file_in_the_place_of_the_folder_is_a_storage_error(tmp_path: Path) -> None:
    """It says where and what to do."""
    (tmp_path / "i").write_text("not a folder")
    index = Index.open(tmp_path / "i")
    with pytest.raises(StorageError, match="in the way"), index.writer_lock():
        pass
    with pytest.raises(StorageError):
        index.manifest()


@pytest.mark.skipif(sys.platform == "win32" or os.geteuid() != 0, reason="becomes another user")
def test_reader_without_any_right_to_write_still_pins(tmp_path: Path) -> None:
    """Readers need nothing but read access; a writer is told that permission is denied."""
    index = Index.open(tmp_path / "i")
    with index.writer_lock():
        published(index, 1)
    for folder in (tmp_path, *tmp_path.parents):  # pytest's folders are closed to others, with or without its worker processes
        if folder.stat().st_mode & 0o005 != 0o005:
            folder.chmod(0o755)
    os.seteuid(65534)
    try:
        with index.pin() as snapshot:
            assert snapshot.is_pinned
            with snapshot.segment("graph") as segment:
                assert int(np.asarray(segment.sections["n"])[0]) == 1
        with pytest.raises(StorageError, match="permission denied"), index.writer_lock():
            pass
        with pytest.raises(StorageError, match="permission denied"):
            write_segment(tmp_path / "i", 2, "graph", {})
    finally:
        os.seteuid(0)
