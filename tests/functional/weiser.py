"""Programs made at random, what is left of them when a slice is kept, and running both: the means of Weiser's property."""

import ast
from collections.abc import Callable

from hypothesis import strategies as st

from lepasserelle.graph.statements.dependence import Dependences
from lepasserelle.graph.statements.slicing import backward
from lepasserelle.graph.statements.system import System
from lepasserelle.model.body import Body
from lepasserelle.parse.bodies import lower

NUMBERS = ("a", "b", "c")
LISTS = ("xs", "ys")
BOXES = ("p", "q")

PRELUDE = """
class Box:
    def __init__(self):
        self.v = 0
        self.w = [0]

    def put(self, value):
        self.v = value
        return self

    def grow(self, value):
        self.w.append(value)
        return len(self.w)

def half(n):
    if n % 2:
        raise ValueError(n)
    return n // 2

def push(target, value):
    target.append(value)
    return target

def second(first, wanted):
    rest = [first]
    rest.append(wanted)
    return wanted

def swap(box, other):
    box.w, other.w = other.w, box.w
    return box

def down(n, box):
    if n > 0:
        box.v = n
        return down(n - 1, box)
    return box.v

def each(some, n):
    if n > 2:
        some.append(n)
    for one in some[:3]:
        more = one + n
        yield more
    some.append(0)

def through(some, n):
    yield from each(some, n)
    yield n

class Quiet:
    def __enter__(self):
        return self

    def __exit__(self, *what):
        return what[0] is not None and issubclass(what[0], ValueError)

suppress = Quiet
"""

HEAD = [
    "def subject(a, b, c, xs, ys, probe):",
    "    p = Box()",
    "    q = Box()",
    "    w1 = w2 = w3 = 0",
    "    f = None",
    "    g = iter(())",
]


