"""What slices of a program lack, found by running it: without what a backward slice leaves out, and with another number in a line.

A program is one file with a function `main(probe)`; see `slice_programs`. Asked through the graph, as a user would.
"""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from lepasserelle.graph import Graph
from lepasserelle.graph.linking import link
from lepasserelle.graph.records import LinkFile
from lepasserelle.model.body import Body
from lepasserelle.model.slices import Slice, SliceQuestion
from lepasserelle.parse import parse
from lepasserelle.parse.bodies import BODY_LANGUAGES, lower
from lepasserelle.query.seams import TextStore
from lepasserelle.query.slices import Slicer

PROGRAMS = Path(__file__).parent / "slice_programs"
DEPTH = 8


class Verdict(NamedTuple):
    """Of one slice of one program."""

    lacks: str
    """What differs; empty: nothing."""
    is_complete: bool
    lines: int
    """Statements of the slice."""


def programs() -> Iterator[tuple[str, str]]:
    """(kind/name, text) of every program."""
    for path in sorted(PROGRAMS.glob("*.txt")):
        for part in path.read_text(encoding="utf-8").split("=== ")[1:]:
            name, _, text = part.partition("\n")
            yield f"{path.stem}/{name}", text


class OneFile:
    """A program of one file, linked in memory: what a `Slicer` needs."""

    def __init__(self, text: str, language: str = "python", path: str = "program.py") -> None:
        self.data = text.encode()
        self.language = language
        self.path = path
        file = LinkFile(path, path.partition(".")[0], language, 0, parse(self.data, language))
        self.graph = Graph(link(lambda: iter([file])))
        self.languages = frozenset(BODY_LANGUAGES)

    def ask(self, text: str, *, forward: bool) -> Slice:
        """From the line that holds a text."""
        line = next(number for number, one in enumerate(self.data.decode().split("\n"), start=1) if text in one)
        direction = "forward" if forward else "backward"
        question = SliceQuestion(self.path, line, "", direction, across_calls=True, depth=DEPTH)
        return Slicer(self.graph, _Text(self.data), self).slice(question)

    def body(self, node: int) -> Body | None:
        """Of a function of the file, or of the file."""
        return self._lower(node, is_outline=False)

    def outline(self, node: int) -> Body | None:
        """The same without what functions inside share with it."""
        return self._lower(node, is_outline=True)

    def _lower(self, node: int, *, is_outline: bool) -> Body | None:
        if node == self.graph.first_node(0):
            return lower(self.data, self.language, is_outline=is_outline)
        parent = self.graph.parent(node)
        class_start = self.graph.byte_span(parent)[0] if self.graph.kind(parent).is_type else -1
        return lower(self.data, self.language, *self.graph.byte_span(node), class_start, is_outline=is_outline)


def text_store(one: OneFile) -> TextStore:
    """The text of a program as a `Slicer` reads it."""
    return _Text(one.data)


class _Text:
    def __init__(self, data: bytes) -> None:
        self._data = data

    def slice(self, file_index: int, start_byte: int, end_byte: int) -> bytes:
        return self._data[start_byte:end_byte]


class _Kept(ast.NodeTransformer):
    """Leaves out every statement that is not kept; heads of functions and classes, imports and docstrings stay."""

    def __init__(self, kept: set[int]) -> None:
        self._kept = kept

    def run(self, tree: ast.Module) -> ast.Module:
        """The tree without the others."""
        tree.body = self._block(tree.body)
        return ast.fix_missing_locations(tree)

    def _block(self, statements: list[ast.stmt]) -> list[ast.stmt]:
        left = []
        for one in statements:
            is_frame = isinstance(one, ast.FunctionDef | ast.ClassDef | ast.Import | ast.ImportFrom | ast.Global | ast.Nonlocal)
            if is_frame or one.lineno in self._kept:
                left.append(self._inside(one))
        return left or [ast.Pass()]

    def _inside(self, one: ast.stmt) -> ast.stmt:
        for name in ("body", "orelse", "finalbody"):
            part = getattr(one, name, None)
            if part:
                setattr(one, name, self._block(part))
        if isinstance(one, ast.Try):
            one.handlers = [handler for handler in one.handlers if handler.lineno in self._kept]
            for handler in one.handlers:
                handler.body = self._block(handler.body)
            if not one.handlers:
                one.orelse, one.finalbody = [], one.finalbody or [ast.Pass()]
        return one


