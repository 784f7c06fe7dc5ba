"""Forms of languages that the programs of `callgraph/` do not show: each a small project, with who calls what written by hand.

A file of `forms/` holds the project's files, each behind a line `=== path`, and behind `=== calls` a line `caller -> callee` for
each call, with `?` before it for what is only one of several candidates. Calls of names outside are left out.
"""

from pathlib import Path

import pytest
from test_callgraph_typed import found

FORMS = Path(__file__).parent / "forms"


def parts(form: Path) -> dict[str, str]:
    """What stands behind each mark of a form."""
    marked = form.read_text("utf-8").removeprefix("=== ").split("\n=== ")
    return {name: text for name, _, text in (part.partition("\n") for part in marked)}


@pytest.mark.parametrize("form", sorted(path.stem for path in FORMS.glob("*.txt")))
def test_a_form_is_called(form: str, tmp_path: Path) -> None:
    """The graph has exactly the calls within the project that the form makes, and the same candidates."""
    files = parts(FORMS / f"{form}.txt")
    wanted = files.pop("calls").splitlines()
    for name, text in files.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text + "\n", "utf-8")
    asserted, candidates = found(tmp_path)
    told = [f"{source} -> {target}" for source, target in asserted if not target.startswith(("<", "?"))]
    told += [f"? {source} -> {target}" for source, target in candidates if not target.startswith("<")]
    assert sorted(told) == sorted(wanted)
