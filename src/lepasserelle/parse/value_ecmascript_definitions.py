"""ECMAScript's functions, classes, object literals, namespaces and modules to value code.

A function's body is walked when the code around it is done: a free name means whatever its variable ever holds.
"""

from collections import deque
from typing import NamedTuple

from tree_sitter import Node

from lepasserelle.model import NodeFlag
from lepasserelle.model.values import Container, ParameterKind, Spread, ValueCode
from lepasserelle.parse import value_ops as op
from lepasserelle.parse.draft import Draft
from lepasserelle.parse.flows import DraftFlow
from lepasserelle.parse.imports import DraftImport
from lepasserelle.parse.references import DraftReference
from lepasserelle.parse.value_ecmascript_modules import EcmaModules
from lepasserelle.parse.value_scopes import Block, Code
from lepasserelle.parse.value_walk import Told

_PLAIN, _STAR = int(ParameterKind.PLAIN), int(ParameterKind.STAR)
_RECEIVER, _ARGUMENTS = int(ParameterKind.RECEIVER), int(ParameterKind.ARGUMENTS)
_ACCESSOR, _STATIC = int(NodeFlag.ACCESSOR), int(NodeFlag.STATIC)
_UNKNOWN, _SPREAD = int(Spread.UNKNOWN), int(Spread.STAR)
_OBJECT = int(Container.OBJECT)
_FIELDS = frozenset({"field_definition", "public_field_definition"})
_METHODS = frozenset({"method_definition", "method_signature", "abstract_method_signature"})
_HOLDERS = frozenset({"required_parameter", "optional_parameter"})
_ES_MODULE = frozenset({"import_statement", "export_statement"})


