"""A package as its registry ships it: each module as a source, as what it is built into and as its declarations."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from lepasserelle import LeIndex, SearchHit
from lepasserelle.faces.cli.searching import search

NAMES = ("parse", "print", "visit")
SOURCE = """import {{ read }} from "./shared.js";

/** Options of {name}. */
export interface {title}Options {{ strict: boolean }}

/** Takes a document and {name}s every node of it, one after the other. */
export function {name}Document(text: string, options: {title}Options): string[] {{
  return read(text).map((node) => node + options.strict);
}}
"""
PLAIN = """{head}/** Takes a document and {name}s every node of it, one after the other. */
{export}function {name}Document(text, options) {{
  return read(text).map((node) => node + options.strict);
}}
"""
DECLARED = """/** Options of {name}. */
export interface {title}Options {{ strict: boolean }}
/** Takes a document and {name}s every node of it, one after the other. */
export declare function {name}Document(text: string, options: {title}Options): string[];
"""


def forms(name: str, has_source: bool) -> dict[str, str]:
    """One module in all its forms."""
    told = {"name": name, "title": name.title()}
    built = {
        f"core/{name}.js": PLAIN.format(head='import { read } from "./shared.js";\n', export="export ", **told),
        f"core/{name}.cjs": PLAIN.format(head='const shared_1 = require("./shared.cjs");\n', export="", **told),
        f"core/{name}.d.ts": DECLARED.format(**told),
        f"core/{name}.d.cts": DECLARED.format(**told),
    }
    return built | ({f"src/core/{name}.ts": SOURCE.format(**told)} if has_source else {})


def package(folder: Path, has_source: bool) -> Path:
    """Three modules."""
    for name in NAMES:
        for path, text in forms(name, has_source).items():
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_text(text)
    return folder


@pytest.fixture(scope="module")
def with_source(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LeIndex]:
    """Built from `src`, which is shipped."""
    with LeIndex(package(tmp_path_factory.mktemp("source"), True)) as leindex:
        yield leindex


@pytest.fixture(scope="module")
def without_source(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LeIndex]:
    """Only what was built is shipped."""
    with LeIndex(package(tmp_path_factory.mktemp("built"), False)) as leindex:
        yield leindex


def paths(hits: list[SearchHit]) -> list[str]:
    """Of the hits."""
    return [hit.path for hit in hits]


def test_ten_hits_are_ten_modules_and_the_source_leads_with_its_builds_under_it(with_source: LeIndex) -> None:
    """Five files that say the same are one place worth opening."""
    hits = with_source.search("take a document and visit every node of it")
    assert hits[0].path == "src/core/visit.ts"
    assert sorted(paths(hits)) == [f"src/core/{name}.ts" for name in NAMES]
    built = {place.path: place for place in hits[0].also if place.path}
    assert set(built) == {"core/visit.js", "core/visit.cjs", "core/visit.d.ts", "core/visit.d.cts"}
    assert (built["core/visit.js"].start_line, built["core/visit.js"].kind) == (3, "function")
    assert not any("lowered: a form of" in why for hit in hits for why in hit.why)


def test_a_flat_list_has_every_form_by_itself(with_source: LeIndex) -> None:
    """Who wants all of them gets them."""
    flat = with_source.search("take a document and visit every node of it", 50, flat=True)
    assert {f"core/visit{ending}" for ending in (".js", ".cjs", ".d.ts", ".d.cts")} < set(paths(flat))
    assert not any("lowered: a form of" in why for hit in flat for why in hit.why)


@pytest.mark.parametrize(
    ("question", "path", "first"),
    [
        ("visit every node", "**/*.cjs", "core/visit.cjs"),
        ("visit every node", "core/**", "core/visit.js"),
        ("declaration file for visit every node", None, "core/visit.d.ts"),
        ("visit every node in commonjs", None, "core/visit.cjs"),
        ("core/visit.cjs", None, "core/visit.cjs"),
        ("what is done in core/visit.d.cts", None, "core/visit.d.cts"),
        ("visitDocument", None, "src/core/visit.ts"),
    ],
)
def test_a_form_that_is_asked_for_stands_first(with_source: LeIndex, question: str, path: str | None, first: str) -> None:
    """By a filter, by its word, by its path; a name asks for none."""
    assert with_source.search(question, path=path)[0].path == first


def test_where_no_source_is_shipped_code_stands_before_its_declarations(without_source: LeIndex) -> None:
    """What one would open has bodies; what only declarations define is found in them."""
    hits = without_source.search("take a document and visit every node of it")
    assert sorted(paths(hits)) == [f"core/{name}.js" for name in NAMES]
    assert without_source.search("VisitOptions")[0].path == "core/visit.d.ts"
    assert "core/visit.cjs" in {place.path for place in hits[0].also}


def test_the_text_names_other_forms_by_their_paths(with_source: LeIndex) -> None:
    """A symbol would be the same for all of them."""
    asked = ["take a document and visit every node of it", "--project", str(with_source.project)]
    assert "core/visit.cjs:3-5" in CliRunner().invoke(search, asked).stdout
    assert "core/visit.cjs:3-5" in CliRunner().invoke(search, [*asked, "--max-tokens", "2000"]).stdout


def test_stubs_are_a_form_of_the_module_beside_them(tmp_path: Path) -> None:
    """`more.pyi` beside `more.py`; one that stands alone is found as it is."""
    (tmp_path / "more.py").write_text(
        'def chunked(items, n):\n    """Break items into lists of length n."""\n    return list(items)\n'
    )
    (tmp_path / "more.pyi").write_text("def chunked(items: list[int], n: int) -> list[list[int]]: ...\n")
    (tmp_path / "native.pyi").write_text("def chunked_natively(items: list[int], n: int) -> list[list[int]]: ...\n")
    with LeIndex(tmp_path) as leindex:
        assert paths(leindex.search("break items into chunked lists")) == ["more.py", "native.pyi"]
