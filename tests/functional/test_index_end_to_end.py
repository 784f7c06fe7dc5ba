"""From a folder of sources to answers, through the public class, on small projects and on a package of the standard library."""

import email
import io
import json
import os
import shutil
import subprocess
import sys
import textwrap
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from lepasserelle import LeIndex, NotIndexedError, Progress, ProjectError, QueryError, UnknownSymbolError
from lepasserelle.errors import ConfigError

SOURCES = {
    "pyproject.toml": '[project]\nname = "shop"\n',
    "shop/__init__.py": "",
    "shop/cart.py": '''
        """The shopping cart."""
        from shop.prices import discount_for

        class Cart:
            def total(self, customer):
                """Sum of all items after the discount."""
                return sum(self.items) - discount_for(customer)
        ''',
    "shop/prices.py": '''
        import json

        def discount_for(customer):
            """How much less a loyal customer pays."""
            return json.loads(customer)["discount"]
        ''',
    "shop/views.js": "export function showCart(cart) { return cart.total(); }\n",
    "README.md": "# Shop\n\nHow to sell umbrellas when it rains.\n",
    "notes.bin": "\x00\x01\x02",
}


def write(root: Path, sources: dict[str, str]) -> Path:
    """A project of these files."""
    for path, text in sources.items():
        file = root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(textwrap.dedent(text), encoding="utf-8")
    return root


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LeIndex]:
    """A small indexed project."""
    with LeIndex(write(tmp_path_factory.mktemp("shop"), SOURCES)) as leindex:
        leindex.index_project()
        yield leindex


def test_the_report_counts_what_was_done(tmp_path: Path) -> None:
    """Files, symbols, edges, languages, what was skipped and why, time and memory: all there, all from this run."""
    heard: list[Progress] = []
    with LeIndex(write(tmp_path, SOURCES)) as leindex:
        report = leindex.index_project(heard.append)
    assert report.files == report.parsed_files == 6
    assert report.languages["python"] == 3
    assert report.generation == 1
    assert report.symbols >= 6 + 4
    assert report.edges >= 3
    assert {one.reason: one.examples for one in report.skipped} == {"binary": ("notes.bin",)}
    assert report.seconds > 0
    assert report.peak_bytes is None or report.peak_bytes > 1 << 20
    assert list(dict.fromkeys(one.phase for one in heard)) == ["walk", "parse", "commit", "build", "publish", "done"]
    assert heard[-1].files_done == 6
    assert (tmp_path / ".leindex" / ".gitignore").read_text() == "*\n"


def test_search_finds_a_symbol_and_a_behaviour(shop: LeIndex) -> None:
    """A name, a question in words, and a text that no grammar parses."""
    assert shop.search("Cart.total")[0].symbol == "shop.cart.Cart.total"
    assert "shop.prices.discount_for" in [hit.symbol for hit in shop.search("what does a loyal customer pay", 3)]
    rain = shop.search("selling umbrellas in the rain", 1)[0]
    assert (rain.path, rain.language) == ("README.md", "markdown")
    assert "umbrellas" in rain.snippet
    assert rain.why


def test_search_filters_and_modes(shop: LeIndex) -> None:
    """Language, kind and path leave only what passes; each mode answers; nonsense is an error."""
    assert {hit.language for hit in shop.search("cart", language="javascript")} == {"javascript"}
    assert {hit.kind for hit in shop.search("cart", kind="class")} == {"class"}
    assert {hit.path for hit in shop.search("discount", path="shop/prices.py")} == {"shop/prices.py"}
    for mode in ("hybrid", "lexical", "semantic", "symbol"):
        assert shop.search("discount_for", mode=mode), mode
    with pytest.raises(QueryError):
        shop.search("cart", mode="psychic")  # type: ignore[arg-type]
    with pytest.raises(QueryError):
        shop.search("cart", language="klingon")


def test_callers_and_callees_name_their_places(shop: LeIndex) -> None:
    """Through the import, exactly; and out of the project, to a named external node."""
    (edge,) = shop.callers("discount_for")
    assert (edge.source, edge.target, edge.resolution) == ("shop.cart.Cart.total", "shop.prices.discount_for", "exact")
    assert edge.sites == (("shop/cart.py", 8),)
    assert [one.target for one in shop.callees("discount_for")] == ["json.loads"]
    assert [one.source for one in shop.callers("json.loads")] == ["shop.prices.discount_for"]
    with pytest.raises(QueryError):
        shop.callers("discount_for", resolution="maybe")  # type: ignore[arg-type]


