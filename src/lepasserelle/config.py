"""What the user set: one frozen record, made once from defaults, files, environment and arguments.

Not here: anything that is measured or derived at run time, and any reading of the environment at import. Invariant: a `Settings`
that `load_settings` returned has every value in its range, and every key that the user wrote anywhere was understood (an unknown
one is an error).
"""

import errno
import os
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Final, Literal

import msgspec
from msgspec import Meta

from lepasserelle.errors import ConfigError
from lepasserelle.project import INDEX_FOLDER, SETTINGS_FILE

ENVIRONMENT_PREFIX: Final = "LEINDEX_"
_TOML_LIMIT_BYTES: Final = 1 << 20
_NO_OVERRIDES: Final[Mapping[str, object]] = {}


class Settings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Every setting with its default. The descriptions are the ones in `docs/guide/configuration.md`."""

    index_dir: Annotated[
        str,
        Meta(
            description="Folder of the index, relative to the project (`--index-dir`: to the working folder). Empty: `.leindex` in "
            "the project. Set it for a read-only project."
        ),
    ] = ""
    max_file_bytes: Annotated[
        int, Meta(ge=1, le=1 << 30, description="A larger file is skipped. Bytes, or a text such as `2 MiB`.")
    ] = 1 << 20
    workers: Annotated[
        Annotated[int, Meta(ge=1, le=256)] | None,
        Meta(description="Processes that parse and build. Not set: as many as there are usable processors."),
    ] = None
    include_secrets: Annotated[
        bool, Meta(description="Index files that hold secrets (`.env`, private keys, tokens) instead of skipping them.")
    ] = False
    python_roots: Annotated[
        tuple[str, ...],
        Meta(description="Folders from which Python imports start, relative to the project. Not set: found by packaging files."),
    ] = ()
    exclude: Annotated[
        tuple[str, ...],
        Meta(description="Patterns in the syntax of `.gitignore`, matched from the project's root, of what to leave out."),
    ] = ()
    languages: Annotated[
        tuple[str, ...],
        Meta(
            description="Index only these languages (`python`, `c_sharp`, `markdown`, …); the error for an unknown one lists them. "
            "Not set: all."
        ),
    ] = ()
    exact_limit: Annotated[
        int,
        Meta(
            ge=0,
            le=100_000_000,
            description="Up to this many nodes, vector search compares with every node instead of walking the HNSW graph.",
        ),
    ] = 200_000
    encoder_dir: Annotated[
        str,
        Meta(
            description="Folder of a local model in the form of model2vec (`model.safetensors`, `tokenizer.json`) that takes the "
            "place of the package's encoder, relative to the project; needs `lepasserelle[models]`. Empty: the package's own."
        ),
    ] = ""
    stale_check_ms: Annotated[
        int,
        Meta(
            ge=0,
            le=600_000,
            description="Longest time a one-shot command spends on finding files newer than the index. Milliseconds; 0: no check.",
        ),
    ] = 100
    stale_interval_ms: Annotated[
        int, Meta(ge=0, le=86_400_000, description="A running process looks for newer files at most this often. Milliseconds.")
    ] = 2_000
    lock_timeout_ms: Annotated[
        int,
        Meta(
            ge=0,
            le=86_400_000,
            description="How long to wait for another process that writes the same index. Milliseconds; 0: not at all.",
        ),
    ] = 10_000
    parse_limit_ms: Annotated[
        int,
        Meta(
            ge=1_000, le=3_600_000, description="Longest time for parsing one file; one that takes longer is skipped. Milliseconds."
        ),
    ] = 60_000
    keep_copies: Annotated[
        bool,
        Meta(description="Keep compressed copies of each segment, from which a lost one is back at once. Off: it is built again."),
    ] = True
    store_quota_bytes: Annotated[
        int,
        Meta(
            ge=0,
            le=1 << 60,
            description="Disk space for answers that left memory, in the index folder. Bytes, or a text such as `5 GB`.",
        ),
    ] = 500_000_000
    store_dictionaries: Annotated[
        bool,
        Meta(
            description="Compress small stored answers with a dictionary trained on others of their kind and generation. Since "
            "slices ship with a dictionary of their own it saves next to nothing, and no blocks of a disk."
        ),
    ] = False
    slow_dir: Annotated[
        str,
        Meta(
            description="Folder of a slower and larger tier of stored answers and compressed copies (another disk, a network "
            "mount), relative to the project. Empty: there is none."
        ),
    ] = ""
    slow_quota_bytes: Annotated[
        int,
        Meta(
            ge=0,
            le=1 << 60,
            description="Disk space for answers and compressed copies in `slow_dir`. Bytes, or a text such as `5 GB`.",
        ),
    ] = 5_000_000_000
    tier_order: Annotated[
        Literal["configured", "measured"],
        Meta(
            description="`configured`: the index folder comes before `slow_dir`. `measured`: the one that is read faster comes "
            "first."
        ),
    ] = "configured"
    mcp_idle_s: Annotated[
        int,
        Meta(ge=1, le=86_400_000, description="The shared server of `leindex mcp` leaves when nobody asked for so long. Seconds."),
    ] = 600
    mcp_memory_bytes: Annotated[
        Annotated[int, Meta(ge=64 << 20, le=1 << 50)] | None,
        Meta(
            description="Memory that a server of `leindex mcp` may hold, indexing included; caches are spilled to stay under it. "
            "Bytes, or a text such as `1 GiB`. Not set: what cgroups and the machine allow."
        ),
    ] = None

    def index_folder(self, project: Path) -> Path:
        """Where the index of `project` is kept; `~` is expanded, a relative folder starts at the project."""
        if not self.index_dir:
            return project / INDEX_FOLDER
        return project / Path(self.index_dir).expanduser()

    def encoder_folder(self, project: Path) -> Path | None:
        """Where the user's own model of words is; None: the package's encoder is meant."""
        return project / Path(self.encoder_dir).expanduser() if self.encoder_dir else None


FIELD_NAMES: Final = tuple(field.name for field in msgspec.structs.fields(Settings))


def load_settings(
    project: Path, overrides: Mapping[str, object] = _NO_OVERRIDES, environ: Mapping[str, str] | None = None
) -> Settings:
    """The settings for `project`: arguments over environment over `.leindex.toml` over `[tool.leindex]` over defaults.

    An override of None counts as not given. `environ` None means the process environment. Raises `ConfigError` for an unknown key,
    a value of the wrong type or out of range, and a settings file that is not TOML.
    """
    merged: dict[str, object] = {}
    for origin, values in _layers(project, overrides, os.environ if environ is None else environ):
        for key, value in values.items():
            merged[key] = _checked(key, value, origin)
    return Settings(**merged)  # type: ignore[arg-type]  # each value was converted to its field's type by _checked


def _layers(
    project: Path, overrides: Mapping[str, object], environ: Mapping[str, str]
) -> Iterator[tuple[str, Mapping[str, object]]]:
    """(where, values) of each source of settings, the weakest first."""
    pyproject = _toml(project / "pyproject.toml", strict=False).get("tool", {})
    table = pyproject.get("leindex", {}) if isinstance(pyproject, dict) else {}
    if not isinstance(table, dict):
        raise ConfigError("[tool.leindex] in pyproject.toml is not a table. Write it as [tool.leindex] with one setting a line.")
    yield "[tool.leindex] in pyproject.toml", table
    yield SETTINGS_FILE, _toml(project / SETTINGS_FILE, strict=True)
    for variable, text in sorted(environ.items()):
        if variable.startswith(ENVIRONMENT_PREFIX):
            yield f"environment variable {variable}", {variable[len(ENVIRONMENT_PREFIX) :].lower(): _from_text(variable, text)}
    yield "arguments", {key: value for key, value in overrides.items() if value is not None}


def _toml(path: Path, *, strict: bool) -> dict[str, object]:
    """The content of a TOML file; {} when there is none. Without `strict` (a file that is not ours) also when it is not TOML."""
    try:
        content = _read(path)
    except (FileNotFoundError, NotADirectoryError):
        return {}
    except OSError as error:
        if strict:
            raise ConfigError(f"{path.name} cannot be read: {error.strerror}. Make it readable or remove it.") from error
        return {}
    import tomllib  # here, since most projects asked have no such file

    try:
        return tomllib.loads(content.decode())
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        if strict:
            raise ConfigError(f"{path.name} is not valid TOML: {error}. Correct it or remove it.") from error
        return {}


def _read(path: Path) -> bytes:
    """The beginning of a file; a pipe in its place would be waited for, and is an error."""
    if path.exists() and not path.is_file():
        raise OSError(errno.EINVAL, "it is not a regular file")
    with path.open("rb") as file:
        return file.read(_TOML_LIMIT_BYTES)


def _from_text(variable: str, text: str) -> object:
    """An environment variable's text as the value that a TOML file would give: lists are divided by commas."""
    name = variable[len(ENVIRONMENT_PREFIX) :].lower()
    if name in _LISTS:
        return [part.strip() for part in text.split(",") if part.strip()]
    if name in _FLAGS:
        return _FLAG_WORDS.get(text.strip().lower(), text)
    if name in _NUMBERS:
        stripped = text.strip()
        return int(stripped) if re.fullmatch(r"[+-]?\d{1,18}", stripped) else text
    return text