def kept(text: str, lines: set[int]) -> ast.Module:
    """A program of which only these lines are left."""
    return _Kept(lines).run(ast.parse(text))


class _Told(ast.NodeTransformer):
    """Has the value of every statement told, with its line."""

    def _telling(self, value: ast.expr) -> ast.expr:
        return ast.Call(ast.Name("tell", ast.Load()), [ast.Constant(value.lineno), self.visit(value)], [])

    def visit_Assign(self, node: ast.Assign) -> ast.stmt:
        """What is assigned."""
        node.value = self._telling(node.value)
        return node

    def visit_AugAssign(self, node: ast.AugAssign) -> ast.stmt:
        """What is added."""
        node.value = self._telling(node.value)
        return node

    def visit_Return(self, node: ast.Return) -> ast.stmt:
        """What is returned."""
        if node.value is not None:
            node.value = self._telling(node.value)
        return node

    def visit_Expr(self, node: ast.Expr) -> ast.stmt:
        """What is computed for nothing, and what is yielded."""
        if isinstance(node.value, ast.Yield):
            if node.value.value is not None:
                node.value.value = self._telling(node.value.value)
        elif not isinstance(node.value, ast.Constant):
            node.value = self._telling(node.value)
        return node

    def visit_If(self, node: ast.If) -> ast.stmt:
        """What is decided by."""
        node.test = self._telling(node.test)
        self.generic_visit(node)
        return node


def run(tree: ast.Module) -> tuple[list[str], dict[int, list[str]]]:
    """What the probe saw, and what each line told; an exception is the last that the probe sees."""
    seen: list[str] = []
    told: dict[int, list[str]] = {}

    def tell(line: int, value: object) -> object:
        told.setdefault(line, []).append(_plain(value))
        return value

    names: dict[str, object] = {"tell": tell, "__name__": "program"}
    before = sys.gettrace()
    sys.settrace(_Ending())
    try:
        exec(compile(tree, "<program>", "exec"), names)
        names["main"](lambda value: seen.append(repr(value)))  # type: ignore[operator]
    except Exception as error:  # noqa: BLE001
        seen.append(f"{type(error).__name__}: {error}")
    finally:
        sys.settrace(before)
    return seen, told


class _Ending:
    """Ends a program that would not end when something of it is left out."""

    def __init__(self) -> None:
        self._left = 20_000

    def __call__(self, *_: object) -> "_Ending":
        """Before each call and line."""
        self._left -= 1
        if self._left < 0:
            raise TimeoutError
        return self


def _plain(value: object) -> str:
    """A value as far as it is a number, text or a list of them; of what else its class."""
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(_plain, value))}]"
    if isinstance(value, dict):
        return f"{{{', '.join(f'{_plain(key)}: {_plain(one)}' for key, one in value.items())}}}"
    return repr(value) if isinstance(value, int | float | str | bytes | None) else type(value).__name__


def backward(text: str) -> Verdict:
    """The slice of the probe: running nothing else shows the probe the same."""
    found = OneFile(text).ask("probe(", forward=False)
    kept = _lines(found)
    expected = run(ast.parse(text))[0]
    seen = run(_Kept(kept).run(ast.parse(text)))[0]
    lacks = "" if seen == expected else f"the probe sees {seen}, not {expected}"
    return Verdict(lacks, found.is_complete, len(kept))


def forward(text: str) -> Verdict:
    """The slice of the line that varies: whatever tells something else with another number there is in it."""
    found = OneFile(text).ask("# vary", forward=True)
    kept = _lines(found)
    number = next(line for line in text.split("\n") if "# vary" in line)
    differing: set[int] = set()
    told = run(_told(text))[1]
    for other in (0, 1, 2, 3, 5):
        again = run(_told(text.replace(number, f"{number.partition('=')[0]}= {other}  # vary")))[1]
        differing |= {line for line in {*told, *again} if told.get(line) != again.get(line)}
    lacks = sorted(differing - kept)
    return Verdict(f"lines {lacks}" if lacks else "", found.is_complete, len(kept))


def _told(text: str) -> ast.Module:
    return ast.fix_missing_locations(_Told().visit(ast.parse(text)))


def _lines(found: Slice) -> set[int]:
    return {line for one in found.statements for line in range(one.start_line, one.end_line + 1)}
