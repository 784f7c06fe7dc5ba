"""Settings: where they come from, which place wins, what is refused and how, and that the guide tells them all."""

import os
from pathlib import Path

import msgspec
import pytest

from lepasserelle.config import FIELD_NAMES, Settings, load_settings
from lepasserelle.errors import ConfigError

_GUIDE = Path(__file__).parents[2] / "docs" / "guide" / "configuration.md"


def _load(project: Path, environ: dict[str, str] | None = None, **overrides: object) -> Settings:
    return load_settings(project, overrides, environ or {})


def test_nothing_set_gives_the_defaults(tmp_path: Path) -> None:
    """Also for a folder that does not exist: settings are not where that is reported."""
    assert _load(tmp_path) == Settings() == _load(tmp_path / "absent")
    assert Settings().max_file_bytes == 1 << 20


def test_each_place_wins_over_the_one_before(tmp_path: Path) -> None:
    """pyproject.toml < .leindex.toml < environment < arguments, setting by setting."""
    (tmp_path / "pyproject.toml").write_text(
        "[tool.leindex]\nworkers = 1\nstale_check_ms = 1\nlock_timeout_ms = 1\nexact_limit = 1\n"
    )
    (tmp_path / ".leindex.toml").write_text("workers = 2\nstale_check_ms = 2\nlock_timeout_ms = 2\n")
    found = _load(tmp_path, {"LEINDEX_WORKERS": "3", "LEINDEX_STALE_CHECK_MS": "3", "OTHER": "x"}, workers=4, index_dir=None)
    assert (found.workers, found.stale_check_ms, found.lock_timeout_ms, found.exact_limit) == (4, 3, 2, 1)


def test_the_environment_is_text_that_becomes_values(tmp_path: Path) -> None:
    """Lists by commas, flags by words, sizes by units."""
    environ = {
        "LEINDEX_EXCLUDE": "/old/, *.txt,,",
        "LEINDEX_INCLUDE_SECRETS": "Yes",
        "LEINDEX_MAX_FILE_BYTES": "2 MiB",
        "LEINDEX_STALE_CHECK_MS": " 50 ",
        "LEINDEX_INDEX_DIR": "/var/index",
    }
    found = _load(tmp_path, environ)
    assert found.exclude == ("/old/", "*.txt")
    assert found.include_secrets is True
    assert (found.max_file_bytes, found.stale_check_ms, found.index_dir) == (2 << 20, 50, "/var/index")


@pytest.mark.parametrize(
    ("text", "size"), [("1000", 1000), ("2kB", 2000), ("1 MB", 10**6), ("1 KiB", 1024), ("1 gib", 1 << 30), (" 7 b ", 7)]
)
def test_sizes_may_have_units(tmp_path: Path, text: str, size: int) -> None:
    """Thousands and 1024s are told apart."""
    assert _load(tmp_path, max_file_bytes=text).max_file_bytes == size


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("2 zb", "unknown unit 'zb'; known are B, kB, MB, GB, TB, KiB, MiB, GiB and TiB; got '2 zb'"),
        ("2 µB", "unknown unit 'µB'"),
        ("much", "expected bytes: a whole number, alone or with a unit, as in '2 MiB'; got 'much'"),
        ("1.5 MiB", "expected bytes: a whole number"),
        ("-1 MiB", "expected 'int' >= 1; got -1048576"),
        ("4 TiB", "expected 'int' <= 1073741824"),
    ],
)
def test_a_size_that_is_none_says_which_part_is_wrong(tmp_path: Path, text: str, told: str) -> None:
    """An unknown unit was said to be no whole number."""
    with pytest.raises(ConfigError) as refused:
        _load(tmp_path, max_file_bytes=text)
    assert str(refused.value).startswith(f"setting 'max_file_bytes' (arguments): {told}")
    with pytest.raises(ConfigError) as refused:
        _load(tmp_path, {"LEINDEX_MAX_FILE_BYTES": text})
    assert told in str(refused.value)


