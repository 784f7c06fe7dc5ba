"""An encoder of the user's own: a table with a direction for each piece of a word, in the form in which model2vec writes it.

A folder holds `model.safetensors` (tensor `embeddings`; where the model has them, `weights` and `mapping` of each token: Tulkens
and van Dongen, *Model2Vec*, 2024) and `tokenizer.json`. A word's direction is the sum of those of its tokens, each times its
weight: the mean that model2vec takes but for its length, which no cosine sees. Tokens that the tokenizer does not know say nothing.
The table stays in the mapped file (https://huggingface.co/docs/safetensors: eight bytes with the length of a JSON head, the head,
the tensors), so that its pages are counted and given back as those of the package's own table are.

Invariant: the same folder gives the same bytes; nothing is fetched.
"""

import mmap
import os
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import msgspec
import numpy as np
from numpy.typing import NDArray

from lepasserelle.errors import ConfigError
from lepasserelle.memory import pages
from lepasserelle.vectors.encoder import Bags
from lepasserelle.vectors.exact import MAX_DIMENSIONS
from lepasserelle.vectors.model_files import TABLE, TOKENIZER, fingerprint
from lepasserelle.vectors.rows import encoded, rows_of
from lepasserelle.vectors.sparse import Rows, product

if TYPE_CHECKING:
    from tokenizers import Tokenizer

_EXTRA: Final = "models"
_LENGTH_BYTES: Final = 8
_LONGEST_HEAD_BYTES: Final = 1 << 20
_WORDS_AT_ONCE: Final = 1 << 12
_TYPES: Final[Mapping[str, str]] = {"F64": "<f8", "F32": "<f4", "F16": "<f2", "I8": "i1", "I32": "<i4", "I64": "<i8"}

Floats = NDArray[np.float32]


class _Tensor(msgspec.Struct, frozen=True):
    dtype: str
    shape: tuple[int, ...]
    data_offsets: tuple[int, int]


