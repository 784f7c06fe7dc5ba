"""Damage in what windows of long code are kept in: mended and told at the next question, never another place or line."""

from pathlib import Path

import pytest

from lepasserelle import LeIndex, MemoryConfig, SearchHit
from lepasserelle.storage import Index, Segment, SegmentRef

QUESTION = "send email when the password has expired"
PASSAGE = ("    if user.password_expired:\n", "        send_password_reset_email(user)\n")
PARTS = ("window_nodes", "window_spans", "vectors")
"""Of the last one the rows behind those of the nodes are windows."""


def project_with_long_code(root: Path) -> Path:
    """Two functions whose middle answers, and others beside them."""
    root.mkdir()
    for name in ("first", "second"):
        filler = [f"    compute_{name}_{number}(user, {number})\n" for number in range(200)]
        (root / f"{name}.py").write_text(f"def {name}(user):\n" + "".join([*filler[:120], *PASSAGE, *filler[120:]]))
    (root / "short.py").write_text("def mail(address):\n    return address.lower()\n")
    return root


def opened(root: Path) -> LeIndex:
    """Nothing but the sources and lestockage to mend from, and the first question after opening reads all."""
    return LeIndex(root, MemoryConfig(auto_spill=False), keep_copies=False)


def asked(leindex: LeIndex) -> list[SearchHit]:
    """Hits of both modes that use windows."""
    return [*leindex.search(QUESTION), *leindex.search(QUESTION, mode="semantic")]


def vectors_ref(folder: Path) -> SegmentRef:
    """The segment that windows are in."""
    manifest = Index.open(folder).manifest()
    assert manifest is not None
    return next(ref for ref in manifest.segments if ref.kind == "vectors")


def bytes_of(folder: Path, part: str) -> tuple[Path, range]:
    """Which bytes of which file hold a section; of the vectors those of windows only."""
    with Segment.open(folder, vectors_ref(folder)) as segment:
        section = segment.sections[part]
        data, wanted = segment.path.read_bytes(), section.tobytes()
        start = data.index(wanted)
        assert data.find(wanted, start + 1) < 0
        windows = len(segment.sections["window_nodes"]) * section.strides[0] if part == "vectors" else section.nbytes
        return segment.path, range(start + section.nbytes - windows, start + section.nbytes)


@pytest.mark.parametrize("place", [0.0, 0.5, 1.0])
@pytest.mark.parametrize("part", PARTS)
def test_windows_that_are_damaged_are_made_anew_and_told(tmp_path: Path, part: str, place: float) -> None:
    """At the beginning, in the middle and at the end of each section: the same hits, lines and reasons, and a note."""
    root = project_with_long_code(tmp_path / "root")
    with opened(root) as leindex:
        leindex.index_project()
        expected, folder = asked(leindex), leindex.folder
    assert {"send_password_reset_email" in hit.snippet for hit in expected if hit.path != "short.py"} == {True}
    assert any("by its lines" in why for hit in expected for why in hit.why)
    path, span = bytes_of(folder, part)
    data = bytearray(path.read_bytes())
    data[span[round(place * (len(span) - 1))]] ^= 0x10
    path.write_bytes(data)
    with opened(root) as leindex:
        assert leindex.search(QUESTION) == expected[: len(expected) // 2]
        assert any("the vectors segment was damaged" in note for note in leindex.notes)
        assert asked(leindex) == expected
        assert leindex.notes == ()
    again, whole = bytes_of(folder, part)
    assert len(whole) == len(span)
    assert again.exists()


def test_windows_that_are_damaged_while_they_are_mapped_are_no_answer(tmp_path: Path) -> None:
    """Somebody writes into the file under an open index: the next question notices."""
    root = project_with_long_code(tmp_path / "root")
    with opened(root) as leindex:
        leindex.index_project()
        expected = asked(leindex)
        path, span = bytes_of(leindex.folder, "window_spans")
        with path.open("r+b") as file:
            file.seek(span[0])
            file.write(b"\xff" * len(span))
        assert asked(leindex) == expected