def test_symbols_gives_every_match_or_names_like_it(shop: LeIndex) -> None:
    """All definitions of a name; for a misspelt one an error with the near ones."""
    (total,) = shop.symbols("total")
    assert (total.symbol, total.kind, total.path) == ("shop.cart.Cart.total", "method", "shop/cart.py")
    assert total.documentation == "Sum of all items after the discount."
    with pytest.raises(UnknownSymbolError) as error:
        shop.symbols("discont_for")
    assert "shop.prices.discount_for" in error.value.near


def test_the_graph_leaves_in_three_forms(shop: LeIndex) -> None:
    """Adjacency is one JSON object in which every definition is a key; GraphML and DOT hold the same edge."""
    stream = io.StringIO()
    shop.export_graph(stream)
    adjacency = json.loads(stream.getvalue())
    assert "shop.prices.discount_for" in adjacency["shop.cart.Cart.total"]
    assert adjacency["shop.views.showCart"] == []
    for form in ("graphml", "dot"):
        stream = io.StringIO()
        shop.export_graph(stream, form=form)  # type: ignore[arg-type]
        assert "discount_for" in stream.getvalue()
    with pytest.raises(QueryError):
        shop.export_graph(io.StringIO(), edges="hopes")
    with pytest.raises(QueryError):
        shop.export_graph(io.StringIO(), form="poem")  # type: ignore[arg-type]


def test_status_says_what_is_indexed_and_what_it_costs(shop: LeIndex) -> None:
    """Counts, freshness, and memory by part, measured."""
    status = shop.status()
    assert (status.generation, status.files, status.stale_files) == (1, 6, 0)
    assert status.languages["python"] == 3
    assert {part.name for part in status.memory.parts} == {"graph", "lexical", "vectors", "text", "trigrams"}
    assert all(part.file_bytes > 0 for part in status.memory.parts)
    assert status.memory.bytes_per_node is not None
    assert status.memory.bytes_per_node == pytest.approx(sum(status.memory.node_bytes.values()))
    if sys.platform == "linux":
        assert status.memory.pss_bytes
        assert status.memory.peak_tree_pss_bytes


def test_a_project_without_an_index_is_indexed_by_the_first_search(tmp_path: Path) -> None:
    """The answer comes, and a note says what happened; other questions do not index behind one's back."""
    with LeIndex(write(tmp_path, SOURCES)) as leindex:
        assert leindex.status().generation == 0
        with pytest.raises(NotIndexedError):
            leindex.symbols("total")
        heard: list[Progress] = []
        assert leindex.search("Cart.total", progress=heard.append)[0].symbol == "shop.cart.Cart.total"
        assert "6 files were indexed" in leindex.notes[0]
        assert heard
        leindex.search("Cart.total")
        assert leindex.notes == ()


def test_an_open_index_follows_what_others_publish(tmp_path: Path) -> None:
    """A second object indexes a change; the first one answers with it at its next question, and says how stale it was before."""
    write(tmp_path, SOURCES)
    with LeIndex(tmp_path) as reader, LeIndex(tmp_path) as writer:
        writer.index_project()
        assert reader.staleness().stale_files == 0
        write(tmp_path, {"shop/stock.py": "def refill_shelves():\n    pass\n"})
        with LeIndex(tmp_path) as fresh:
            assert fresh.staleness().stale_files == 1
        with pytest.raises(UnknownSymbolError):
            reader.symbols("refill_shelves")
        writer.index_project()
        assert reader.symbols("refill_shelves")[0].path == "shop/stock.py"
        assert len(list((tmp_path / ".leindex" / "segments").iterdir())) <= 10


def test_a_second_run_parses_only_what_changed(tmp_path: Path) -> None:
    """Nothing changed: no new generation. Edit, rename, removal: one file parsed, the rename none."""
    root = write(tmp_path, SOURCES)
    with LeIndex(root) as leindex:
        leindex.index_project()
        unchanged = leindex.index_project()
        assert (unchanged.generation, unchanged.parsed_files, unchanged.reused_files) == (1, 0, 6)
        assert unchanged.edges > 0
        (root / "shop/prices.py").touch()
        assert leindex.index_project().generation == 1
        (root / "shop/prices.py").rename(root / "shop/rates.py")
        renamed = leindex.index_project()
        assert (renamed.generation, renamed.parsed_files, renamed.removed_files) == (2, 0, 1)
        assert leindex.symbols("discount_for")[0].symbol == "shop.rates.discount_for"
        (root / "README.md").write_text("# Shop\n\nUmbrellas are out of stock.\n", encoding="utf-8")
        (root / "shop/views.js").unlink()
        edited = leindex.index_project()
        assert (edited.generation, edited.parsed_files, edited.removed_files, edited.files) == (3, 1, 1, 5)
        with pytest.raises(QueryError):
            leindex.search("showCart", language="javascript")


