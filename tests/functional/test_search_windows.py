"""A passage in the middle of a long function, class or script is found, and the answer says in which line."""

import json
import re
import shutil
import sysconfig
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from lepasserelle import LeIndex, SearchHit, vectors
from lepasserelle.faces.cli.searching import search
from lepasserelle.leindex.words import SearchMode
from lepasserelle.model import NodeKind
from lepasserelle.parse import parse
from lepasserelle.terms import TermFile, collect, query_terms
from lepasserelle.vectors import Vectors

PASSAGE = "if user.password_expired:\n    send_password_reset_email(user)\n    notify_administrator(user)\n"
QUESTION = "send email when the password has expired"
STANDARD = ("subprocess.py", "argparse.py", "shutil.py", "tarfile.py", "inspect.py")


def indented(text: str, by: str) -> str:
    """Each line further to the right."""
    return "".join(f"{by}{line}\n" for line in text.splitlines())


def around(passage: str, lines: int) -> str:
    """The passage between lines that say nothing of it."""
    filler = [f"compute_stage(value_{i}, {i})\n" for i in range(2 * lines)]
    return "".join(filler[:lines]) + passage + "".join(filler[lines:])


@pytest.fixture(scope="module")
def leindex(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LeIndex]:
    """An index of long code of every kind, and of some of the standard library beside it."""
    project = tmp_path_factory.mktemp("long")
    body = around(PASSAGE, 100)
    (project / "function.py").write_text('def gigantic(user):\n    """Huge."""\n' + indented(body, "    "))
    (project / "settings.py").write_text('class Settings:\n    """Huge."""\n' + indented(body, "    "))
    (project / "script.py").write_text('"""Huge."""\n' + body)
    methods = [f"    def method_{i}(self, account, parcel):\n" + "        self.deliver(parcel)\n" * 8 for i in range(90)]
    remark = "    # exchange the currency of a shipment\n    rates.add('EUR')\n"
    (project / "depot.py").write_text("class Depot:\n" + "".join([*methods[:60], remark, *methods[60:]]))
    functions = [f"def routine_{i}(cellar, barrel):\n" + "    cellar.roll(barrel)\n" * 8 for i in range(90)]
    (project / "tail.py").write_text(
        "".join(functions) + "if __name__ == '__main__':\n    # tell the brewery of empty casks\n    main()\n"
    )
    for name in STANDARD:
        shutil.copy(Path(sysconfig.get_path("stdlib")) / name, project / name)
    with LeIndex(project, index_dir=str(tmp_path_factory.mktemp("index"))) as found:
        found.index_project()
        yield found


def of_file(hits: list[SearchHit], path: str) -> SearchHit:
    """The hit in a file."""
    return next(hit for hit in hits if hit.path == path)


@pytest.mark.parametrize("mode", ["hybrid", "semantic", "lexical"])
@pytest.mark.parametrize("path", ["function.py", "settings.py", "script.py"])
def test_a_passage_between_much_else_is_found_with_its_line(leindex: LeIndex, mode: str, path: str) -> None:
    """Whether by words or by meaning, in a function, a class body or outside of both."""
    hits = leindex.search(QUESTION, 10, mode)  # type: ignore[arg-type]
    hit = of_file(hits, path)
    lines = (leindex.project / path).read_text().splitlines()
    assert "send_password_reset_email" in hit.snippet
    assert "password" in lines[hit.line - 1]
    assert hit.start_line < hit.line < hit.end_line
    assert hit.line_below == hit.line


@pytest.mark.parametrize("mode", ["hybrid", "lexical"])
@pytest.mark.parametrize(
    ("path", "remark"), [("depot.py", "exchange the currency of a shipment"), ("tail.py", "tell the brewery of empty casks")]
)
def test_a_remark_behind_much_that_is_defined_inside_is_found_with_its_line(
    leindex: LeIndex, mode: str, path: str, remark: str
) -> None:
    """Between the methods of a class, and at the end of a file of functions, too little to be a part of its own."""
    hit = of_file(leindex.search(remark, 10, mode), path)  # type: ignore[arg-type]
    assert remark in (leindex.project / path).read_text().splitlines()[hit.line - 1]
    assert remark in hit.snippet


def comments() -> tuple[list[TermFile], list[tuple[int, int, str]]]:
    """Files of the standard library, and of each remark in the middle of a long function of theirs the function's node, the place
    in the file, and what it says.
    """
    files, found, first = [], [], 0
    for name in STANDARD:
        data = (Path(sysconfig.get_path("stdlib")) / name).read_bytes()
        facts = parse(data, "python")
        for number, one in enumerate(facts.definitions):
            if one.kind not in (NodeKind.FUNCTION, NodeKind.METHOD) or one.end_byte - one.start_byte < 3000:
                continue
            for match in re.finditer(rb"(?:^[ \t]*# [^\n]+\n)+", data[one.start_byte : one.end_byte], re.MULTILINE):
                at, text = one.start_byte + match.start(), match[0].decode().replace("#", " ")
                is_own = not any(inner.start_byte <= at < inner.end_byte for inner in facts.definitions[number + 1 :])
                if is_own and len(text.split()) >= 8:
                    found.append((first + number, at, text))
        files.append(TermFile(name, first, len(facts.definitions), collect(data, facts)))
        first += len(facts.definitions)
    return files, found


