"""A slice as the bytes that are kept of it: by columns, and compressed with a dictionary that ships with the form.

The statements of a slice say the same path and the same symbol again and again, and lines that follow each other; as columns, each
string once and lines as differences, they take a third. What is left is small (700 bytes), and of what zstd makes of so little a
good part are its own tables: those, and words that most slices have, are in `slice_form.dict`, which was trained on slices of this
package (docs/decisions/323).

The form is known by its first byte. Another one, an older record as msgpack (which begins above 127) among them, is not understood
(`ValueError`), and its slice is computed anew. `FORM` is raised with every change of columns or dictionary.
"""

from functools import cache
from importlib.resources import files
from typing import Final

import msgspec
import zstandard

from lepasserelle.durable.shortage import is_shortage
from lepasserelle.model.slices import Slice, SliceStatement

FORM: Final = 1
DICTIONARY: Final = "slice_form.dict"

_LEVEL: Final = 3
_MOST_BYTES: Final = 1 << 30


class Columns(msgspec.Struct, frozen=True, array_like=True):
    """A slice, column by column. Strings are numbers of `strings`; an empty column is one of zeros."""

    strings: tuple[str, ...]
    path: int
    line: int
    variable: str
    direction: str
    symbol: int
    is_complete: bool
    notes: tuple[str, ...]
    functions: int
    paths: tuple[int, ...]
    symbols: tuple[int, ...]
    starts: tuple[int, ...]
    """Each less the one before."""
    more_lines: tuple[int, ...]
    """From the first line to the last."""
    breaks: tuple[int, ...]
    """Line breaks in the text, less `more_lines`."""
    whys: tuple[tuple[int, ...], ...]
    calls: tuple[int, ...]
    text: str
    """All texts, a line break between them."""


def pack(found: Slice) -> bytes:
    """The bytes of a slice."""
    data = msgspec.msgpack.encode(columns_of(found))
    try:
        packed = zstandard.ZstdCompressor(level=_LEVEL, dict_data=_dictionary(), write_dict_id=False).compress(data)
    except zstandard.ZstdError as error:  # nothing but memory can be lacking
        raise MemoryError(f"a slice of {len(data)} bytes could not be compressed: {error}") from error
    return bytes((FORM,)) + packed


def unpack(packed: bytes) -> Slice:
    """The slice that `pack` was given. Raises `ValueError` for whatever else."""
    if packed[:1] != bytes((FORM,)):
        raise ValueError("not a slice in this form")
    try:
        if not 0 <= zstandard.frame_content_size(packed[1:]) <= _MOST_BYTES:
            raise ValueError("a slice without a length")
        data = zstandard.ZstdDecompressor(dict_data=_dictionary()).decompress(packed[1:])
    except zstandard.ZstdError as error:
        if is_shortage(error):
            raise MemoryError(f"a slice could not be decompressed: {error}") from error
        raise ValueError("a slice that cannot be decompressed") from error
    try:
        return _slice_of(msgspec.msgpack.decode(data, type=Columns))
    except IndexError as error:
        raise ValueError("a slice whose columns do not fit") from error


def columns_of(found: Slice) -> Columns:
    """A slice by columns."""
    numbers: dict[str, int] = {}

    def number(string: str) -> int:
        return numbers.setdefault(string, len(numbers))

    statements = found.statements
    starts = [one.start_line for one in statements]
    more = [one.end_line - one.start_line for one in statements]
    path, symbol = number(found.path), number(found.symbol)
    return Columns(
        path=path,
        line=found.line,
        variable=found.variable,
        direction=found.direction,
        symbol=symbol,
        is_complete=found.is_complete,
        notes=found.notes,
        functions=found.functions,
        paths=_column([number(one.path) for one in statements]),
        symbols=_column([number(one.symbol) for one in statements]),
        starts=tuple(start - before for start, before in zip(starts, [0, *starts], strict=False)),
        more_lines=_column(more),
        breaks=_column([one.text.count("\n") - lines for one, lines in zip(statements, more, strict=True)]),
        whys=tuple(tuple(number(why) for why in one.why) for one in statements),
        calls=_column([one.calls for one in statements]),
        text="\n".join(one.text for one in statements),
        strings=tuple(numbers),
    )


def _column(values: list[int]) -> tuple[int, ...]:
    return tuple(values) if any(values) else ()


def _slice_of(columns: Columns) -> Slice:
    """Raises `IndexError` and `ValueError` for columns that do not fit."""
    count = len(columns.starts)
    paths, symbols, more, breaks, calls = (
        column or (0,) * count for column in (columns.paths, columns.symbols, columns.more_lines, columns.breaks, columns.calls)
    )
    lines, line, start = columns.text.split("\n"), 0, 0
    statements = []
    rows = zip(paths, symbols, columns.starts, more, breaks, columns.whys, calls, strict=True)
    for path, symbol, ahead, lines_more, breaks_more, whys, call in rows:
        start += ahead
        end = line + lines_more + breaks_more + 1
        text = "\n".join(lines[line:end])
        strings = columns.strings
        statements.append(
            SliceStatement(
                strings[path], start, start + lines_more, strings[symbol], text, tuple(strings[why] for why in whys), call
            )
        )
        line = end
    if line != len(lines) and (line or columns.text):
        raise ValueError("a slice with another text")
    return Slice(
        columns.strings[columns.path],
        columns.line,
        columns.variable,
        columns.direction,
        columns.strings[columns.symbol],
        tuple(statements),
        columns.is_complete,
        columns.notes,
        columns.functions,
    )


@cache
def _dictionary() -> zstandard.ZstdCompressionDict:
    return zstandard.ZstdCompressionDict(files(__package__).joinpath(DICTIONARY).read_bytes())