class _Writer:
    """Writes one program, drawing every choice."""

    def __init__(self, draw: st.DrawFn, *, generators: bool) -> None:
        self._draw = draw
        self._generators = generators
        self.lines = list(HEAD)
        self.left = draw(st.integers(3, 14))
        self._loops = 0

    def pick(self, *choices: str) -> str:
        """One of these."""
        return self._draw(st.sampled_from(choices))

    def often(self) -> bool:
        """Yes or no."""
        return self._draw(st.booleans())

    # ── expressions ──

    def value(self, deep: int = 0) -> str:
        """An expression that is a number."""
        forms = ["name", "literal", "field", "item"]
        if deep < 2:
            forms += ["sum", "choice", "bool", "call", "walrus", "length", "comprehension", "product"]
        below = deep + 1
        name, some = self.pick(*NUMBERS), self.pick(*LISTS)
        return {
            "name": lambda: name,
            "literal": lambda: str(self._draw(st.integers(-2, 4))),
            "field": lambda: f"{self.pick(*BOXES)}.v",
            "item": lambda: f"{some}[{self.pick('0', '-1', 'a')}]",
            "sum": lambda: f"({self.value(below)} + {self.value(below)})",
            "product": lambda: f"({self.value(below)} * {self.value(below)} % 7)",
            "choice": lambda: f"({self.value(below)} if {self.test(below)} else {self.value(below)})",
            "bool": lambda: f"({self.value(below)} {self.pick('and', 'or')} {self.value(below)})",
            "call": lambda: f"half({self.value(below)})",
            "walrus": lambda: f"({name} := {self.value(below)})",
            "length": lambda: f"len({some})",
            "comprehension": lambda: f"sum([k + {name} for k in {some}])",
        }[self.pick(*forms)]()

    def test(self, deep: int = 0) -> str:
        """A condition."""
        return f"{self.value(deep + 1)} {self.pick('<', '==', '>', '!=', 'and', 'or')} {self.value(deep + 1)}"

    # ── statements of one line ──

    def simple(self) -> str:
        """A statement that does not jump."""
        name, other, some, more = self.pick(*NUMBERS), self.pick(*NUMBERS), self.pick(*LISTS), self.pick(*LISTS)
        box, crate = self.pick(*BOXES), self.pick(*BOXES)
        forms = {
            "number": lambda: f"{name} = {self.value()}",
            "augmented": lambda: f"{name} += {self.value()}",
            "field": lambda: f"{box}.v = {self.value()}",
            "item": lambda: f"{some}[0] = {self.value()}",
            "append": lambda: f"{some}.append({self.value()})",
            "alias": lambda: f"{some} = {more}",
            "list": lambda: f"{some} = [{self.value()}, {name}]",
            "box": lambda: f"{box} = {crate}",
            "unpack": lambda: f"{name}, *{some} = {more}",
            "push": lambda: f"{some} = push({more}, {self.value()})",
            "method": lambda: f"{name} = {box}.grow({self.value()})",
            "chain": lambda: f"{name} = {box}.put({self.value()}).v",
            "holds": lambda: f"{box}.w = {some}",
            "inner": lambda: f"{some} = {box}.w",
            "parallel": lambda: f"{name}, {other} = {other}, {name}",
            "extend": lambda: f"{some} += [{self.value()}]",
            "maybe": lambda: f"{self.test()} and {some}.append({name})",
            "closure": lambda: f"f = lambda: {some}.append({name})",
            "run": lambda: "f and f()",
            "assertion": lambda: f"assert {self.test()}",
            "second": lambda: f"{name} = second({some}, {other})",
            "swap": lambda: f"{box} = swap({crate}, q)",
            "down": lambda: f"{name} = down({other}, {box})",
            "delete": lambda: f"del {some}[0]",
        }
        often = ["number", "number", "number", "run", "run", "closure"]
        if self._generators:
            forms |= {
                "generator": lambda: f"g = {self.pick('each', 'through')}({some}, {self.value()})",
                "next": lambda: f"{name} = next(g, {other})",
                "drain": lambda: f"{some} = list(g)",
                "listed": lambda: f"{name} = sum(through({some}, {other}))",
            }
            often += ["generator", "next", "drain"] * 3
        return forms[self.pick(*often, *forms)]()

    def emit(self, indent: int, text: str) -> None:
        """One line."""
        self.lines.append(" " * indent + text)

    # ── blocks ──

    def block(self, indent: int, in_loop: bool, deep: int) -> None:
        """A run of statements; never empty."""
        for _ in range(self._draw(st.integers(1, 4))):
            if self.left <= 0:
                self.emit(indent, "pass")
                return
            self.statement(indent, in_loop, deep)

    def statement(self, indent: int, in_loop: bool, deep: int) -> None:
        """Any statement."""
        self.left -= 1
        compound = [self.branch, self.branch, self.count, self.repeat, self.attempt, self.attempt, self.manage, self.match]
        forms = [lambda *_: self.emit(indent, self.simple())] * 6 + [self.jump] * (2 if in_loop else 1)
        if deep < 3:
            forms += [*compound, self.define]
        self._draw(st.sampled_from(forms))(indent, in_loop, deep + 1)

    def jump(self, indent: int, in_loop: bool, deep: int) -> None:
        """Leaves, perhaps only on a condition."""
        word = self.pick("raise ValueError(a)", "return a", *(["break", "continue"] * 3 if in_loop else []))
        if self.often():
            self.emit(indent, f"if {self.test()}:")
            indent += 4
        self.emit(indent, word)

    def branch(self, indent: int, in_loop: bool, deep: int) -> None:
        """`if`, `elif`, `else`."""
        self.emit(indent, f"if {self.test()}:")
        self.block(indent + 4, in_loop, deep)
        for _ in range(self._draw(st.integers(0, 2))):
            self.emit(indent, f"elif {self.test()}:")
            self.block(indent + 4, in_loop, deep)
        self.otherwise(indent, in_loop, deep)

    def count(self, indent: int, in_loop: bool, deep: int) -> None:
        """`for`, sometimes over an iterator that others use too."""
        some = self.pick(*LISTS)
        sources = ["range(3)", f"list({some})", f"{some}[:3]", *(["g", "g", f"each({some}[:], a)"] if self._generators else [])]
        self.emit(indent, f"for {self.pick(*NUMBERS)} in {self.pick(*sources)}:")
        self.block(indent + 4, True, deep)
        self.otherwise(indent, in_loop, deep)

    def repeat(self, indent: int, in_loop: bool, deep: int) -> None:
        """`while`, with a counter that ends it."""
        self._loops += 1
        if self._loops > 3:
            self.emit(indent, self.simple())
            return
        name = f"w{self._loops}"
        self.emit(indent, f"{name} = 0")
        self.emit(indent, f"while {self.pick(f'{name} < 3', 'True')}:")
        self.emit(indent + 4, f"{name} += 1")
        self.emit(indent + 4, f"if {name} > 4:")
        self.emit(indent + 8, "break")
        self.block(indent + 4, True, deep)
        self.otherwise(indent, in_loop, deep)

    def manage(self, indent: int, in_loop: bool, deep: int) -> None:
        """`with` that swallows what is raised in it."""
        self.emit(indent, f"with {self.pick('suppress()', 'suppress() as f')}:")
        self.block(indent + 4, in_loop, deep)

    def match(self, indent: int, in_loop: bool, deep: int) -> None:
        """`match` with guards and captures."""
        self.emit(indent, f"match {self.pick(*NUMBERS, *LISTS)}:")
        patterns = st.lists(st.sampled_from(["0", "1 | 2", "[a, *_]", "[b]", "int()"]), min_size=1, max_size=3)
        for pattern in self._draw(patterns):
            self.emit(indent + 4, f"case {pattern}{f' if {self.test()}' if self.often() else ''}:")
            self.block(indent + 8, in_loop, deep)
        if self.often():
            self.emit(indent + 4, "case c:")
            self.block(indent + 8, in_loop, deep)

    def define(self, indent: int, in_loop: bool, deep: int) -> None:
        """A function that changes numbers of the one around it, and others' lists."""
        self.emit(indent, "def f():")
        self.emit(indent + 4, "nonlocal a, b, c")
        line = self.pick("a = b", "b += c", "c = len(xs)", "xs.append(a)", "p.v = q.v + b", "a, c = c, a", "ys[0] = a")
        self.emit(indent + 4, line)

    def attempt(self, indent: int, in_loop: bool, deep: int) -> None:
        """`try` in all its forms."""
        self.emit(indent, "try:")
        self.block(indent + 4, in_loop, deep)
        handlers = self._draw(st.lists(st.sampled_from(["ValueError", "(IndexError, TypeError)", "Exception as f"]), max_size=2))
        for handler in handlers:
            self.emit(indent, f"except {handler}:")
            self.block(indent + 4, in_loop, deep)
        if handlers and self.often():
            self.emit(indent, "else:")
            self.block(indent + 4, in_loop, deep)
        if not handlers or self.often():
            self.emit(indent, "finally:")
            self.block(indent + 4, in_loop, deep)

    def otherwise(self, indent: int, in_loop: bool, deep: int) -> None:
        """Sometimes an `else`."""
        if self.often():
            self.emit(indent, "else:")
            self.block(indent + 4, in_loop, deep)

    def finish(self) -> tuple[str, int]:
        """The text, with a probe at some line."""
        while self.left > 0:
            self.statement(4, False, 0)
        self.lines.append("    return a")
        lines = self.lines
        words = {"else:", "elif", "except", "finally:", "case", "nonlocal"}
        places = [number for number in range(len(HEAD), len(lines)) if lines[number].split()[0] not in words]
        place = self._draw(st.sampled_from(places))
        if any(word in lines[place - 1] for word in ("def f", "match", "nonlocal")):
            place = len(lines) - 1
        indent = len(lines[place]) - len(lines[place].lstrip())
        watched = self.pick(*NUMBERS, *LISTS, "p.v", "q.w", "[p.v, q.v, xs]")
        lines.insert(place, " " * indent + f"probe({watched})")
        return "\n".join(lines) + "\n", place + 1