def test_remarks_in_long_functions_of_real_code_find_their_place() -> None:
    """By meaning alone: more of them than without windows, and the passage is the one where the remark stands."""
    files, remarks = comments()
    sections = vectors.build(lambda: iter(files))
    nodes = len(sections["vectors"]) - len(sections["window_nodes"])
    windows = ("window_nodes", "window_spans")
    with_windows = Vectors(sections)
    without = Vectors({name: part[:nodes] if name == "vectors" else part for name, part in sections.items() if name not in windows})
    met, met_without, placed = 0, 0, 0
    for node, at, text in remarks:
        terms = query_terms(text)
        met += node in with_windows.search(terms, 10)[0]
        met_without += node in without.search(terms, 10)[0]
        start, end = (with_windows.passage(node, terms) or (0, 0))[:2]
        placed += start <= at < end
    assert len(remarks) > 50
    assert met > 1.15 * met_without
    assert placed > 0.8 * len(remarks)


@pytest.mark.parametrize("mode", ["hybrid", "semantic"])
def test_a_hit_found_by_a_part_of_it_says_so(leindex: LeIndex, mode: str) -> None:
    """With the lines of that part; what is found by the whole of it, and by words alone, names none."""
    hit = of_file(leindex.search(QUESTION, 10, mode), "function.py")  # type: ignore[arg-type]
    lines = next(match for why in hit.why if (match := re.fullmatch(r"meaning: rank \d+ by its lines (\d+)-(\d+)", why)))
    assert hit.start_line < int(lines[1]) <= hit.line <= int(lines[2]) < hit.end_line
    assert int(lines[2]) - int(lines[1]) < 60
    for other in leindex.search("nullcontext", 5, mode) + leindex.search(QUESTION, 10, "lexical"):  # type: ignore[arg-type]
        assert other.end_line - other.start_line > 20 or "by its lines" not in " ".join(other.why)
    assert not any("by its lines" in why for one in leindex.search(QUESTION, 10, "lexical") for why in one.why)


@pytest.mark.parametrize("mode", ["hybrid", "semantic", "lexical"])
@pytest.mark.parametrize("ending", ["\r", "\r\n", "\n"])
def test_windows_count_every_kind_of_line_end(tmp_path: Path, mode: SearchMode, ending: str) -> None:
    """A carriage return alone is one (decision 016): the same lines, and the same part of the function."""
    body = 'def gigantic(user):\n    """Huge."""\n' + indented(around(PASSAGE, 100), "    ")
    (tmp_path / "function.py").write_bytes(body.replace("\n", ending).encode())
    with LeIndex(tmp_path) as leindex:
        hit = leindex.search(QUESTION, 10, mode)[0]
    assert (hit.path, hit.line) == ("function.py", 104)
    assert "if user.password_expired:" in hit.snippet
    near = [reason for reason in hit.why if " by its lines " in reason]
    assert near or mode == "lexical"
    for reason in near:
        first, last = map(int, reason.rpartition(" ")[2].split("-"))
        assert first <= 104 <= last < first + 80


def test_a_script_asked_by_its_name_is_itself_and_not_a_setting_of_it(tmp_path: Path) -> None:
    """Among hundreds of assignments with the same word, and as many in another file."""
    words = [f"{one}_{other}" for one in ("DEPLOY", "CACHE", "TOKEN") for other in ("DEPLOY", "LIMIT", "REGION", "HOST")]
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "deploy.sh").write_text("".join(f"{word}_{i}={i}\n" for word in words for i in range(25)))
    (tmp_path / "settings.py").write_text("".join(f"{word}_{i} = {i}\n" for word in words for i in range(25)))
    with LeIndex(tmp_path) as leindex:
        for query in ("deploy.sh", "bin/deploy.sh", "deploy"):
            hit = leindex.search(query)[0]
            assert (hit.path, hit.kind) == ("bin/deploy.sh", "module")


def test_every_face_names_the_line(leindex: LeIndex) -> None:
    """People, programs and agents alike; a place that is seen whole says none."""
    hit = of_file(leindex.search(QUESTION, 10), "function.py")
    where = ["--project", str(leindex.project), "--index-dir", str(leindex.folder)]
    readable = CliRunner().invoke(search, [QUESTION, *where]).output
    assert f"function.py:1-{hit.end_line}, line {hit.line}" in readable
    document = json.loads(CliRunner().invoke(search, [QUESTION, "--json", *where]).output)
    assert [one["line"] for one in document["hits"] if one["path"] == "function.py"] == [hit.line]
    bounded = CliRunner().invoke(search, [QUESTION, "--max-tokens", "2000", *where]).output
    assert f"1-{hit.end_line} function gigantic, line {hit.line}" in bounded
    short = leindex.search("nullcontext", 1)[0]
    assert short.line_below is None or short.line > short.start_line + 9


def test_lines_of_the_text_are_their_own_line(leindex: LeIndex) -> None:
    """In the modes for lines every hit is one."""
    assert all(hit.line == hit.start_line for hit in leindex.search("notify_administrator", 5, "literal"))


@pytest.mark.parametrize("mode", ["hybrid", "lexical"])
def test_a_question_of_misspelt_words_is_asked_with_those_that_there_are(leindex: LeIndex, mode: str) -> None:
    """And says so; one that is like nothing finds nothing."""
    hits = leindex.search("notifyadministratr", 3, mode)  # type: ignore[arg-type]
    assert {hit.path for hit in hits} & {"function.py", "settings.py", "script.py"}
    assert all(hit.why[0] == "spelling: notifyadministrator for notifyadministratr" for hit in hits)
    assert leindex.search("qwertzuiop", 3, mode) == []  # type: ignore[arg-type]


def test_an_analysis_of_nothing_says_so(leindex: LeIndex) -> None:
    """Its text is read by itself."""
    found = leindex.analyze("qwertzuiop yxcvbnm")
    assert not found.parts
    assert found.text.endswith("nothing found\n")
    assert 0 < found.tokens <= found.token_budget
