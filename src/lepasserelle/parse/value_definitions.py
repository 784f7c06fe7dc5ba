"""Python's definitions to value code: functions, classes, decorators, scopes one after the other.

A function's body is walked when the scope around it is done: a free name means what it meant when the function was defined, and
whatever the scope gives it later (what it meant only before that is gone).
"""

from collections import deque
from typing import ClassVar

from tree_sitter import Node

from lepasserelle.model import NodeFlag
from lepasserelle.model.values import ParameterKind, ValueCode
from lepasserelle.parse import value_ops as op
from lepasserelle.parse.draft import Draft
from lepasserelle.parse.flows import DraftFlow
from lepasserelle.parse.imports import DraftImport
from lepasserelle.parse.references import DraftReference
from lepasserelle.parse.value_code import CLASS, FUNCTION, MODULE, Frame
from lepasserelle.parse.value_statements import Statements
from lepasserelle.parse.value_walk import Handlers, Told

_Parameter = tuple[int, str, int]
"""(kind, name, term of the default)"""
_STRAIGHT = frozenset(
    {"expression_statement", "global_statement", "import_statement", "import_from_statement", "pass_statement", "comment"}
)
"""Statements behind which the next one comes."""
_ASYNC = int(NodeFlag.ASYNC)
_PLAIN, _STAR, _KEYWORD, _DOUBLE = (int(kind) for kind in list(ParameterKind)[:4])


def python_values(
    language: str,
    root: Node,
    data: bytes,
    drafts: list[Draft],
    imports: list[DraftImport],
    referred: list[DraftReference],
    moved: list[DraftFlow],
    starts: list[int],
) -> ValueCode:
    """The value code of one file whose definitions have their numbers."""
    walk = Definitions(Told(language, root, data, drafts, imports, referred, starts))
    walk.learn(moved)
    return walk.run(root)