def _checked(key: str, value: object, origin: str) -> object:
    """`value` converted to the type of setting `key`; `ConfigError` says key, place and range when it cannot be."""
    if key not in _TYPES:
        raise ConfigError(_unknown(key, origin))
    if isinstance(value, str) and "\0" in value:
        raise ConfigError(f"setting {key!r} ({origin}): no path and no word has a NUL in it; got {value!r}. Correct it there.")
    try:
        if key.endswith("_bytes") and isinstance(value, str):
            value = _byte_size(value)
        converted = msgspec.convert(value, _TYPES[key])
    except msgspec.ValidationError as error:
        raise ConfigError(f"setting {key!r} ({origin}): {_plain(error)}; got {value!r}. Correct it there.") from error
    return converted


def _plain(error: msgspec.ValidationError) -> str:
    return str(error).replace("Expected", "expected").replace("`", "'").split(" - at")[0]


def _unknown(key: str, origin: str) -> str:
    import difflib

    near = difflib.get_close_matches(key, FIELD_NAMES, n=1, cutoff=0.0)
    return f"unknown setting {key!r} ({origin}). The nearest known one is {near[0]!r}; all are in docs/guide/configuration.md."


_UNITS: Final = {
    "": 1,
    "b": 1,
    "k": 1000,
    "kb": 1000,
    "m": 1000**2,
    "mb": 1000**2,
    "g": 1000**3,
    "gb": 1000**3,
    "t": 1000**4,
    "tb": 1000**4,
}
_UNITS_BINARY: Final = {"kib": 1 << 10, "mib": 1 << 20, "gib": 1 << 30, "tib": 1 << 40}


