"""Functions and classes that have a name of their own beside the one that they are bound by."""

from pathlib import Path

import pytest

from lepasserelle import LeIndex, UnknownSymbolError

TEXT = """\
const outer = function inner(n) { if (n) inner(n - 1); };
const holder = {};
holder.method = function worker(n) { worker(n - 1); };
const Bound = class Own { make() { return new Own(); } };
outer(2);
"""


def test_a_function_is_found_by_both_of_its_names(tmp_path: Path) -> None:
    """It is one definition, called by the name that it is bound by, and calls itself by its own."""
    (tmp_path / "a.js").write_text(TEXT, "utf-8")
    (tmp_path / "b.js").write_text("function inner() {}\n", "utf-8")
    with LeIndex(tmp_path) as leindex:
        leindex.index_project()
        assert sorted(each.symbol for each in leindex.symbols("inner")) == ["a.outer", "b.inner"]
        assert [each.symbol for each in leindex.symbols("a.inner")] == ["a.outer"]
        assert [each.symbol for each in leindex.symbols("holder.worker")] == ["a.holder.method"]
        assert [each.symbol for each in leindex.symbols("Own")] == ["a.Bound"]
        assert [(edge.source, edge.target) for edge in leindex.callers("a.inner")] == [
            ("a", "a.outer"),
            ("a.outer", "a.outer"),
        ]
        assert leindex.search("worker", mode="symbol")[0].symbol == "a.holder.method"
        with pytest.raises(UnknownSymbolError):
            leindex.symbols("elsewhere.inner")


def test_a_second_name_that_comes_or_goes_is_found_so(tmp_path: Path) -> None:
    """An index that is brought up to date answers as a new one, also where nothing but the second name has changed."""
    file = tmp_path / "a.js"
    with LeIndex(tmp_path) as leindex:
        for name in ("first", "second"):
            file.write_text(f"const outer = function {name}() {{}};\n", "utf-8")
            leindex.index_project()
            assert [each.symbol for each in leindex.symbols(name)] == ["a.outer"]
        with pytest.raises(UnknownSymbolError):
            leindex.symbols("first")


def test_a_function_that_is_bound_to_a_receiver_is_read(tmp_path: Path) -> None:
    """`f.bind(x)` hands it on to who calls it, so that it is not told as unreferenced; one that nobody names is."""
    text = "function handed() {}\nconst kept = () => {};\nfunction left() {}\n"
    text += "export function use(s) { s.on(handed.bind(s), kept.bind(s)); }\n"
    (tmp_path / "a.js").write_text(text, "utf-8")
    with LeIndex(tmp_path) as leindex:
        leindex.index_project()
        assert [each.symbol for each in leindex.unreferenced()] == ["a.left"]
