"""What a one-shot search pays for storage."""

import subprocess
import sys

import pytest

import lepasserelle.storage


def test_readers_load_neither_sqlite_nor_zstandard() -> None:
    """They come with lestockage and the text store, when those are asked for."""
    code = (
        "import sys, lepasserelle.storage as s; heavy = {'sqlite3', 'zstandard'}; assert not heavy & set(sys.modules);"
        "s.TextStore; assert heavy & set(sys.modules) == {'zstandard'}; s.Lestockage; assert heavy <= set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_every_public_name_is_there() -> None:
    """Lazy names too, and no others."""
    assert all(getattr(lepasserelle.storage, name) is not None for name in lepasserelle.storage.__all__)
    with pytest.raises(AttributeError):
        lepasserelle.storage.nothing  # noqa: B018
