"""What `go.mod` and `go.work` say about where imports lead."""

import pytest

from lepasserelle.files.go_modules import read_module, read_work
from lepasserelle.model.import_maps import GoModule, GoWork

MODULE = """\
// a comment
module "example.com/be" // of the back end

go 1.22

require example.com/lib v1.0.0

replace example.com/lib v1.0.0 => ../lib // local
replace (
\texample.com/a => ./a
\texample.com/b => example.com/fork v1.2.3
\texample.com/c => ../../../outside
\t`example.com/d` => `../d`
)
"""


def test_a_module_has_a_path_and_local_replacements() -> None:
    """Versions, other modules and folders outside the project are no local folders."""
    found = read_module("mono/backend", MODULE)
    replaced = {"example.com/lib": "mono/lib", "example.com/a": "mono/backend/a", "example.com/d": "mono/d"}
    assert found == GoModule("mono/backend", "example.com/be", replaced)


def test_a_workspace_uses_folders() -> None:
    """One a line or in a block; those outside the project are left out, its own folder is the empty one."""
    text = "go 1.22\n\nuse ./a\nuse (\n\t.\n\t./b // second\n\t../elsewhere\n)\nreplace example.com/x => ./x\n"
    assert read_work("", text) == GoWork("", ("a", "", "b"), {"example.com/x": "x"})


@pytest.mark.parametrize("text", ["", "module", "module (\n", "\x00\x01", "go 1.22\nreplace =>\nreplace a =>\nuse\n", ")\n=>\n("])
def test_a_damaged_file_names_no_module(text: str) -> None:
    """And raises nothing; as a workspace it uses nothing."""
    assert read_module("", text) is None
    assert read_work("", text) == GoWork("", ())