class Definitions(Statements):
    """Walks one file, scope by scope."""

    def __init__(self, told: Told) -> None:
        super().__init__(told)
        self._work: deque[tuple[Frame, Node, list[_Parameter]]] = deque()
        """Functions whose bodies are to be walked; a body's nodes go when it is done, the next take their room."""

    def run(self, root: Node) -> ValueCode:
        """Walk the module, then the functions, outer ones first."""
        self._open(self.frame)
        self.block(root)
        self.frame.members(self.rows)
        while self._work:
            self._body(*self._work.popleft())
        return self.rows.freeze()

    def _open(self, frame: Frame) -> None:
        self.frame = frame
        self.rows.add(op.SCOPE, frame.draft.number)
        shared = self._module_names
        if frame.kind != MODULE:
            shared = self._inner_names & frame.local if self._inner_names and frame.kind == FUNCTION else set()
        for name in sorted(shared) if shared else ():
            if name not in frame.outer_names:
                frame.bind_shared(self.rows, name, 0)

    # ── definitions ───────────────────────────────────────────────────────────────────────────────────────────────────────

    def _function(self, node: Node, decorators: tuple[tuple[int, int], ...] = ()) -> None:
        name, body = node.child_by_field_id(self.fields["name"]), node.child_by_field_id(self.fields["body"])
        draft = self.by_name.get(name.start_byte) if name is not None else None
        if draft is None or name is None or body is None:
            return
        self.define(draft, node.child_by_field_id(self.fields["parameters"]), body)
        self._bind_definition(name, self.rows.add(op.DEFINITION, draft.number), decorators)

    def _bind_definition(self, name: Node, term: int, decorators: tuple[tuple[int, int], ...]) -> None:
        if decorators:
            self.module_calls()
        for decorator, where in reversed(decorators):
            term = self.rows.add(op.DECORATE, max(0, decorator), term, where)
        self.frame.bind(self.rows, self.name(name), term)

    def define(self, draft: Draft, parameters: Node | None, body: Node) -> None:
        """A function whose body is walked when all names around it are known."""
        frame = self.frame
        inner = Frame(draft, FUNCTION, frame, draft.bound)
        found = self._parameters(parameters, is_asking=_is_asking(draft))
        inner.views = frame.view()
        for name, of_module in self._outside.get(draft, {}).items():
            inner.outer_names[name] = self._owner(frame, name, of_module=of_module)
        self._work.append((inner, body, found))
        may_rebind = frame.kind == MODULE and inner.outer_names and not draft.flags & _ASYNC
        if may_rebind and b"yield" not in self.data[body.start_byte : body.end_byte]:
            self.rebinds[draft.number] = _assigned_for_sure(body) & {name for name, owner in inner.outer_names.items() if owner}

    def _owner(self, frame: Frame, name: str, *, of_module: bool) -> Frame | None:
        around: Frame | None = frame
        while around is not None:
            if (around.kind == MODULE) if of_module else (around.kind == FUNCTION and name in around.local):
                return around
            around = around.parent
        return None

    def _parameters(self, parameters: Node | None, *, is_asking: bool) -> list[_Parameter]:
        """(kind, name, default) of each. Where it matters that there is a default, one that nothing is known of has a term."""
        found: list[_Parameter] = []
        kind, kinds = _PLAIN, self.kinds
        for child in parameters.named_children if parameters is not None else ():
            shape, name, default = kinds[child.kind_id], child, 0
            if shape == "identifier":
                found.append((kind, self.name(child), 0))
                continue
            if shape in ("default_parameter", "typed_default_parameter"):
                name = child.named_children[0]
                default = self.value(child.named_children[-1]) or (self.rows.add(op.PHI, self.rows.more(()), 0) if is_asking else 0)
            elif shape == "typed_parameter":
                name = child.named_children[0]
                shape = kinds[name.kind_id]
            if shape == "list_splat_pattern":
                found.append((_STAR, self.name(name.named_children[-1]), 0))
                kind = _KEYWORD
            elif shape == "dictionary_splat_pattern":
                found.append((_DOUBLE, self.name(name.named_children[-1]), 0))
            elif shape == "keyword_separator":
                kind = _KEYWORD
            elif name.type == "identifier":
                found.append((kind, self.name(name), default))
        return found

    def _body(self, frame: Frame, body: Node, parameters: list[_Parameter]) -> None:
        rows, number = self.rows, frame.draft.number
        self.depth = 0
        is_method = frame.parent is not None and frame.parent.kind == CLASS
        if is_method and frame.draft.name == "__init__":
            frame.constructor_end = body.end_byte
        self._open(frame)
        operands: list[int] = []
        for kind, name, default in parameters:
            operands += (kind, rows.word(name), default)
        rows.add(op.SIGNATURE, number, rows.more(operands), len(parameters))
        first = len(rows.rows) >> 2
        for place in range(len(parameters)):
            rows.rows += (op.PARAMETER, number, place, 0)
        for term, (_, name, _) in enumerate(parameters, first):
            frame.bind(rows, name, term)
        if is_method and parameters and parameters[0][0] == _PLAIN:
            frame.receiver = first
        if self.kinds[body.kind_id] == "block":
            self.block(body)
        else:
            term = self.value(body)
            if term:
                rows.add(op.RETURN, term)

    def _class(self, node: Node, decorators: tuple[tuple[int, int], ...] = ()) -> None:
        name, body = node.child_by_field_id(self.fields["name"]), node.child_by_field_id(self.fields["body"])
        draft = self.by_name.get(name.start_byte) if name is not None else None
        if draft is None or name is None or body is None:
            return
        outer = self.frame
        heads = node.child_by_field_name("superclasses")
        bases = []
        for child in heads.named_children if heads is not None else ():
            term = self.value(child)
            if child.type not in ("keyword_argument", "comment"):
                bases.append(max(0, term))
        term = self.rows.add(op.CLASS, draft.number, self.rows.more(bases), len(bases))
        inner = Frame(draft, CLASS, outer, draft.bound)
        inner.views = outer.view() if outer.kind != CLASS else outer.views
        self._open(inner)
        self.block(body)
        inner.members(self.rows)
        self.frame = outer
        self.rows.add(op.SCOPE, outer.draft.number)
        self._bind_definition(name, term, decorators)

    def _decorated(self, node: Node) -> None:
        children = node.named_children
        decorators = []
        for child in children[:-1]:
            if child.type == "decorator":
                inner = child.named_children[0]
                decorators.append((self.value(inner), 2 * self.line(child) + 1))
        definition = children[-1]
        if definition.type == "function_definition":
            self._function(definition, tuple(decorators))
        elif definition.type == "class_definition":
            self._class(definition, tuple(decorators))

    statements: ClassVar[Handlers] = {
        "function_definition": _function,
        "class_definition": _class,
        "decorated_definition": _decorated,
    }


def _assigned_for_sure(body: Node) -> set[str]:
    """Names that the first statements of a body assign, whatever happens in those behind them."""
    found = set()
    for statement in body.named_children:
        if statement.type not in _STRAIGHT:
            break
        inner = statement.named_children[0] if statement.type == "expression_statement" else None
        if inner is not None and inner.type == "assignment" and inner.named_children[0].type == "identifier":
            found.add(inner.named_children[0].text.decode("utf-8", "replace") if inner.named_children[0].text else "")
    return found


def _is_asking(draft: Draft) -> bool:
    """Whether pytest may give a function what its parameters name: a test, or a fixture."""
    return draft.name.startswith("test") or any("fixture" in each for each in draft.decorators)