def test_settings_stand_over_file_and_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A keyword is a setting; an unknown one is an error that names the nearest."""
    root = write(tmp_path / "project", {**SOURCES, ".leindex.toml": 'languages = ["javascript"]\n'})
    with LeIndex(root, index_dir=str(tmp_path / "elsewhere"), languages=["python"], workers=1) as leindex:
        assert leindex.index_project().languages == {"python": 3}
    assert not (root / ".leindex").exists()
    with pytest.raises(ConfigError, match="workers"):
        LeIndex(root, wokers=1)


@pytest.mark.parametrize("package", [email, json], ids=lambda module: module.__name__)
def test_a_package_of_the_standard_library_is_indexed_whole(tmp_path: Path, package: object) -> None:
    """Real code: every module is there, and known functions are found by name and callers."""
    source = Path(package.__file__).parent  # type: ignore[attr-defined]
    shutil.copytree(source, tmp_path / source.name, ignore=shutil.ignore_patterns("__pycache__"))
    with LeIndex(tmp_path) as leindex:
        report = leindex.index_project()
        assert report.languages["python"] == sum(1 for _ in source.rglob("*.py")), report.skipped
        assert report.problems == 0
        name = "email.message.Message.get_payload" if source.name == "email" else "json.decoder.JSONDecoder.raw_decode"
        assert leindex.search(name)[0].symbol == name
        assert leindex.callers(name)


@pytest.mark.parametrize("problem", ["missing", "file", "empty", "binaries", "hidden"])
def test_a_project_that_holds_nothing_to_index_is_an_error_that_says_so(tmp_path: Path, problem: str) -> None:
    """Missing, a file, empty, only binaries, all ignored: the message tells, and nothing is left on disk but what was there."""
    project = tmp_path / "project"
    if problem == "file":
        project.write_text("x = 1")
    elif problem != "missing":
        project.mkdir()
    if problem == "binaries":
        (project / "a.py").write_bytes(b"\x00" * 100)
    elif problem == "hidden":
        write(project, {".gitignore": "*.py\n", "a.py": "x = 1\n"})
        (project / ".gitignore").rename(project / ".leindexignore")
        (project / ".leindexignore").write_text("*\n")
    with pytest.raises(ProjectError) as error:
        LeIndex(project).index_project()
    assert str(project) in str(error.value)
    if problem in {"empty", "hidden", "missing"}:
        assert not (project / ".leindex").exists()


UNGUARDED = """
import sys
from lepasserelle import LeIndex
with LeIndex(sys.argv[1] if len(sys.argv) > 1 else PROJECT) as leindex:
    print("started once")
    report = leindex.index_project()
    print(report.files, leindex.search("Cart.total")[0].symbol)
