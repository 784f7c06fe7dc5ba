"""Programs of several functions made at random, and what changes when one of them runs with another value at one line."""

import ast
from collections.abc import Callable

from hypothesis import strategies as st
from weiser import OneText

from lepasserelle.graph.statements.system import System

NAMES = ("a", "b", "c")
HELPERS = ("third", "second", "first")


class _Writer:
    """Writes `first`, `second` and `third`, each of which may call those after it, and `subject`, which may call them all."""

    def __init__(self, draw: st.DrawFn, *, names: bool) -> None:
        self._draw = draw
        self._names = names
        self.lines: list[str] = ["R = 0", "I = [0]"] if names else []

    def pick(self, *choices: str) -> str:
        """One of these."""
        return self._draw(st.sampled_from(choices))

    def value(self, known: tuple[str, ...], deep: int = 0) -> str:
        """An expression that is a number."""
        forms = ["name", "name", "literal", "item", "length", *(["sum", "sum", "call", "call", "call"] if deep < 2 else [])]
        forms += ["rate", "rate", "last", "count"] if self._names else []
        form = self.pick(*(one for one in forms if one != "call" or known))
        if form == "sum":
            return f"({self.value(known, deep + 1)} + {self.value(known, deep + 1)})"
        if form == "call":
            first, second = self.value(known, deep + 1), self.value(known, deep + 1)
            given = self.pick(f"{first}, {second}", f"b={first}, a={second}")
            return f"{self.pick(*known)}({given}, xs={self.pick('xs', '[0]')})"
        plain = {"item": "xs[-1]", "length": "len(xs)", "rate": "R", "last": "I[-1]", "count": "len(I)"}
        return self.pick("0", "1", "2") if form == "literal" else plain.get(form) or self.pick(*NAMES)

    def block(self, indent: int, known: tuple[str, ...], deep: int) -> None:
        """A few statements; never none."""
        for _ in range(self._draw(st.integers(1, 3))):
            self.statement(indent, known, deep)

    def statement(self, indent: int, known: tuple[str, ...], deep: int) -> None:
        """Any statement."""
        forms = ["set", "set", "set", "append", "show", "run", *(["if", "loop", "leave"] if deep < 2 else [])]
        form = self.pick(*forms, *(["rate", "rate", "keep", "put"] if self._names else []))
        name = self.pick(*NAMES)
        text = {
            "append": lambda: f"xs.append({self.value(known)})",
            "rate": lambda: f"R = {self.value(known)}",
            "keep": lambda: f"I.append({self.value(known)})",
            "put": lambda: f"I[0] = {self.value(known)}",
            "show": lambda: f"print({self.value(known)})",
            "run": lambda: self.value(known),
            "if": lambda: f"if {self.value(known)} < {self.value(known)}:",
            "leave": lambda: f"if {self.value(known)} < {self.value(known)}:",
            "loop": lambda: f"for {name} in range(2):",
        }.get(form, lambda: f"{name} = {self.value(known)}")()
        self.lines.append(" " * indent + text)
        if form == "leave":
            self.lines.append(" " * (indent + 4) + f"return {self.value(known)}")
        elif form in {"if", "loop"}:
            self.block(indent + 4, known, deep + 1)

    def head(self, name: str) -> None:
        """How a function begins."""
        self.lines += [f"def {name}(a, b, xs):", *(["    global R"] if self._names else []), "    c = 0"]

    def finish(self) -> tuple[str, int]:
        """The text, and the line of the criterion."""
        for number, name in enumerate(HELPERS):
            self.head(name)
            self.block(4, HELPERS[:number], 0)
            self.lines.append(f"    return {self.value(HELPERS[:number])}")
        self.head("subject")
        self.block(4, HELPERS, 0)
        self.lines.append(f"    {self.pick(*NAMES)} = {self.value(())}")
        line = len(self.lines)
        self.block(4, HELPERS, 0)
        self.lines.append(f"    return {self.value(HELPERS)}")
        return "\n".join(self.lines) + "\n", line


@st.composite
def programs(draw: st.DrawFn, *, names: bool = False) -> tuple[str, int]:
    """The text of four functions, and the line in `subject` of an assignment to a name; with or without names of the file."""
    return _Writer(draw, names=names).finish()


def lines_forward(text: str, line: int, variable: str | None) -> set[int]:
    """Lines of the forward slice across calls from a line of `subject`."""
    program = OneText(text)
    system = System(program, 10, 50)
    subject = program.names.index("subject")
    found = system.dependences(subject)
    assert found is not None
    start = next(number for number, one in enumerate(found.body.statements) if one.start_line == line)
    lines = set()
    for function, nodes in system.forward(subject, [start], variable).items():
        known = system.dependences(function)
        assert known is not None
        lines |= {known.body.statements[known.flow.owners[node]].start_line for node in nodes if known.flow.owners[node] >= 0}
    return lines


class _Watched(ast.NodeTransformer):
    """Has every value of a statement told: what it assigns or returns, what it gives to calls, what it decides by."""

    def __init__(self, criterion: int, more: int) -> None:
        self._criterion = criterion
        self._more = more

    def _told(self, value: ast.expr) -> ast.expr:
        line = ast.Constant(value.lineno)
        return ast.Call(ast.Name("tell", ast.Load()), [line, self.visit(value)], [])

    def visit_Call(self, node: ast.Call) -> ast.expr:
        """What it is given."""
        words = [ast.keyword(one.arg, self._told(one.value)) for one in node.keywords]
        return ast.Call(node.func, [self._told(one) for one in node.args], words)

    def visit_Assign(self, node: ast.Assign) -> ast.stmt:
        """What is assigned; at the criterion something else."""
        told = self._told(node.value)
        if not isinstance(node.targets[0], ast.Name):
            node.targets = [self.visit(one) for one in node.targets]
        if node.lineno == self._criterion:
            told = ast.BinOp(told, ast.Add(), ast.Constant(self._more))
        return ast.Assign(node.targets, told)

    def visit_Return(self, node: ast.Return) -> ast.stmt:
        """What is returned."""
        assert node.value is not None
        return ast.Return(self._told(node.value))

    def visit_Expr(self, node: ast.Expr) -> ast.stmt:
        """Its value, that nobody uses."""
        return ast.Expr(self._told(node.value))

    def visit_If(self, node: ast.If) -> ast.stmt:
        """What is decided."""
        test = self._told(node.test)
        return ast.If(test, [self.visit(one) for one in node.body], [])


def told_by_line(text: str, line: int, more: int, arguments: tuple[int, int]) -> dict[int, list[str]]:
    """Line → the values that its statement had, in the order of time, when the value assigned in one line is greater by `more`."""
    tree = ast.fix_missing_locations(_Watched(line, more).visit(ast.parse(text)))
    told: dict[int, list[str]] = {}

    def tell(number: int, value: object) -> object:
        told.setdefault(number, []).append(repr(value))
        return value

    names: dict[str, object] = {"tell": tell, "print": lambda value: None}
    exec(compile(tree, "<program>", "exec"), names)
    subject: Callable[..., object] = names["subject"]  # type: ignore[assignment]
    subject(*arguments, [3, 4])
    return told
