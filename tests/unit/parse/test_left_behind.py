"""What parsing a file takes goes with its facts, without the collector: a child parses hundreds of files and rarely collects."""

import gc
from pathlib import Path

import pytest

from lepasserelle.parse import parse
from lepasserelle.terms import collect

SAMPLES = sorted((Path(__file__).parents[2] / "golden" / "samples").glob("*/*"))


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.parent.name)
@pytest.mark.parametrize("damage", [b"", b")"], ids=["whole", "damaged"])
def test_a_file_leaves_nothing_that_refers_to_itself(path: Path, damage: bytes) -> None:
    """Trees, drafts, scopes and walks are gone when the facts are there, also where lines had to be left out."""
    data = path.read_bytes().replace(damage, b"", 1) if damage else path.read_bytes()
    parse(data, path.parent.name)  # what is made once for a language stays
    gc.collect()
    gc.disable()
    try:
        facts = parse(data, path.parent.name)
        collect(data, facts)
        assert gc.collect() == 0
    finally:
        gc.enable()