@st.composite
def programs(draw: st.DrawFn, *, generators: bool = False) -> tuple[str, int]:
    """The text of `subject`, and the line of the probe in it; with or without generators that change what they are given."""
    return _Writer(draw, generators=generators).finish()


class _Keeper(ast.NodeTransformer):
    """Removes every statement whose head is not kept."""

    def __init__(self, kept: set[int]) -> None:
        self._kept = kept

    def block(self, statements: list[ast.stmt]) -> list[ast.stmt]:
        left = []
        for one in statements:
            if one.lineno in self._kept:
                left.append(self.inside(one))
            else:
                assert not self._kept & set(range(one.lineno + 1, (one.end_lineno or 0) + 1)), "a part without its whole"
        return left or [ast.Pass()]

    def inside(self, one: ast.stmt) -> ast.stmt:
        if isinstance(one, ast.FunctionDef):
            return one
        for name in ("body", "orelse", "finalbody"):
            part = getattr(one, name, None)
            if part:
                setattr(one, name, self.block(part))
        if isinstance(one, ast.Try):
            one.handlers = [handler for handler in one.handlers if handler.lineno in self._kept]
            for handler in one.handlers:
                handler.body = self.block(handler.body)
            if not one.handlers:
                one.orelse = []
                one.finalbody = one.finalbody or [ast.Pass()]
        if isinstance(one, ast.Match):
            one.cases = [case for case in one.cases if case.pattern.lineno in self._kept]
            for case in one.cases:
                case.body = self.block(case.body)
            if not one.cases:
                return ast.Expr(one.subject)
        return one


def lines_of_slice(text: str, line: int) -> set[int]:
    """Lines whose statements are in the backward slice from a line."""
    data = text.encode()
    body = lower(data, "python", 0, len(data))
    assert body is not None
    found = Dependences(body)
    start = next(number for number, one in reversed(list(enumerate(body.statements))) if one.start_line == line)
    nodes = backward(found, [start])
    return {body.statements[owner].start_line for node in nodes if (owner := found.flow.owners[node]) >= 0}


