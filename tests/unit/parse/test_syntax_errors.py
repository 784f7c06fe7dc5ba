"""A syntax error costs the broken part and nothing around it, in every language, for bounded work."""

import random
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from lepasserelle.model import FileFacts, NodeKind, Role
from lepasserelle.parse import LANGUAGES, damage, parse, recovery
from lepasserelle.parse.grammar import grammar
from lepasserelle.parse.trees import tree_of

SAMPLES = Path(__file__).parents[2] / "golden" / "samples"
MARKS = b"()[]{}\"'`"

# A type, or where the language has none something else that holds functions, of three functions; the second is `%s`.
FORMS = {
    "bash": ('a() {\n  echo "one"\n}\n%s\nc() {\n  echo "three"\n}\n', "b() {\n  echo two\n}\n", ""),
    "c": ("int a(void) {\n  return 1;\n}\n%s\nint c(void) {\n  return 3;\n}\n", "int b(int x) {\n  return f(x);\n}\n", ""),
    "c_sharp": (
        "namespace N {\n  class K {\n    int A() {\n      return 1;\n    }\n%s\n    int C() {\n      return 3;\n    }\n  }\n}\n",
        "    int B(int x) {\n      return F(x);\n    }\n",
        "K",
    ),
    "cpp": (
        "namespace n {\nclass K {\n public:\n  int A() {\n    return 1;\n  }\n%s\n"
        "  int C() {\n    return 3;\n  }\n};\n}  // namespace n\n",
        "  int B(int x) {\n    return F(x);\n  }\n",
        "K",
    ),
    "elixir": (
        "defmodule K do\n  def a(x) do\n    x\n  end\n%s\n  def c(x) do\n    x\n  end\nend\n",
        "  def b(x) do\n    f(x)\n  end\n",
        "K",
    ),
    "go": (
        "package p\n\nfunc a() int {\n\treturn 1\n}\n%s\nfunc c() int {\n\treturn 3\n}\n",
        "func b(x int) int {\n\treturn f(x)\n}\n",
        "",
    ),
    "haskell": ("module M where\n\na :: Int\na = 1\n\n%s\nc :: Int\nc = 3\n", "b :: Int -> Int\nb x = f (x + 1)\n", ""),
    "java": (
        "class K {\n  int a() {\n    return 1;\n  }\n%s\n  int c() {\n    return 3;\n  }\n}\n",
        "  int b(int x) {\n    return f(x);\n  }\n",
        "K",
    ),
    "javascript": (
        "class K {\n  a() {\n    return 1;\n  }\n%s\n  c() {\n    return 3;\n  }\n}\n",
        "  b(x) {\n    return f(x);\n  }\n",
        "K",
    ),
    "kotlin": (
        "class K {\n  fun a(): Int {\n    return 1\n  }\n%s\n  fun c(): Int {\n    return 3\n  }\n}\n",
        "  fun b(x: Int): Int {\n    return f(x)\n  }\n",
        "K",
    ),
    "lua": (
        "function a()\n  return 1\nend\n%s\nfunction c()\n  return 3\nend\n",
        "function b(x)\n  return f(x)\nend\n",
        "",
    ),
    "php": (
        "<?php\nclass K {\n    function a() {\n        return 1;\n    }\n%s\n    function c() {\n        return 3;\n    }\n}\n",
        "    function b($x) {\n        return f($x);\n    }\n",
        "K",
    ),
    "python": (
        "class K:\n    def a(self):\n        return 1\n%s\n    def c(self):\n        return 3\n",
        "    def b(self, x):\n        return f(x)\n",
        "K",
    ),
    "ruby": (
        "class K\n  def a\n    1\n  end\n%s\n  def c\n    3\n  end\nend\n",
        "  def b(x)\n    f(x)\n  end\n",
        "K",
    ),
    "rust": (
        "struct K;\n\nimpl K {\n    fn a() -> u8 {\n        1\n    }\n%s\n    fn c() -> u8 {\n        3\n    }\n}\n",
        "    fn b(x: u8) -> u8 {\n        f(x)\n    }\n",
        "K",
    ),
    "scala": (
        "class K {\n  def a: Int = {\n    1\n  }\n%s\n  def c: Int = {\n    3\n  }\n}\n",
        "  def b(x: Int): Int = {\n    f(x)\n  }\n",
        "K",
    ),
    "swift": (
        "class K {\n  func a() -> Int {\n    return 1\n  }\n%s\n  func c() -> Int {\n    return 3\n  }\n}\n",
        "  func b(x: Int) -> Int {\n    return f(x)\n  }\n",
        "K",
    ),
    "zig": (
        "fn a() u8 {\n    return 1;\n}\n%s\nfn c() u8 {\n    return 3;\n}\n",
        "fn b(x: u8) u8 {\n    return f(x);\n}\n",
        "",
    ),
}
FORMS["typescript"] = FORMS["tsx"] = FORMS["javascript"]