def ecmascript_values(
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
    walk = EcmaDefinitions(Told(language, root, data, drafts, imports, referred, starts))
    walk.learn(moved)
    return walk.run(root)


class _Parameter(NamedTuple):
    kind: int
    pattern: Node
    default: Node | None = None
    holder: Node | None = None
    """What stands around the pattern, with its modifiers."""


class EcmaDefinitions(EcmaModules):
    """Walks one file: the module, then its functions, outer ones first."""

    def __init__(self, told: Told) -> None:
        super().__init__(told)
        self._work: deque[tuple[Code, Block, Node]] = deque()
        """Functions whose bodies are to be walked; a body's nodes go when it is done."""
        self._declared: set[int] = set()
        """Terms of functions without a body, for which one with a body stands."""

    def run(self, root: Node) -> ValueCode:
        """Walk the module, then the functions."""
        rows, children = self.rows, root.named_children
        rows.add(op.SCOPE, 0)
        is_module = any(child.type in _ES_MODULE for child in children)
        own = rows.add(op.DISPLAY, _OBJECT, 0, 0)
        self.exports = rows.phi_of([] if is_module else [own])
        if not is_module:
            self.module_object = rows.add(op.DISPLAY, _OBJECT, 0, 0)
            self.code.receiver = self.exports
        self.declare_vars(self.block, root)
        self.import_all(children)
        self.declare_all(self.block, children)
        for child in children:
            self.statement(child)
        module = self.block
        while self._work:
            self._body(*self._work.popleft())
        self.code, self.block = module.code, module
        rows.add(op.SCOPE, 0)
        if is_module:
            self.state_exports()
        rows.add(op.MEMBER, 0, rows.word("<exports>"), self.exports)
        for name, variable in module.names.items():
            rows.add(op.MEMBER, 0, rows.word(name), variable.all(rows))
        return rows.freeze()

    # ── functions ─────────────────────────────────────────────────────────────────────────────────────────────────────────

    def hoist(self, node: Node) -> None:
        """A function statement is bound where its block begins."""
        name = node.child_by_field_id(self.fields["name"])
        variable = self.block.find(self.text(name)) if name is not None else None
        term = self._define(node, self.block)
        if name is not None and node.type == "function_signature" and name.start_byte in self._by_name:
            term = self.rows.add(op.DEFINITION, self._by_name[name.start_byte].number)
        elif variable is not None and term:
            variable.terms = [held for held in variable.terms if held not in self._declared]
        if variable is not None and term:
            self.bind(variable, term)
            if node.type == "function_signature":
                self._declared.add(term)

    def function(self, node: Node) -> int:
        """A function that stands here; its own name is bound inside it only."""
        name = node.child_by_field_id(self.fields["name"])
        if name is None or node.type == "method_definition":
            return self._define(node, self.block)
        block = Block(self.code, self.block)
        variable = self.declare(block, self.text(name))
        term = self._define(node, block)
        variable.bind(self.rows, term)
        variable.shared = True
        return term

    def _define(self, node: Node, block: Block) -> int:
        body = node.child_by_field_id(self.fields["body"])
        draft = self.by_body.get(body.start_byte) if body is not None else None
        if draft is None:
            return 0
        inner = Code(draft, self.code)
        inner.receiver = self.code.receiver
        self._work.append((inner, block, node))
        return self.rows.add(op.DEFINITION, draft.number)

    def _body(self, code: Code, around: Block, node: Node) -> None:
        rows, number = self.rows, code.draft.number
        self.depth = 0
        self.code = code
        self.block = Block(code, around)
        rows.add(op.SCOPE, number)
        is_arrow = node.type == "arrow_function"
        given = node.child_by_field_id(self.fields["parameters"]) or node.child_by_field_id(self.fields["parameter"])
        parts = self._parameters(given)
        operands = [_RECEIVER, rows.word("this"), 0]
        for kind, part, *_ in parts:
            operands += (kind, rows.word(self.text(part)) if part.type == "identifier" else 0, 0)
        body = node.child_by_field_id(self.fields["body"])
        uses_arguments = not is_arrow and body is not None and self.data.find(b"arguments", body.start_byte, body.end_byte) >= 0
        if uses_arguments:
            operands += (_ARGUMENTS, rows.word("arguments"), 0)
        count = len(operands) // 3
        rows.add(op.SIGNATURE, number, rows.more(operands), count)
        terms = [rows.add(op.PARAMETER, number, place) for place in range(count)]
        if not is_arrow:
            code.receiver = terms[0]
        for _, part, *_ in parts:
            self.declare_pattern(self.block, part)
        if uses_arguments:
            self.bind(self.declare(self.block, "arguments"), terms[-1])
        if body is not None and body.type == "statement_block":
            self.declare_vars(self.block, body)
        for (_, part, default, _), term in zip(parts, terms[1:], strict=False):
            held = self.rows.phi([term, self.value(default)]) if default is not None else term
            self.assign(part, held)
        self._promote(parts, terms, code)
        if body is not None and body.type == "statement_block":
            self.declare_all(self.block, body.named_children)
            for child in body.named_children:
                self.statement(child)
        elif body is not None:
            term = self.value(body)
            if term:
                rows.add(op.RETURN, term)

    def _parameters(self, given: Node | None) -> list[_Parameter]:
        if given is None:
            return []
        if given.type == "identifier":
            return [_Parameter(_PLAIN, given)]
        found: list[_Parameter] = []
        kinds = self.kinds
        for child in given.named_children:
            part, default, holder = child, None, None
            if kinds[child.kind_id] in _HOLDERS:
                holder = child
                pattern = child.child_by_field_id(self.fields["pattern"])
                if pattern is None or pattern.type == "this":
                    continue
                part, default = pattern, child.child_by_field_id(self.fields["value"])
            kind = kinds[part.kind_id]
            if kind == "assignment_pattern":
                default, left = part.child_by_field_id(self.fields["right"]), part.child_by_field_id(self.fields["left"])
                part, holder = (left, None) if left is not None else (part, holder)
                kind = kinds[part.kind_id]
            if kind == "rest_pattern":
                found.append(_Parameter(_STAR, part.named_children[0]))
            elif kind in ("identifier", "object_pattern", "array_pattern"):
                found.append(_Parameter(_PLAIN, part, default, holder))
        return found

    def _promote(self, parts: list[_Parameter], terms: list[int], code: Code) -> None:
        """Parameters with a modifier are fields of the instance."""
        for (_, part, _, holder), term in zip(parts, terms[1:], strict=False):
            if holder is not None:
                marks = [child.type for child in holder.children]
                if "accessibility_modifier" in marks or "readonly" in marks:
                    self.put(code.receiver, self.text(part), term)

    # ── classes ───────────────────────────────────────────────────────────────────────────────────────────────────────────

    def class_declaration(self, node: Node) -> int:
        """A class statement."""
        name = node.child_by_field_id(self.fields["name"])
        term = self._class(node, self.block)
        variable = self.block.find(self.text(name)) if name is not None else None
        if variable is not None and term:
            self.bind(variable, term)
        return term

    def class_value(self, node: Node) -> int:
        """A class that stands here; its own name is bound inside it only."""
        name = node.child_by_field_id(self.fields["name"])
        if name is None:
            return self._class(node, self.block)
        block = Block(self.code, self.block)
        variable = self.declare(block, self.text(name))
        variable.shared = True
        return self._class(node, block, named=self.text(name))

    def _class(self, node: Node, block: Block, named: str = "") -> int:
        body = node.child_by_field_id(self.fields["body"])
        draft = self.by_body.get(body.start_byte) if body is not None else None
        if body is None or draft is None:
            self.ignored(node)
            return 0
        rows, code, outer = self.rows, self.code, self.block
        decorators = [self._decorator(child) for child in node.named_children if child.type == "decorator"]
        parent = node.parent
        if parent is not None and parent.type == "export_statement":
            decorators += [self._decorator(child) for child in parent.named_children if child.type == "decorator"]
        bases = [max(0, self.value(base)) for base in self._bases(node)]
        term = rows.add(op.CLASS, draft.number, rows.more(bases), len(bases))
        for decorator, where in decorators:
            rows.add(op.CALL, max(0, decorator), rows.more((where, 0, term)), 1)
        if named:
            block.names[named].bind(rows, term)
        inner = Code(draft, code)
        inner.receiver = rows.add(op.RAISED, term)
        self.code, self.block = inner, Block(inner, block)
        rows.add(op.SCOPE, draft.number)
        for child in body.named_children:
            if child.type in _METHODS:
                self._method(draft, child, term)
            elif child.type in _FIELDS:
                self._field(child, term)
            elif child.type == "class_static_block":
                inner.receiver, own = term, inner.receiver
                self.statement(child.child_by_field_id(self.fields["body"]))
                inner.receiver = own
            elif child.type == "decorator":
                self._apply(child)
        self.code, self.block = code, outer
        rows.add(op.SCOPE, code.draft.number)
        return term

    def _decorator(self, node: Node) -> tuple[int, int]:
        inner = node.named_children[0]
        return self.value(inner), 2 * self.line(node) + 1

    def _apply(self, node: Node) -> None:
        term, where = self._decorator(node)
        if term > 0:
            self.rows.add(op.CALL, term, self.rows.more((where,)), 0)

    def _bases(self, node: Node) -> list[Node]:
        heritage = next((child for child in node.named_children if child.type == "class_heritage"), None)
        if heritage is None:
            return []
        extends = next((child for child in heritage.named_children if child.type == "extends_clause"), None)
        if extends is not None:
            value = extends.child_by_field_id(self.fields["value"])
            return [value] if value is not None else []
        return [child for child in heritage.named_children if child.type not in ("implements_clause", "comment")][:1]

    def _key(self, node: Node | None) -> tuple[str, int]:
        """The name of a member, and where that is not known the term of it."""
        if node is None:
            return "", 0
        if node.type != "computed_property_name":
            return self.text(node), 0
        inner = node.named_children[0]
        if inner.type == "member_expression" and self.text(inner).startswith("Symbol."):
            return f"[{self.text(inner)}]", 0
        term = self.value(inner)
        return (self.rows.words_in_order[-term][1:], 0) if term < 0 else ("", term)

    def _put_under(self, base: int, key: int, term: int, node: Node) -> None:
        """Something is put under a key that a term gives."""
        if base > 0 and key and term:
            self.rows.add(op.SET_ITEM, base, self.rows.more((key, self.line(node))), term)

    def _method(self, owner: Draft, node: Node, cls: int) -> None:
        for child in node.named_children:
            if child.type == "decorator":
                self._apply(child)
        name = node.child_by_field_id(self.fields["name"])
        key, unknown = self._key(name)
        made = self._define(node, self.block)
        if not made and name is not None and node.type != "method_definition" and name.start_byte in self._by_name:
            made = self.rows.add(op.DEFINITION, self._by_name[name.start_byte].number)
        static = any(child.type == "static" for child in node.children)
        if key and made:
            self.rows.add(op.MEMBER, owner.number, self.rows.word("static " + key if static else key), made)
        elif unknown and not any(child.type == "set" for child in node.children):
            holder = cls if static else self.rows.add(op.PROPERTY, cls, self.rows.word("prototype"), self.line(node))
            self._put_under(holder, unknown, made, node)

    def _field(self, node: Node, term: int) -> None:
        for child in node.named_children:
            if child.type == "decorator":
                self._apply(child)
        key, unknown = self._key(node.child_by_field_id(self.fields["name"]) or node.child_by_field_id(self.fields["property"]))
        value = node.child_by_field_id(self.fields["value"])
        static = any(child.type == "static" for child in node.children)
        code = self.code
        own = code.receiver
        code.receiver = term if static else own
        held = self.value(value)
        code.receiver = own
        if key and held:
            self.rows.add(op.PUT, term if static else own, self.rows.word(key), held)
        self._put_under(term if static else own, unknown, held, node)

    def parent_member(self, name: str, node: Node) -> int:
        """`super.name`."""
        parent = self.parent()
        return self.rows.add(op.PROPERTY, parent, self.rows.word(name), self.line(node)) if parent else 0

    def parent(self) -> int:
        """`super`."""
        code: Code | None = self.code
        while code is not None and not code.draft.kind.is_type:
            code = code.around
        if code is None or self.code.receiver <= 0:
            return 0
        return self.rows.add(op.PARENT, code.draft.number, self.code.receiver)

    def parent_call(self, node: Node, given: Node | None) -> int:
        """`super(…)`."""
        callee = node.child_by_field_id(self.fields["function"])
        assert callee is not None
        operands = [self.where(callee), *self.arguments(given)]
        self.code.paths.clear()
        self.rows.add(op.CALL, self.parent(), self.rows.more(operands), len(operands) >> 1)
        return 0

    # ── object literals ───────────────────────────────────────────────────────────────────────────────────────────────────

    def literal(self, node: Node) -> int:
        """An object literal."""
        operands: list[int] = []
        methods: list[int] = []
        under: list[tuple[int, int, Node]] = []
        for child in node.named_children:
            kind = self.kinds[child.kind_id]
            if kind == "pair":
                name, _, value = self.three(child, "key", "", "value")
                key, unknown = self._key(name)
                term = self.value(value)
                if unknown:
                    under.append((unknown, term, child))
                else:
                    operands += (-self.rows.word("s" + key) if key else _UNKNOWN, term)
                if value is not None and value.type in ("function_expression", "generator_function") and term:
                    methods.append(term)
            elif kind == "method_definition":
                (key, unknown), term = self._key(child.child_by_field_id(self.fields["name"])), self._define(child, self.block)
                if unknown:
                    under.append((unknown, term, child))
                else:
                    operands += (-self.rows.word("s" + key) if key else _UNKNOWN, term)
                methods.append(term)
            elif kind == "shorthand_property_identifier":
                operands += (-self.rows.word("s" + self.text(child)), self._identifier(child))
            elif kind == "spread_element":
                operands += (_SPREAD, max(0, self.inside(child)))
        made = self.rows.add(op.DISPLAY, _OBJECT, self.rows.more(operands), len(operands) >> 1)
        for term in methods:
            if term > 0:
                self.rows.add(op.HOME, self.rows.rows[(term << 2) + 1], made)
        for key_term, term, child in under:
            self._put_under(made, key_term, term, child)
        return made
