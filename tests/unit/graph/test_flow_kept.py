"""An edit of a function that changes nothing outside of it keeps what the flow of Python said; whatever it may change, the flow is
solved again. The graph is that of a fresh link either way.
"""

from collections.abc import Iterator, Sequence
from random import Random

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from small_programs import MODULES, Writer, path_of
from test_relinking import Linked, assert_same, changes_of, linked, read

from lepasserelle.graph import LinkFile, flows, value_again, value_builtin_names, value_cells, value_left, value_rounds
from lepasserelle.graph.evaluate import Evaluator
from lepasserelle.graph.remembered import Former
from lepasserelle.graph.survey import Survey
from lepasserelle.graph.value_again import Again
from lepasserelle.graph.value_flow import Flow
from lepasserelle.graph.value_said import said, stays
from lepasserelle.model.values import ValueOp
from lepasserelle.parse import parse

STORE = """import contextlib
import json
import logging
from shop.parts import Part, build

logger = logging.getLogger(__name__)

class Store:
    limit = 3
    def __init__(self, part, other=None):
        self.part = part
        self.other = other
    def load(self, text):
        found = json.loads(text)
        self.part.use(found)
        if found is None:
            raise ValueError("nothing")
        print("loaded", len(found))
        return self.part
    def save(self, where):
        part = self.part
        part.use(where)
        json.dump(where, open(where))
        return build(self)
    def each(self, places):
        for place in places:
            yield place.use(self)
    def close(self):
        contextlib.suppress(ValueError)
"""
PARTS = """class Part:
    def use(self, given):
        return given
    def __len__(self):
        return 1
    def left(self):
        raise NotImplementedError(self)

def build(given):
    return Part()

def outermost(fn):
    def inner(*args):
        return fn(*args)
    return inner

@outermost
def made():
    size = len("size")
    return Part()
"""
MAIN = """from shop.store import Store
from shop.parts import Part, build, made

def main():
    store = Store(Part(), other=made())
    store.load("{}")
    store.save("place")
    for each in store.each([Part()]):
        each.use(store)

main()
"""
SHOP = {"shop/main.py": MAIN, "shop/parts.py": PARTS, "shop/store.py": STORE}


def files_of(texts: dict[str, str]) -> list[LinkFile]:
    """All files."""
    return [read(path, text) for path, text in sorted(texts.items())]


def solved(files: Sequence[LinkFile]) -> Linked:
    """A linking that says what its flow leaves of each row, as that after an edit does."""
    left = linked(files).left
    return linked(files, Former(msgspec.structs.replace(left, flows={}), [], []))


def taken_on(
    before: Sequence[LinkFile], now: Sequence[LinkFile], left: Linked, monkeypatch: pytest.MonkeyPatch
) -> tuple[Linked, bool]:
    """(the linking after an edit, whether the flow was kept)"""
    kept = list[Again | None]()

    def noted(*arguments: object) -> Again | None:
        kept.append(said_again(*arguments))  # type: ignore[arg-type]
        return kept[-1]

    said_again = flows.said_again
    with monkeypatch.context() as patch:
        patch.setattr(flows, "said_again", noted)
        found = linked(now, Former(left.left, changes_of(before, now), []))
    return found, any(each is not None for each in kept)


def is_kept(path: str, edit: tuple[str, str], monkeypatch: pytest.MonkeyPatch) -> bool:
    """Whether the flow is kept after an edit, and after the same back; the graph is that of a fresh link each time."""
    before = files_of(SHOP)
    assert SHOP[path].count(edit[0]) == 1
    now = files_of({**SHOP, path: SHOP[path].replace(*edit)})
    found, kept = taken_on(before, now, solved(before), monkeypatch)
    assert_same(found.sections, linked(now).sections)
    back, _ = taken_on(now, before, found, monkeypatch)
    assert_same(back.sections, linked(before).sections)
    return kept