def parents(facts: FileFacts) -> dict[str, str]:
    """Name of each definition, in small letters, and that of what it stands in."""
    return {d.name.lower(): facts.definitions[d.parent].name for d in facts.definitions[1:]}


def damaged(text: str) -> list[str]:
    """The text with each of its brackets left out in turn, and with each mark put before each of its brackets."""
    places = [place for place, mark in enumerate(text) if mark in "()[]{}"]
    texts = [text[:place] + text[place + 1 :] for place in places]
    return texts + [text[:place] + mark + text[place:] for place in places for mark in MARKS.decode()]


@pytest.mark.parametrize("language", sorted(LANGUAGES))
def test_functions_around_a_broken_one_keep_their_names_and_parents(language: str) -> None:
    """Whichever bracket is missing in a function, and whichever bracket or quote is too many."""
    form, function, owner = FORMS[language]
    whole = parents(parse((form % function).encode(), language))
    assert {"a": owner, "c": owner}.items() <= whole.items()
    for broken in damaged(function):
        facts = parse((form % broken).encode(), language)
        assert {"a": owner, "c": owner}.items() <= parents(facts).items(), broken


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("go", "package p\n\nfunc a() {\n}\n\nfunc b( {\n\tx()\n}\n\nfunc c() {\n\ty()\n}\n"),
        ("python", "def a():\n    pass\n\n\ndef broken(:\n    x()\n\n\ndef c():\n    y()\n"),
        ("javascript", "function a() {\n}\n\nfunction b( {\n  x();\n}\n\nfunction c() {\n  y();\n}\n"),
    ],
)
def test_what_follows_a_broken_head_is_told_with_its_calls(language: str, text: str) -> None:
    """The calls of the function after a head that was never finished belong to that function."""
    facts = parse(text.encode(), language)
    assert {"a": "", "c": ""}.items() <= parents(facts).items()
    called = {reference.chain: facts.definitions[reference.scope].name for reference in facts.references}
    assert called["y"] == "c"
    assert facts.problems


def test_a_statement_costs_no_more_than_itself() -> None:
    """The function around it keeps its name, its parameters and the calls of its other statements."""
    facts = parse(b"def a(x):\n    one(x)\n    two((x)\n    three(x)\n\n\ndef b():\n    four()\n", "python")
    assert [d.name for d in facts.definitions] == ["", "a", "b"]
    assert {"one", "three"} <= {r.chain for r in facts.references if facts.definitions[r.scope].name == "a"}
    assert [r.chain for r in facts.references if facts.definitions[r.scope].name == "b"] == ["four"]
    assert [problem.line for problem in facts.problems] == [3]


def test_an_unclosed_text_does_not_turn_the_file_inside_out() -> None:
    """Docstrings after a text that nobody closed are no code, and functions after it no text."""
    text = 'def a():\n    x = """one\n    return x\n\n\ndef b():\n    """Says two."""\n    return two()\n\n\n'
    text += 'def c():\n    """Says three."""\n'
    facts = parse(text.encode(), "python")
    assert {"b": "", "c": ""}.items() <= parents(facts).items()
    assert {d.name: d.documentation for d in facts.definitions}["c"] == "Says three."


def test_both_branches_of_a_condition_are_read_beside_a_broken_function() -> None:
    """Lines of the preprocessor are not seen while a damaged file is read in parts."""
    text = b"#ifdef A\nint a(void) {\n  return 1;\n}\n#else\nint b(void) {\n  return 2;\n}\n#endif\n"
    text += b"int c(int ( {\n}\nint d(void) {\n}\n"
    assert {"a": "", "b": "", "d": ""}.items() <= parents(parse(text, "c")).items()


def test_a_broken_member_belongs_to_its_class() -> None:
    """Wherever it stands: the tree of the class, which it was left out of, begins after it or ends before it."""
    for hurt in range(3):
        functions = [f"    def m{number}(self):\n        g(){'(' * (number == hurt)}\n" for number in range(3)]
        facts = parse(("class K:\n" + "\n".join(functions) + "\n\ndef f():\n    pass\n").encode(), "python")
        assert parents(facts) == {"k": "", "m0": "K", "m1": "K", "m2": "K", "f": ""}
        owner = facts.definitions[1]
        assert (owner.start_line, owner.end_line) == (1, 9)