def test_the_process_environment_is_the_default(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is read when settings are loaded, not when the module is imported."""
    for variable in [name for name in os.environ if name.startswith("LEINDEX_")]:
        monkeypatch.delenv(variable)
    monkeypatch.setenv("LEINDEX_WORKERS", "7")
    assert load_settings(tmp_path).workers == 7


@pytest.mark.parametrize(
    ("place", "environ", "overrides", "file"),
    [
        ("arguments", {}, {"max_file_byte": 1}, ""),
        ("environment variable LEINDEX_MAX_FILE_BYTE", {"LEINDEX_MAX_FILE_BYTE": "1"}, {}, ""),
        (".leindex.toml", {}, {}, "max_file_byte = 1\n"),
    ],
)
def test_an_unknown_setting_names_itself_the_nearest_and_the_place(
    tmp_path: Path, place: str, environ: dict[str, str], overrides: dict[str, object], file: str
) -> None:
    """A typo is found at once, wherever it stands."""
    (tmp_path / ".leindex.toml").write_text(file)
    with pytest.raises(ConfigError) as caught:
        load_settings(tmp_path, overrides, environ)
    message = str(caught.value)
    assert "'max_file_byte'" in message
    assert "'max_file_bytes'" in message
    assert place in message


def test_an_unknown_setting_in_pyproject_names_the_table(tmp_path: Path) -> None:
    """The other file."""
    (tmp_path / "pyproject.toml").write_text("[tool.leindex]\nworker = 1\n")
    with pytest.raises(ConfigError, match=r"'worker' \(\[tool\.leindex\] in pyproject\.toml\).*'workers'"):
        _load(tmp_path)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("max_file_bytes", 0), ("max_file_bytes", (1 << 30) + 1), ("max_file_bytes", "2 parsecs"), ("max_file_bytes", "big"),
        ("workers", 0), ("workers", 257), ("workers", "two"), ("workers", 1.5), ("include_secrets", "maybe"),
        ("exclude", "one text"), ("exclude", [1]), ("stale_check_ms", -1),
        ("stale_interval_ms", -1), ("lock_timeout_ms", -1), ("exact_limit", -1), ("index_dir", 3), ("languages", {"a": 1}),
        ("workers", True), ("include_secrets", 1), ("tier_order", "fast"), ("slow_quota_bytes", -1), ("slow_dir", 3),
    ],
)  # fmt: skip
def test_a_value_out_of_range_or_of_another_type_is_refused(tmp_path: Path, name: str, value: object) -> None:
    """The message names the setting, the place and the value."""
    with pytest.raises(ConfigError) as caught:
        _load(tmp_path, **{name: value})
    assert f"'{name}' (arguments)" in str(caught.value)
    assert repr(value) in str(caught.value)


@pytest.mark.parametrize("content", [b"max_file_bytes = ", b"\xff\xfe", b"[a\n"])
def test_a_settings_file_that_is_no_toml_is_refused(tmp_path: Path, content: bytes) -> None:
    """Ours must be right; a broken pyproject.toml is another tool's business."""
    (tmp_path / "pyproject.toml").write_bytes(content)
    assert _load(tmp_path) == Settings()
    (tmp_path / ".leindex.toml").write_bytes(content)
    with pytest.raises(ConfigError, match=r"\.leindex\.toml is not valid TOML"):
        _load(tmp_path)


def test_a_table_that_is_no_table_is_refused(tmp_path: Path) -> None:
    """`leindex = 3` under `[tool]`; other shapes of the file set nothing."""
    (tmp_path / "pyproject.toml").write_text("[tool]\nleindex = 3\n")
    with pytest.raises(ConfigError, match="is not a table"):
        _load(tmp_path)
    (tmp_path / "pyproject.toml").write_text("tool = 3\n")
    assert _load(tmp_path) == Settings()


def test_the_folder_of_the_index(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In the project by default; relative to it, absolute, or from the home folder."""
    monkeypatch.setenv("HOME", "/home/someone")
    assert Settings().index_folder(tmp_path) == tmp_path / ".leindex"
    assert Settings(index_dir="x/y").index_folder(tmp_path) == tmp_path / "x/y"
    assert Settings(index_dir="/x").index_folder(tmp_path) == Path("/x")
    assert Settings(index_dir="~/x").index_folder(tmp_path) == Path("/home/someone/x")


def test_settings_cannot_be_changed() -> None:
    """They are parsed once."""
    with pytest.raises(AttributeError):
        Settings().workers = 2  # type: ignore[misc]


def test_the_guide_tells_every_setting_as_the_code_does() -> None:
    """One row a setting, with its description and its default."""
    rows = {line.split("|")[1].strip(" `"): line for line in _GUIDE.read_text().splitlines() if line.startswith("| `")}
    for name, info in zip(FIELD_NAMES, msgspec.inspect.type_info(Settings).fields, strict=True):  # type: ignore[attr-defined]
        assert isinstance(info.type, msgspec.inspect.Metadata), name
        assert info.type.extra_json_schema is not None
        assert info.type.extra_json_schema["description"] in rows[name]
        default = getattr(Settings(), name)
        if isinstance(default, int) and not isinstance(default, bool) and name != "max_file_bytes":
            assert f"| {default} |" in rows[name]


def test_the_guide_tells_every_reason() -> None:
    """What `skipped` can show is explained."""
    from lepasserelle.files import SkipReason

    text = _GUIDE.read_text()
    assert [reason for reason in SkipReason if f"`{reason}`" not in text] == []


@pytest.mark.parametrize(("name", "is_ours"), [("pyproject.toml", False), (".leindex.toml", True)])
def test_a_pipe_in_the_place_of_settings_is_not_waited_for(tmp_path: Path, name: str, is_ours: bool) -> None:
    """Ours must be a file; what else is called like another tool's file says nothing."""
    os.mkfifo(tmp_path / name)
    if is_ours:
        with pytest.raises(ConfigError, match="not a regular file"):
            load_settings(tmp_path)
    else:
        assert load_settings(tmp_path) == load_settings(tmp_path.parent)