class OneText:
    """The functions of one text, entered by their names: what the graph says of a project."""

    def __init__(self, text: str) -> None:
        self._data = text.encode()
        self._bodies: list[Body] = []
        starts = [0]
        for line in self._data.split(b"\n"):
            starts.append(starts[-1] + len(line) + 1)
        self.names: list[str] = []
        for one in ast.walk(ast.parse(text)):
            if isinstance(one, ast.FunctionDef) and one.name != "f":
                end = starts[(one.end_lineno or 0) - 1] + (one.end_col_offset or 0)
                body = lower(self._data, "python", starts[one.lineno - 1] + one.col_offset, end)
                assert body is not None
                self._bodies.append(body)
                self.names.append(one.name)

    def body(self, function: int) -> Body:
        """By number."""
        return self._bodies[function]

    def targets(self, function: int, statement: int, call: int) -> tuple[tuple[int, bool], ...]:
        """By the last name of the callee, where one function has it."""
        base, _, name = self._bodies[function].statements[statement].calls[call].chain.rpartition(".")
        name = "__init__" if name == "Box" else name
        if name not in self.names or name == "subject":
            return ()
        return ((self.names.index(name), bool(base) or name == "__init__"),)

    def callers(self, function: int) -> list[int]:
        """By looking at all."""
        return [
            caller
            for caller, body in enumerate(self._bodies)
            for number, statement in enumerate(body.statements)
            for call in range(len(statement.calls))
            if any(target == function for target, _ in self.targets(caller, number, call))
        ]

    def writers(self, function: int, name: str) -> list[int]:
        """By looking for the name outside the functions' own, where it is written or given to a call."""
        return [
            other
            for other, body in enumerate(self._bodies)
            if name not in body.variables
            and any(
                name
                in {*(write.place[0] for write in one.writes), *(use.place[0] for use in one.uses if use.call >= 0 or one.writes)}
                for one in body.statements
            )
        ]

    def readers(self, function: int, name: str) -> list[int]:
        """The same for what is read."""
        return [
            other
            for other, body in enumerate(self._bodies)
            if name not in body.variables and any(name == use.place[0] for one in body.statements for use in one.uses)
        ]

    def fields(self, function: int) -> frozenset[str]:
        """No class has any."""
        return frozenset()

    def encloser(self, function: int, name: str) -> int:
        """None: functions inside functions are statements."""
        return -1

    def nested(self, function: int) -> list[int]:
        """None."""
        return []

    def definition(self, function: int) -> None:
        """None matters."""

    def made_by(self, function: int, statement: int) -> list[int]:
        """None inside another."""
        return []

    def keepers(self, function: int) -> list[tuple[int, int]]:
        """None is an attribute."""
        return []

    def declarations(self, function: int, line: int) -> list[tuple[int, int]]:
        """None."""
        return []

    def is_changeable(self, function: int, name: str) -> bool:
        """The lists that all functions see hold numbers and get no second name."""
        return False


def lines_across_calls(text: str, line: int) -> set[int]:
    """As `lines_of_slice`, with the functions that are called."""
    program = OneText(text)
    system = System(program, 5, 50)
    subject = program.names.index("subject")
    found = system.dependences(subject)
    assert found is not None
    start = next(number for number, one in reversed(list(enumerate(found.body.statements))) if one.start_line == line)
    lines = set()
    for function, nodes in system.backward(subject, [start]).items():
        known = system.dependences(function)
        assert known is not None
        lines |= {known.body.statements[known.flow.owners[node]].start_line for node in nodes if known.flow.owners[node] >= 0}
    return lines


def only_across_calls(text: str, kept: set[int]) -> str:
    """Every function with nothing but its kept statements; what begins `subject` stays, so that each variable has a value."""
    tree = ast.parse(text)
    start = text[: text.index(HEAD[0])].count("\n") + 1
    kept = kept | set(range(start, start + len(HEAD)))
    for one in ast.walk(tree):
        if isinstance(one, (ast.Module, ast.ClassDef)) and getattr(one, "name", "") != "Quiet":
            for function in one.body:
                if isinstance(function, ast.FunctionDef):
                    function.body = _Keeper(kept).block(function.body)
    return ast.unparse(ast.fix_missing_locations(tree))


def only(text: str, kept: set[int]) -> str:
    """The program with nothing but the kept statements."""
    tree = ast.parse(text)
    function = tree.body[0]
    assert isinstance(function, ast.FunctionDef)
    function.body = _Keeper(kept).block(function.body)
    return ast.unparse(ast.fix_missing_locations(tree))


class UnfinishedError(Exception):
    """The program did not end normally."""


def observe(text: str, arguments: tuple[object, ...], prelude: str = PRELUDE) -> list[str]:
    """What the probe saw. Raises `UnfinishedError` when the program raised."""
    names: dict[str, object] = {}
    exec(prelude, names)
    exec(text, names)
    seen: list[str] = []
    subject: Callable[..., object] = names["subject"]  # type: ignore[assignment]
    try:
        subject(*arguments, lambda value: seen.append(repr(value)))
    except Exception as error:
        raise UnfinishedError(repr(error)) from error
    return seen