class StaticModel:
    """The encoder of a folder. Safe in threads."""

    name = "static-model"

    def __init__(self, folder: Path) -> None:
        """Raises `ConfigError` for a folder without such a model, and where the extra is not installed."""
        self.version = str(fingerprint(folder))
        self.path = folder / TABLE
        try:
            with self.path.open("rb") as file:
                self._map = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        except (OSError, ValueError) as error:
            raise _unusable(self.path, "it is empty" if isinstance(error, ValueError) else f"{error.strerror}") from error
        tensors = dict(_tensors(self._map, self.path))
        table = tensors.get("embeddings", tensors.get("embedding.weight"))
        if table is None or table.ndim != 2 or not 0 < table.shape[1] <= MAX_DIMENSIONS:
            raise _unusable(self.path, f"it has no table of embeddings of at most {MAX_DIMENSIONS} dimensions")
        self._table = table
        self._mapping = _of_tokens(tensors.get("mapping"))
        self._weights = _of_tokens(tensors.get("weights"))
        self._tokenizer, self._unknown = _tokenizer(folder / TOKENIZER)
        pages.give_back(self._map)

    @property
    def file(self) -> Path:
        """What is mapped."""
        return self.path

    @property
    def dimensions(self) -> int:
        """Components of a vector."""
        return int(self._table.shape[1])

    def encode(self, bags: Bags) -> NDArray[np.int8]:
        """One i8 row a bag, of length 127; zeros where the tokenizer knows no piece of any word."""
        sizes, tokens = self._tokens(bags.vocabulary)
        known = np.flatnonzero(sizes)
        column_of = np.full(len(sizes), -1, dtype=np.int32)
        column_of[known] = np.arange(len(known), dtype=np.int32)
        indptr = np.concatenate([np.zeros(1, np.int64), np.cumsum(sizes[known])])
        pieces, columns = np.unique(tokens, return_inverse=True)
        weights = np.ones(len(tokens), np.float32) if self._weights is None else self._weights[tokens].astype(np.float32)
        words = product(Rows(indptr, columns.astype(np.int32), weights), self._directions(pieces))
        return encoded(words, rows_of(bags, column_of))

    def resident_bytes(self) -> int:
        """Pages of the table that this process holds; all of it where the system does not tell."""
        found = pages.resident_bytes(self._map)
        return len(self._map) if found is None else found

    def give_back(self) -> None:
        """Let go of them."""
        pages.give_back(self._map)

    def _directions(self, tokens: NDArray[np.int64]) -> Floats:
        rows = tokens if self._mapping is None else self._mapping[tokens].astype(np.int64)
        if len(rows) and not 0 <= rows.min() <= rows.max() < len(self._table):
            raise _unusable(self.path, "its tokenizer gives tokens that the table does not have")
        found = np.asarray(self._table[rows], dtype=np.float32)
        if not np.isfinite(found).all():
            raise _unusable(self.path, "it holds what is no number: it is damaged")
        return found

    def _tokens(self, words: Sequence[str]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """(how many tokens each word has, all of them one behind the other), without unknown ones."""
        sizes: list[int] = []
        tokens: list[int] = []
        for at in range(0, len(words), _WORDS_AT_ONCE):
            for found in self._tokenizer.encode_batch(list(words[at : at + _WORDS_AT_ONCE]), add_special_tokens=False):
                kept = [token for token in found.ids if token != self._unknown]
                sizes.append(len(kept))
                tokens += kept
        numbers = np.array(tokens, dtype=np.int64)
        per_token = [one for one in (self._mapping, self._weights) if one is not None]
        if len(numbers) and any(numbers.max() >= len(one) for one in per_token):
            raise _unusable(self.path, "its tokenizer gives tokens that the table does not have")
        return np.array(sizes, dtype=np.int64), numbers


@lru_cache(maxsize=2)
def _opened(folder: Path, number: int) -> StaticModel:  # noqa: ARG001 - what it is remembered by
    return StaticModel(folder)


def open_model(folder: Path) -> StaticModel:
    """The model of a folder, opened once a process as long as its files stay what they are. Raises `ConfigError`."""
    return _opened(folder, fingerprint(folder))


def _tensors(mapped: mmap.mmap, path: Path) -> Iterator[tuple[str, NDArray[Any]]]:
    """Those of a type that numpy knows, as views of the map."""
    length = int.from_bytes(mapped[:_LENGTH_BYTES], "little")
    start = _LENGTH_BYTES + length
    if not 0 < length <= min(_LONGEST_HEAD_BYTES, len(mapped) - _LENGTH_BYTES):
        raise _unusable(path, "it has no head")
    try:
        head = msgspec.json.decode(mapped[_LENGTH_BYTES:start], type=dict[str, msgspec.Raw])
        found = {name: msgspec.json.decode(raw, type=_Tensor) for name, raw in head.items() if name != "__metadata__"}
    except msgspec.DecodeError as error:
        raise _unusable(path, "its head cannot be read") from error
    for name, tensor in found.items():
        begin, end = tensor.data_offsets
        kind = _TYPES.get(tensor.dtype)
        if kind is None:
            continue
        count = int(np.prod(tensor.shape, dtype=np.int64))
        if (
            min(tensor.shape, default=0) < 0
            or not 0 <= begin <= end <= len(mapped) - start
            or count * np.dtype(kind).itemsize != end - begin
        ):
            raise _unusable(path, f"tensor {name!r} lies outside of it")
        yield name, np.frombuffer(mapped, kind, count, start + begin).reshape(tensor.shape)


def _of_tokens(tensor: NDArray[Any] | None) -> NDArray[Any] | None:
    return None if tensor is None else tensor.reshape(-1)


def _tokenizer(path: Path) -> "tuple[Tokenizer, int | None]":
    """(the tokenizer, the number of its token for what it does not know)."""
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")  # its threads would outlive the question
    try:
        from tokenizers import Tokenizer
    except ImportError as error:
        raise ConfigError(
            f"setting 'encoder_dir' needs the package tokenizers, which is not installed: `pip install 'lepasserelle[{_EXTRA}]'`"
        ) from error
    try:
        found = Tokenizer.from_file(str(path))
    except Exception as error:  # it raises nothing narrower
        raise _unusable(path, f"it is no tokenizer ({str(error)[:200]})") from error
    found.no_truncation()
    found.no_padding()
    word = getattr(found.model, "unk_token", None)
    return found, found.token_to_id(word) if isinstance(word, str) else getattr(found.model, "unk_id", None)


def _unusable(path: Path, why: str) -> ConfigError:
    return ConfigError(
        f"setting 'encoder_dir': {path} cannot be used: {why}. Give a folder that model2vec wrote, or leave it empty"
    )