def _byte_size(text: str) -> int:
    """`"2 MiB"` → 2097152. Raises `ValidationError` that says which part is no size."""
    match = re.fullmatch(r"\s*([+-]?\d{1,15})\s*([^\W\d_]*)\s*", text)
    if match is None:
        raise msgspec.ValidationError("expected bytes: a whole number, alone or with a unit, as in '2 MiB'")
    unit = (_UNITS | _UNITS_BINARY).get(match[2].lower())
    if unit is None:
        raise msgspec.ValidationError(f"unknown unit {match[2]!r}; known are B, kB, MB, GB, TB, KiB, MiB, GiB and TiB")
    return int(match[1]) * unit


_TYPES: Final = {field.name: field.type for field in msgspec.structs.fields(Settings)}
_DEFAULTS: Final = Settings()
_LISTS: Final = frozenset(name for name in FIELD_NAMES if isinstance(getattr(_DEFAULTS, name), tuple))
_FLAGS: Final = frozenset(name for name in FIELD_NAMES if isinstance(getattr(_DEFAULTS, name), bool))
_NUMBERS: Final = frozenset(name for name in FIELD_NAMES if isinstance(getattr(_DEFAULTS, name), int)) - _FLAGS | {
    "workers",
    "mcp_memory_bytes",
}
_FLAG_WORDS: Final = {"1": True, "true": True, "yes": True, "on": True, "0": False, "false": False, "no": False, "off": False}
