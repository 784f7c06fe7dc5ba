"""A folder with a model of the user's own: which files it has, and what tells two models apart. Loads nothing but bytes.

Not the model (`static_model`). Nothing is ever downloaded: the folder is there, or there is an error. Invariant: folders whose
files hold the same have the same fingerprint, another byte gives another one.
"""

from pathlib import Path
from typing import Final

import xxhash

from lepasserelle.errors import ConfigError

TABLE: Final = "model.safetensors"
TOKENIZER: Final = "tokenizer.json"
_PART_BYTES: Final = 1 << 20
_BITS: Final = 53
"""As many as every reader of JSON keeps of a number."""

_HEAP_BYTES: Final = 4_000_000
_HEAP_A_BYTE: Final = 32
"""What the library takes, and what it makes of a byte of the tokenizer's file (of 30 000 pieces 13 bytes for WordPiece, 29 for
Unigram)."""


def fingerprint(folder: Path) -> int:
    """A number above 0 for what the model's files hold. Raises `ConfigError` when they cannot be read."""
    digest = xxhash.xxh3_64()
    for name in (TABLE, TOKENIZER):
        try:
            with (folder / name).open("rb") as file:
                while part := file.read(_PART_BYTES):
                    digest.update(part)
        except OSError as error:
            raise ConfigError(
                f"setting 'encoder_dir': {folder} holds no model of words: {name} cannot be read ({error.strerror}). "
                f"A model in the form of model2vec has {TABLE} and {TOKENIZER}; empty, the setting means the package's own encoder"
            ) from error
        digest.update(b"\0")
    return digest.intdigest() % (1 << _BITS) or 1


def heap_bytes(folder: Path) -> int:
    """What opening the model takes beside the mapped table; 0 when it is not there."""
    try:
        return _HEAP_BYTES + _HEAP_A_BYTE * (folder / TOKENIZER).stat().st_size
    except OSError:
        return 0


def table_bytes(folder: Path) -> int:
    """Length of the table's file; 0 when it is not there."""
    try:
        return (folder / TABLE).stat().st_size
    except OSError:
        return 0