def kept(facts: FileFacts, start_line: int, end_line: int) -> Counter[tuple[str, int]]:
    """Names, lines and depth of what stands outside some lines."""
    found: Counter[tuple[str, int]] = Counter()
    for definition in facts.definitions[1:]:
        if definition.kind != NodeKind.LAMBDA and not start_line <= definition.start_line <= end_line:
            found[definition.name, definition.start_line] += 1
    return found


@pytest.mark.parametrize("language", sorted(LANGUAGES))
def test_one_mark_in_real_code_costs_one_function(language: str) -> None:
    """Of what stands outside the function that is damaged in the golden sample, at least 98 of 100 definitions stay."""
    pick = random.Random(language)
    path = max((path for path in (SAMPLES / language).rglob("*") if path.is_file()), key=lambda path: path.stat().st_size)
    data = path.read_bytes()
    facts = parse(data, language)
    functions = [
        d for d in facts.definitions[1:] if NodeKind(d.kind).is_callable and set(data[d.start_byte : d.end_byte]) & set(MARKS)
    ]
    outside = lost = 0
    for _ in range(8):
        hurt = pick.choice(functions)
        place = pick.choice([p for p in range(hurt.start_byte, hurt.end_byte) if data[p] in MARKS])
        before = kept(facts, hurt.start_line, hurt.end_line)
        after = kept(parse(data[:place] + data[place + 1 :], language), hurt.start_line, hurt.end_line)
        outside += before.total()
        lost += (before - after).total()
    assert lost <= 0.02 * outside


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.sampled_from(["x = f(1)", "if x:\n        g()", 'y = """t"""', "z = {1: [2]}", "# it's"]), min_size=1, max_size=4),
    st.integers(0, 5),
    st.sampled_from("()[]{}\"'"),
    st.floats(0, 1),
)
@example(["x = f(1)", "x = f(1)", "# it's", "if x:\n        g()"], 0, ")", 0.59375)
@example(["x = f(1)", "# it's", "x = f(1)"], 1, "'", 0.22)
def test_any_mark_in_any_body_leaves_the_other_functions(bodies: list[str], hurt: int, mark: str, where: float) -> None:
    """Six functions of one class; a mark put anywhere behind the head of one of them."""
    body = "".join(f"        {line.replace(chr(10), chr(10) + '    ')}\n" for line in bodies)
    functions = [f"    def m{number}(self):\n{body}" for number in range(6)]
    head = len(f"    def m{hurt}(self):\n        ")
    place = head + int(where * (len(functions[hurt]) - head - 1))
    functions[hurt] = functions[hurt][:place] + mark + functions[hurt][place:]
    facts = parse(("class K:\n" + "\n".join(functions)).encode(), "python")
    others = {f"m{number}": "K" for number in range(6) if number != hurt}
    assert others.items() <= parents(facts).items()


def test_a_mark_at_the_begin_of_a_line_leaves_what_stands_behind_it_in_its_class() -> None:
    """A quote there makes a text and a name at the margin: the tree lacked but a line break, and the class had ended."""
    lines = [
        "class C:",
        "    def a(self):",
        "        x = f(1)",
        "'        # it's",
        "        y = 2",
        "    def b(self):",
        "        return 1",
    ]
    facts = parse("\n".join(lines).encode(), "python")
    assert {"a": "C", "b": "C"}.items() <= parents(facts).items()
    assert [problem.line for problem in facts.problems] == [4]


def test_a_file_without_errors_is_parsed_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """The search is never begun."""
    monkeypatch.setattr(damage, "parts_of", None)
    assert len(parse(b"def a():\n    pass\n", "python").definitions) == 2