@pytest.mark.parametrize(
    "edit",
    [
        ("        json.dump(where, open(where))\n", ""),
        ("        part.use(where)\n", "        part.use(where)\n        json.dumps(where, indent=1)\n"),
        ('ValueError("nothing")', 'ValueError("nothing found")'),
        (
            "        part.use(where)\n",
            "\n\n        size = len('x')\n        print('saved', size, str(size).strip())\n        part.use(where)\n",
        ),
        ("json.dump(where, open(where))", "json.dump(where, open(where), indent=1)"),
        ("        part.use(where)\n", "        part.use(where)\n        part.use(where)\n"),
        ('        print("loaded", len(found))\n', ""),
        ("if found is None:", "if found is None or found == 3:"),
        ("contextlib.suppress(ValueError)", "print()"),
    ],
    ids=[
        "gone",
        "one more",
        "message",
        "lines move",
        "argument",
        "the same call twice",
        "what holds nothing",
        "condition",
        "last use of an import",
    ],
)
def test_an_edit_that_nobody_else_feels_keeps_the_flow(edit: tuple[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    """Calls of what lies outside, and what others do already."""
    assert is_kept("shop/store.py", edit, monkeypatch)


@pytest.mark.parametrize(
    ("path", "edit"),
    [
        ("shop/store.py", ("self.part.use(found)", "self.part.use(Store)")),
        ("shop/store.py", ("        self.part.use(found)\n", "")),
        ("shop/store.py", ("return self.part\n", "return self.other\n")),
        ("shop/store.py", ("self.part = part", "self.part = build(part)")),
        ("shop/store.py", ("yield place.use(self)", "yield place")),
        ("shop/store.py", ("print(", "setattr(found, 'use', ")),
        ("shop/store.py", ("len(found)", "len(self.part)")),
        ("shop/parts.py", ("        raise NotImpl", "        print(1)\n        raise NotImpl")),
        ("shop/store.py", ("    limit = 3\n", "    limit = build(3)\n")),
        ("shop/store.py", ("def load(self, text)", "def load(self, text, more=build)")),
        ("shop/parts.py", ("        return fn(*args)", "        print()\n        return fn(*args)")),
        ("shop/main.py", ("made())", "build)")),
        ("shop/store.py", ("        part.use(where)\n", "        with contextlib.ExitStack() as s:\n            s.pop_all()\n")),
    ],
    ids=[
        "another argument", "call gone", "another return", "put on it", "yielded", "setattr", "length of an instance", "abstract",
        "class body",
        "parameter", "function in a copied one", "keyword", "stack",
    ],
)  # fmt: skip
def test_an_edit_that_others_may_feel_is_solved_whole(path: str, edit: tuple[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    """What reaches a function of the project, an instance, or whoever asks."""
    assert not is_kept(path, edit, monkeypatch)


LEXERS = """from shop.parts import outermost

class Meta(type):
    def __new__(mcs, name, bases, namespace):
        print(name)
        return type.__new__(mcs, name, bases, namespace)

class Lexer(metaclass=Meta):
    def rate(text):
        return 1

Lexer.rate("")
"""
WRAPS = ("        print(name)\n", '        namespace["rate"] = outermost(namespace["rate"])\n')


def test_an_edit_by_which_a_metaclass_replaces_a_method_is_solved_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is put into a namespace becomes a member of all classes that it makes: no row of these tells of it."""
    texts = {"shop/lexers.py": LEXERS, "shop/parts.py": PARTS}
    before, now = files_of(texts), files_of({**texts, "shop/lexers.py": LEXERS.replace(*WRAPS)})
    found, kept = taken_on(before, now, solved(before), monkeypatch)
    back, kept_back = taken_on(now, before, found, monkeypatch)
    assert (kept, kept_back) == (False, False)
    assert_same(found.sections, linked(now).sections)
    assert_same(back.sections, linked(before).sections)


DECLARED = """class A:
    def go(self):
        return B()

class B:
    def go(self):
        return A()

def use(x: A):
    return x.go()

use(A())
use(B())
"""


@pytest.mark.parametrize("declared", ["x: B", "x", "x: int"])
def test_an_edit_of_the_declared_type_of_a_parameter_is_solved_whole(declared: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The rows are the same, and yet the parameter admits other values."""
    before, now = files_of({"a.py": DECLARED}), files_of({"a.py": DECLARED.replace("x: A", declared)})
    found, kept = taken_on(before, now, solved(before), monkeypatch)
    assert not kept
    assert_same(found.sections, linked(now).sections)


HANDED_ON = {
    "shop/a.py": "def first(given):\n    return given\n",
    "shop/b.py": "from shop.parts import Part\n\nclass Proxy:\n    def __init__(self):\n        self.real = Part()\n"
    "    def __getattr__(self, name):\n        return getattr(self.real, name)\n\ndef handed():\n    return Proxy().use(1)\n",
    "shop/parts.py": PARTS,
}


def test_an_edit_by_which_a_hook_remembers_what_it_gives_is_solved_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    """`self.__dict__[name] = …` holds nothing and asks for nothing, and yet the reads behind the first enter the hook no more."""
    changed = HANDED_ON["shop/b.py"].replace("        return getattr(", "        self.__dict__[name] = 1\n        return getattr(")
    before, now = files_of(HANDED_ON), files_of({**HANDED_ON, "shop/b.py": changed})
    found, kept = taken_on(before, now, solved(before), monkeypatch)
    assert not kept
    assert_same(found.sections, linked(now).sections)


@pytest.mark.parametrize(("member", "kept"), [("other", True), ("use", False)])
def test_who_reads_a_member_first_that_is_handed_on_stands_for_all(
    member: str, kept: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The contexts of `__getattr__` hang on the first row that reads a member of a name, whatever it is read of."""
    before = files_of(HANDED_ON)
    edited = HANDED_ON["shop/a.py"].replace("    return", f"    unknown.{member}\n    return")
    now = files_of({**HANDED_ON, "shop/a.py": edited})
    found, was_kept = taken_on(before, now, solved(before), monkeypatch)
    assert was_kept == kept
    assert_same(found.sections, linked(now).sections)


@pytest.mark.parametrize(
    "reads", ["import shop.store\nshop.store.contextlib.closing(1)\n", "from shop.store import contextlib as c\nc.closing(1)\n"]
)
def test_an_import_that_another_file_reads_is_not_at_rest_when_its_own_file_uses_it_no_more(
    reads: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By the module, or by its name."""
    texts = {**SHOP, "shop/other.py": reads}
    before = files_of(texts)
    now = files_of({**texts, "shop/store.py": STORE.replace("contextlib.suppress(ValueError)", "print()")})
    found, kept = taken_on(before, now, solved(before), monkeypatch)
    assert not kept
    assert_same(found.sections, linked(now).sections)


def test_edits_that_brought_many_rows_are_solved_whole_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Who counts calls and steps would be told too little else; then it begins anew."""
    monkeypatch.setattr(value_again, "MOST_BROUGHT", 3)
    files, kept = files_of(SHOP), list[bool]()
    left = solved(files)
    for number in range(6):
        now = files_of({**SHOP, "shop/store.py": STORE.replace('"nothing"', f'"nothing", {number}')})
        left, is_kept = taken_on(files, now, left, monkeypatch)
        assert_same(left.sections, linked(now).sections)
        files = now
        kept.append(is_kept)
    assert kept[0]
    assert kept[kept.index(False) + 1]


@pytest.mark.parametrize(("room", "is_left"), [(100, True), (0, False)])
def test_a_function_with_nearly_as_many_callers_as_are_followed_leaves_nothing(
    room: int, is_left: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One more call may be one that is followed no more."""
    monkeypatch.setattr(value_left, "MOST_CALLERS", value_left.MOST_BROUGHT + room)
    assert bool(solved(files_of(SHOP)).left.flows["python"].left) == is_left


def test_without_what_a_flow_left_it_is_solved_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    """A first linking leaves nothing of its rows: the linking after the first edit does."""
    before = files_of(SHOP)
    now = files_of({**SHOP, "shop/store.py": STORE.replace('"nothing"', '"none"')})
    first = linked(before)
    assert first.left.flows["python"].left == b""
    found, kept = taken_on(before, now, first, monkeypatch)
    assert not kept
    _, kept = taken_on(now, before, found, monkeypatch)
    assert kept


OUTSIDE = "import contextlib, json, operator, types\n"
HANDING = """class C:
    def __init__(self, u=None):
        self.x = A()
    def __getattr__(self, u):
        return getattr(self.x, u)
    def run(self, u):
        return C().item(u)
    def item(self, u):
        raise NotImplementedError
"""


CALLED = (
    "len", "print", "str", "isinstance", "json.dumps", "ValueError", "unknown", "sorted", "tuple", "getattr",
    "m0.json.load", "p.operator.add", "types.new_class",
    "contextlib.ExitStack", "w.enter_context", "w.callback", "operator.methodcaller", "types.MethodType", "reversed",
)  # fmt: skip


class Talking(Writer):
    """Programs that also call what lies outside, and edits of one line."""

    def _outside(self) -> str:
        given = [self._pick(("u", "v", "w", "f", "'a'", "1", "self", "u.x", "v.run", "[u]", "*v", "k=u")) for _ in range(2)]
        name = self._pick(CALLED)
        behind = self._pick(("", "", ".x", ".run()", "[0]", ".items()"))
        return f"{name}({', '.join(given[: self._random.randint(0, 2)])}){behind}"

    def _expression(self, *, within: bool = False, local: bool = False) -> str:
        return self._outside() if local and self._chance(0.45) else super()._expression(within=within, local=local)

    def _statement(self, *, within: bool) -> str:
        if self._chance(0.5):
            return super()._statement(within=within)
        value, name = self._expression(within=within, local=True), self._pick(("u", "v", "w"))
        forms = (
            "{n} = {v}", "{v}", "raise {v}", "return {v}", "if {n} is None: {v}", "if isinstance({n}, str): {v}", "{n} += {v}",
            "{n} = [{v}, {n}]", "with {v} as {n}: {n}.run()", "{n} = {{{v}: {n}}}", "assert {n} == {v}",
            "for {n} in {v}: print({n})",
            "with contextlib.ExitStack() as {n}: {v}", "{n} = -{n}", "{n} = getattr(self, 'r' + {n})", "{n} = getattr({n}, 'run')",
            "raise NotImplementedError", "raise NotImplementedError({v})", "if {n}: raise NotImplementedError()",
            "{n}[{n}] = {v}", "return None", "return '{n}'", "return {n}", "if {n} and {n}.f: {v}",
        )  # fmt: skip
        return self._pick(forms).format(n=name, v=value)

    def module(self) -> list[str]:
        """With what lies outside imported, and a class that hands on whatever it is asked for."""
        taken = self._pick(("", "from m0 import json\n", "from p import operator\n", "from m1 import json as types\n"))
        return [OUTSIDE + taken, *super().module(), HANDING, *super().module()]

    def edited(self, units: list[str]) -> list[str]:
        """A line of a body more, gone, another or twice."""
        found, at = list(units), self._random.randrange(len(units))
        lines = found[at].splitlines(keepends=True)
        body = [number for number, line in enumerate(lines) if line[:4] == "    " and line.split()[0] not in ("def", "class")]
        body = [number for number in body if "@" not in lines[number]]
        if not body:
            return super().edited(units)
        number = self._random.choice(body)
        indent = lines[number][: len(lines[number]) - len(lines[number].lstrip())]
        line = f"{indent}{self._statement(within=len(indent) > 4)}\n"
        lines[number : number + self._pick((0, 0, 1))] = [self._pick((line, line, lines[number], f"{indent}pass\n"))]  # type: ignore[call-overload]
        found[at] = "".join(lines)
        return found

    def _pick(self, among):  # type: ignore[no-untyped-def]
        return self._random.choice(among)


@settings(max_examples=12, deadline=None, derandomize=True)
@given(st.integers(0, 1 << 32), st.sampled_from([2, 26]))
def test_after_edits_of_bodies_the_graph_is_that_of_a_fresh_link(seed: int, bound: int) -> None:
    """Six edits one after the other, each on top of what the one before left, also where most cells are full."""
    random = Random(seed)
    writer, order = Talking(random), sorted(MODULES, key=path_of)
    units = {module: writer.module() for module in MODULES}
    with pytest.MonkeyPatch.context() as patch:
        for engine in (value_cells, value_rounds):
            patch.setattr(engine, "MOST_VALUES", bound)
            patch.setattr(engine, "MOST", (min(bound, 12),) * 16)
        patch.setattr(value_rounds, "MOST_FEW", min(bound, 12))
        files = [read(path_of(module), "".join(units[module])) for module in order]
        left = solved(files)
        for _ in range(6):
            module = random.choice(order)
            units[module] = writer.edited(units[module])
            now = [
                read(path_of(each), "".join(units[each])) if each == module else file
                for each, file in zip(order, files, strict=True)
            ]
            left, _ = taken_on(files, now, left, patch)
            assert_same(left.sections, linked(now).sections)
            files = now


@settings(max_examples=30, deadline=None, derandomize=True)
@given(st.integers(0, 1 << 32))
def test_rows_that_stay_say_the_same_of_rows_that_stay_in_the_same_order(seed: int) -> None:
    """Operands are matched rows, and no two change places."""
    writer = Talking(Random(seed))
    units = writer.module()
    versions = [parse("".join(each).encode(), "python").values for each in (units, writer.edited(units))]
    before, after = (said(code) for code in versions if code is not None)
    found = stays(before, after)
    assert list(found.values()) == sorted(set(found.values()))
    for old, new in found.items():
        assert (before[old].operation, before[old].content) == (after[new].operation, after[new].content)
        assert [found[term] for term in before[old].terms] == list(after[new].terms)


@pytest.fixture
def solved_flow() -> Iterator[Flow]:
    """A solved flow of a program."""
    survey = Survey()
    for file in files_of(SHOP):
        survey.add(file)
    survey.close()
    evaluator = Evaluator(survey)
    for node in sorted(survey.bases):
        evaluator.prepare(node)
    evaluator.prepared()
    program = survey.programs["python"]
    with survey.renewed():
        program.close()
        flow = Flow(survey, evaluator, program)
        flow.solve()
        yield flow
        flow.end()


def test_all_that_built_ins_do_is_known_by_name(solved_flow: Flow) -> None:
    """Who forgets one here takes a call of it for one that does nothing."""
    assert set(vars(solved_flow.builtins)["_known"]) == set(value_builtin_names.KNOWN)


@pytest.mark.parametrize("name", sorted(value_builtin_names.GIVE_ONLY))
def test_what_is_said_to_give_only_does_nothing_where_nobody_asks_for_its_result(name: str, solved_flow: Flow) -> None:
    """Whatever it is given: no cell is made, none is watched, nothing is asked for, put or entered."""
    flow, cells = solved_flow, solved_flow.cells

    def state() -> list[object]:
        parts = (cells, flow.items, flow.members, flow.calls, flow.fields, flow)
        return [
            {word: len(held) for word, held in vars(part).items() if isinstance(held, list | dict | set | bytearray)}
            for part in parts
        ]

    call = next(row for row in flow.program.of(ValueOp.CALL) if flow.calls.arguments(row))
    term, word = flow.calls.arguments(call)[1], flow.strings["key"]
    before = state()
    for handed in ((), (0, term), (0, term, 0, term), (0, term, 0, -word, 0, term), (word, term)):
        vars(flow.builtins)["_known"][name](handed, 0, call, call)
    assert state() == before


HANDLED = frozenset(
    """DEFINITION PARAMETER OUTER IMPORT ATTRIBUTE CALL ITEM PART REST ITERATE PHI DISPLAY COLLECT COPY ENTER OPERATE PARENT RAISED
    DECORATE CLASS SENT SHARED STARRED NARROW RESULT""".split()  # noqa: SIM905
)
TOLD = frozenset(
    """FUNCTION CLASS MODULE INSTANCE OUTSIDE CONSTANT CONTAINER PARTIAL BOUND METHOD OPAQUE GENERATOR PARENT PROPERTY FITTING
    """.split()  # noqa: SIM905
)


def test_what_is_handled_is_what_was_judged(solved_flow: Flow) -> None:
    """A new handler of rows of Python, or a new tag of values, has to be looked at in `value_asked` and `value_inert`."""
    others = set(solved_flow.ecma.table())
    handled = {ValueOp(number).name for number, each in enumerate(vars(solved_flow)["_handlers"]) if each is not None}
    assert handled - {ValueOp(number).name for number in others} == HANDLED
    tags = {
        name
        for name, value in vars(value_cells).items()
        if isinstance(value, int) and 0 <= value <= value_cells.TAG and name.isupper() and "_" not in name
    }
    assert tags - {"SHIFT", "TAG"} == TOLD