"""


@pytest.mark.parametrize("way", ["script", "stdin", "interactive", "isolated", "elsewhere"])
def test_it_works_as_unguarded_script_from_standard_input_and_in_a_prompt(tmp_path: Path, way: str) -> None:
    """No `if __name__` is needed anywhere, and a module of the standard library's name beside the script shadows nothing in
    children.
    """
    root = write(tmp_path / "shop", SOURCES)
    script = tmp_path / "script.py"
    text = UNGUARDED.replace("PROJECT", repr(str(root)))
    script.write_text(text)
    (tmp_path / "runpy.py").write_text("raise SystemExit('this module must not be imported')")
    command = {
        "script": [sys.executable, str(script), str(root)],
        "stdin": [sys.executable, "-"],
        "interactive": [sys.executable, "-i", "-q"],
        "isolated": [sys.executable, "-I", str(script), str(root)],
        "elsewhere": [sys.executable, "-P", "-c", text],
    }[way]
    lines = text.strip().replace("    report", "    report").splitlines()
    given = {"stdin": text, "interactive": "\n".join(lines) + "\n\n"}.get(way)
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2] / "src")}
    done = subprocess.run(
        command, input=given, capture_output=True, text=True, cwd=tmp_path, timeout=120, env=environment, check=False
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.split("\n")[:2] == ["started once", "6 shop.cart.Cart.total"]


def test_it_works_in_a_cell_of_a_notebook(tmp_path: Path) -> None:
    """A notebook runs cells in one namespace of a thread with a running event loop, standard input closed: so does this test."""
    root = write(tmp_path / "shop", SOURCES)
    host = tmp_path / "kernel.py"
    host.write_text(
        textwrap.dedent(
            f"""
            import asyncio, os, sys
            os.close(0)
            space = {{"__name__": "__main__"}}
            async def run(cell):
                exec(compile(cell, "<cell>", "exec"), space)
            async def main():
                await run("from lepasserelle import LeIndex\\nleindex = LeIndex({str(root)!r})")
                await run("report = leindex.index_project()")
                await run("print(report.files, leindex.search('Cart.total')[0].symbol)")
            asyncio.run(main())
            """
        )
    )
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2] / "src")}
    done = subprocess.run([sys.executable, str(host)], capture_output=True, text=True, timeout=120, env=environment, check=False)
    assert done.stdout == "6 shop.cart.Cart.total\n", done.stderr


def test_threads_may_ask_while_another_indexes(tmp_path: Path) -> None:
    """Every answer comes from one generation or the next, none fails, and none mixes them."""
    root = write(tmp_path, SOURCES)
    stop = threading.Event()
    failures: list[BaseException] = []
    with LeIndex(root) as leindex:
        leindex.index_project()

        def ask() -> None:
            while not stop.is_set():
                try:
                    names = {hit.symbol.rsplit(".", 1)[-1] for hit in leindex.search("discount_for", 5)}
                    assert names
                    (edge,) = leindex.callers("discount_for")
                    assert edge.source == "shop.cart.Cart.total"
                    assert edge.sites[0][1] in {8, 9, 10, 11}
                except BaseException as error:  # noqa: BLE001 - handed to the test's own thread
                    failures.append(error)
                    return

        threads = [threading.Thread(target=ask) for _ in range(3)]
        for thread in threads:
            thread.start()
        for number in range(3):
            text = textwrap.dedent(SOURCES["shop/cart.py"])
            (root / "shop/cart.py").write_text("#\n" * (number + 1) + text, encoding="utf-8")
            assert leindex.index_project().generation == number + 2
        stop.set()
        for thread in threads:
            thread.join()
    assert failures == []


@pytest.mark.skipif(not hasattr(os, "fork"), reason="the system has no fork")
@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
def test_a_forked_child_goes_on_asking(shop: LeIndex) -> None:
    """It opens the index anew; closing there takes nothing from the parent."""
    assert shop.search("Cart.total")
    pid = os.fork()
    if pid == 0:
        try:
            good = shop.search("Cart.total")[0].symbol == "shop.cart.Cart.total"
            shop.close()
        except BaseException:  # noqa: BLE001 - the status is all that leaves this process
            os._exit(2)
        os._exit(0 if good else 1)
    assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0
    assert shop.search("Cart.total")[0].symbol == "shop.cart.Cart.total"


def test_lines_of_the_old_macintosh_are_lines(tmp_path: Path) -> None:
    """Symbols, snippets, reading and literal search count a carriage return alone as the end of a line, in code and in prose."""
    (tmp_path / "old.py").write_bytes(b"import os\r\rdef first():\r    return os\r\rdef second():\r    return first()\r")
    (tmp_path / "old.md").write_bytes(b"# One\r\rwords\r\r# Two\r\rumbrellas\r")
    with LeIndex(tmp_path) as leindex:
        leindex.index_project()
        (found,) = leindex.symbols("second")
        assert (found.start_line, found.end_line) == (6, 7)
        assert [edge.sites for edge in leindex.callers("first")] == [(("old.py", 7),)]
        part, whole = (hit for hit in leindex.search("umbrellas", flat=True) if hit.path == "old.md")
        assert (part.start_line, part.end_line, whole.start_line, whole.end_line) == (5, 7, 1, 7)
        assert part.snippet.splitlines() == ["# Two", "", "umbrellas"]
        assert whole.snippet.splitlines() == ["# One", "", "words", "", "# Two", "", "umbrellas"]


def test_a_python_root_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    """Nothing is indexed under names that the user did not mean."""
    write(tmp_path, {"lib/a.py": "def f(): pass\n"})
    with LeIndex(tmp_path, python_roots=("lbi",)) as leindex, pytest.raises(ConfigError, match="'lbi' is no folder of"):
        leindex.index_project()
    assert not (tmp_path / ".leindex" / "manifest").exists()