@pytest.mark.parametrize(
    "repeated", [b"x = (1\n", b"def f(:\n    return (1\n\n", b"'''\n", b"{(", b"  " * 30 + b"if (:\n", b"\x00)("]
)
def test_the_work_is_bounded_by_the_size(monkeypatch: pytest.MonkeyPatch, repeated: bytes) -> None:
    """However much of a file is broken, no more than so many times its bytes are parsed."""
    sizes: list[int] = []

    def counted(parser: object, text: bytes) -> object:
        sizes.append(sum(min(r.end_byte, len(text)) - r.start_byte for r in parser.included_ranges))  # type: ignore[attr-defined]
        return tree_of(parser, text)  # type: ignore[arg-type]

    monkeypatch.setattr(recovery, "tree_of", counted)
    data = repeated * (120_000 // len(repeated))
    parse(data, "python")
    assert sum(sizes) <= recovery.EFFORT * len(data)
    assert len(sizes) <= recovery.EFFORT * len(data) // recovery.RANGE_BYTES


def test_a_parse_that_gets_no_further_is_stopped() -> None:
    """TSX's grammar never comes to an end with this text; the functions around it are found all the same."""
    text = b"function a() {\n  return 1;\n}\n<a {{b:>c:d(e f)\nfunction c() {\n  return 2;\n}\n"
    assert tree_of(grammar("tsx").parser, b"<a {{b:>c:d(e f)\n") is None
    facts = parse(text, "tsx")
    assert {"a": "", "c": ""}.items() <= parents(facts).items()
    assert [problem.line for problem in facts.problems] == [4]
    assert tree_of(grammar("tsx").parser, b"let x = 1") is not None


@pytest.mark.parametrize(
    "nest",
    [
        "bad = " + "\n  (" * 1000 + "1",
        "bad = [\n" + "  [\n" * 1000 + "1\n" + "  ]\n" * 1000 + "  ]",
        "bad = (" + "\n  (1" * 1000 + ")" * 1000 + ")",
    ],
)
def test_a_nest_of_a_thousand_lines_costs_itself(nest: str) -> None:
    """Taking it apart line by line used up what may be parsed, and then nothing of the file was read."""
    text = f"module M where\n\ngood :: Int\ngood = 1\n\n{nest}\n\nalso :: Int\nalso = good\n"
    facts = parse(text.encode(), "haskell")
    assert [d.name for d in facts.definitions[1:]] == ["good", "also"]
    assert ("good", 2) in [(r.chain, r.scope) for r in facts.references]
    assert facts.problems[0].line == 6


def test_a_function_whose_branches_do_not_fit_together_is_read_by_the_first_ones() -> None:
    """`#else` opens the block a second time, and one bracket closes both: read together the second `if` was a call."""
    text = b"""int before(void) { return 1; }

int written(void) {
  if (one()) {
    two();
  }
#if FAST
  else {
    three();
#else
  else if (four()) {
    five();
#endif
  }
  return before();
}

int after(void) { return written(); }
"""
    facts = parse(text, "c")
    names = [d.name for d in facts.definitions]
    assert names == ["", "before", "written", "after"]
    calls = {(names[r.scope], r.chain) for r in facts.references if r.role == Role.CALL}
    assert {("written", "one"), ("written", "two"), ("written", "three"), ("written", "before"), ("after", "written")} <= calls
    assert calls <= {*[("written", name) for name in ("one", "two", "three", "four", "five", "before")], ("after", "written")}
    assert facts.problems


def test_many_broken_places_do_not_cost_what_is_whole() -> None:
    """Finding out which of them is to blame used up what may be parsed, and then nothing was read without them."""
    broken = "".join(f"static int m{n}(void) {{\n  if (a{n}) {{\n  return {n};\n}}\n\n" for n in range(12))
    whole = "".join(f"int f{n}(void) {{\n  return g{n}();\n}}\n\n" for n in range(1500))
    facts = parse((whole[: len(whole) // 2] + "\n\n" + broken + whole[len(whole) // 2 :]).encode(), "c")
    assert {f"f{n}" for n in range(1500)} <= {d.name for d in facts.definitions}
    assert len(facts.problems) == 12


CONDITIONS_WITHIN = {
    "c_sharp": """namespace N {
    public abstract class Token : IItem
#if !(PORTABLE || OLD)
        , ICloneable
#endif
    {
        public int Count() { return 1; }
    }
    class Other { void Go() { } }
}
""",
    "swift": """class Token: Item {
    func Count() -> Int {
        switch kind {
        #if os(iOS)
        case Kind.first:
            return 1
        #elseif os(macOS)
        case Kind.second:
            return 2
        #endif
        default:
            return 3
        }
    }
}
class Other {
    func Go() {}
}
""",
}


@pytest.mark.parametrize("language", list(CONDITIONS_WITHIN))
def test_a_file_that_is_whole_without_its_directives_is_read_without_them(language: str) -> None:
    """Nothing of it was found broken, and so the grammar's own tree was taken: the class was gone, its methods were of the file."""
    facts = parse(CONDITIONS_WITHIN[language].encode(), language)
    found = parents(facts)
    assert {"count": "Token", "go": "Other"}.items() <= found.items()
    assert facts.problems == ()
