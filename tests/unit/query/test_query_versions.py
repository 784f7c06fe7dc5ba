"""Older versions beside newer ones: told by folders that are named by a version, and by nothing else."""

import pytest

from lepasserelle.query.versions import superseded


@pytest.mark.parametrize(
    ("paths", "older"),
    [
        (["src/v3/errors.ts", "src/v4/errors.ts"], {0: "v3"}),
        (["v1/a.go", "V2/a.go", "v10/a.go"], {0: "v1", 1: "v2"}),
        (["a/v1/x.py", "b/v2/x.py"], {}),
        (["v3/errors.ts", "src/errors.ts"], {}),
        (["api/v1.py", "api/v2.py"], {}),
        (["v99999/x.py", "v1/x.py"], {}),
        ([], {}),
    ],
)
def test_a_folder_is_older_when_a_newer_one_lies_beside_it(paths: list[str], older: dict[int, str]) -> None:
    """Within one parent; files, other parents and numbers that are no version do not count."""
    assert superseded(dict(enumerate(paths))) == older
