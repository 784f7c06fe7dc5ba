"""Marks hold for the code by which names were judged: who changes that says whether they still do."""

import importlib
import inspect
from pathlib import Path
from typing import Final

import xxhash

from lepasserelle.files.marks import MARKS_VERSION

JUDGES: Final = ("gitignore", "ignore", "language", "naming", "packaging_files", "traits", "walking")
"""Modules that decide whether a name is walked and indexed, in which language and with which flags."""
LOOKED_AT: Final = (4, "458f2e78c92bfcdd")
"""`MARKS_VERSION`, and the digest of those modules when somebody last asked himself whether it must grow."""


def digest() -> str:
    """Of the modules without comments, blank lines and indentation."""
    texts = [Path(inspect.getfile(importlib.import_module(f"lepasserelle.files.{name}"))).read_text("utf-8") for name in JUDGES]
    lines = [line.strip() for text in texts for line in text.splitlines()]
    return xxhash.xxh3_64_hexdigest("\n".join(line for line in lines if line and not line.startswith("#")).encode())


def test_marks_have_another_version_when_names_are_judged_otherwise() -> None:
    """Marks that other rules left would hide files that are judged otherwise now: nobody would walk to see them."""
    assert (MARKS_VERSION, digest()) == LOOKED_AT, (
        "the code that judges names has changed. If any name is judged otherwise than before, raise MARKS_VERSION; then write what "
        "is found here into LOOKED_AT"
    )
