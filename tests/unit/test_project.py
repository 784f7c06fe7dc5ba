"""Which project is meant, as far as no index is opened for it."""

import os
from pathlib import Path

import pytest

from lepasserelle import LeIndex
from lepasserelle.errors import ProjectError
from lepasserelle.files.packaging_files import FILE_NAMES
from lepasserelle.project import find_project


def test_a_folder_with_settings_is_the_project_of_what_lies_below(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its index may lie elsewhere; another one further up is not the nearest."""
    inner = tmp_path / "outer" / "inner"
    below = inner / "a" / "b"
    below.mkdir(parents=True)
    (tmp_path / "outer" / ".leindex").mkdir()
    (tmp_path / "outer" / ".leindex" / "manifest.json").write_text("{}")
    monkeypatch.chdir(below)
    assert find_project(None) == tmp_path / "outer"
    (inner / ".leindex.toml").write_text('index_dir = "../ix"\n')
    assert find_project(None) == inner


def test_an_empty_name_is_refused() -> None:
    """A variable that is not set would else mean the working folder."""
    with pytest.raises(ProjectError, match="names no project"):
        find_project("")


@pytest.mark.parametrize("name", ["pyproject.toml", "setup.cfg", "setup.py"])
def test_a_pipe_called_like_a_packaging_file_claims_nothing(tmp_path: Path, name: str) -> None:
    """It would be waited for, for ever."""
    assert name in FILE_NAMES
    os.mkfifo(tmp_path / name)
    (tmp_path / "m.py").write_text("def f(): pass\n")
    with LeIndex(tmp_path) as leindex:
        assert leindex.index_project().files == 1
