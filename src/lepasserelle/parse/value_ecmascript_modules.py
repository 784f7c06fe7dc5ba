"""ECMAScript's modules and namespaces to value code: what is imported and exported, what enumerations and interfaces hold."""

from typing import ClassVar

from tree_sitter import Node

from lepasserelle.model.values import Container, Spread
from lepasserelle.parse import value_ops as op
from lepasserelle.parse.value_ecmascript_statements import EcmaStatements
from lepasserelle.parse.value_scopes import Block, Code
from lepasserelle.parse.value_walk import Handlers, Told

_SPREAD = int(Spread.STAR)
_OBJECT = int(Container.OBJECT)


class EcmaModules(EcmaStatements):
    """Walks what one file gives to others and takes from them."""

    def __init__(self, told: Told) -> None:
        super().__init__(told)
        self._by_name = {draft.name_start: draft for draft in told.drafts[1:]}
        self._exported: list[tuple[str, str, int]] = []
        """(name for importers, local name or empty, term)."""
        self._spread: list[int] = []
        self._namespaces: dict[tuple[int, str], tuple[Block, int]] = {}

    def import_all(self, children: list[Node]) -> None:
        """Bind what import statements bind, before any other code."""
        for child in children:
            if child.type == "import_statement":
                for number, alias, _ in self.imports.get(child.start_byte, ()):
                    if alias:
                        self.bind(self.declare(self.block, alias), self.rows.add(op.IMPORT, number))

    def _export(self, node: Node) -> None:
        bound = self.imports.get(node.start_byte, ())
        if bound:
            for number, alias, name in bound:
                term = self.rows.add(op.IMPORT, number)
                if name == "*" and not alias:
                    self._spread.append(term)
                else:
                    self._exported.append((alias, "", term))
            return
        declaration, value = node.child_by_field_id(self.fields["declaration"]), node.child_by_field_id(self.fields["value"])
        is_default = any(child.type == "default" for child in node.children)
        if value is not None:
            self._exported.append(("default", "", self.value(value)))
        elif declaration is not None:
            self.statement(declaration)
            self._export_declared(declaration, is_default=is_default)
        else:
            for child in node.named_children:
                if child.type == "export_clause":
                    self._export_names(child)
                elif child.type != "decorator" and any(part.type == "=" for part in node.children):
                    self.rows.add(op.JOIN, self.exports, max(0, self.value(child)))

    def _export_declared(self, declaration: Node, *, is_default: bool) -> None:
        if declaration.type in ("lexical_declaration", "variable_declaration"):
            names: dict[str, None] = {}
            probe = Block(self.code, None)
            for part in declaration.named_children:
                if part.type == "variable_declarator":
                    self.declare_pattern(probe, part.child_by_field_id(self.fields["name"]))
            names.update(dict.fromkeys(probe.names))
            self._exported += [(name, name, 0) for name in names]
            return
        name = declaration.child_by_field_id(self.fields["name"])
        if name is not None:
            local = self.text(name).partition(".")[0]
            self._exported.append(("default" if is_default else local, local, 0))

    def _export_names(self, clause: Node) -> None:
        for part in clause.named_children:
            name, alias = part.child_by_field_id(self.fields["name"]), part.child_by_field_id(self.fields["alias"])
            if name is not None:
                self._exported.append((self.text(alias or name), self.text(name), 0))

    def state_exports(self) -> None:
        """The object that importers see."""
        operands: list[int] = []
        for term in self._spread:
            operands += (_SPREAD, term)
        for name, local, term in self._exported:
            variable = self.block.names.get(local) if local else None
            held = variable.all(self.rows) if variable is not None else term
            operands += (-self.rows.word("s" + name), held)
        made = self.rows.add(op.DISPLAY, _OBJECT, self.rows.more(operands), len(operands) >> 1)
        self.rows.add(op.JOIN, self.exports, made)

    def _alias(self, node: Node) -> None:
        """`import Short = Outer.Inner`."""
        parts = [child for child in node.named_children if child.type != "comment"]
        if len(parts) != 2:
            return
        names = self.text(parts[1]).split(".")
        term = self.lookup(names[0])
        for name in names[1:]:
            term = self.property(term, name, parts[1])
        self.bind(self.declare(self.block, self.text(parts[0])), term)

    def _namespace(self, node: Node) -> None:
        name, body = node.child_by_field_id(self.fields["name"]), node.child_by_field_id(self.fields["body"])
        draft = self._by_name.get(name.start_byte) if name is not None else None
        if name is None or body is None or draft is None or name.type == "string":
            return
        outer, code = self.block, self.code
        for part in self.text(name).split("."):
            self._enter_namespace(part)
        inner = Code(draft, code)
        inner.environment = {}
        self.block = Block(inner, self.block)
        shared = self._namespaces_of(self.block)
        self.code = inner
        self.rows.add(op.SCOPE, draft.number)
        children = body.named_children
        self.declare_vars(self.block, body)
        self.declare_all(self.block, children)
        before, self._exported = self._exported, []
        for child in children:
            self.statement(child)
        self._exported, found = before, self._exported
        for exported, local, term in found:
            variable = self.block.names.get(local)
            held = variable.all(self.rows) if variable is not None else term
            if held:
                self.rows.add(op.PUT, shared[1], self.rows.word(exported), held)
            if variable is not None:
                shared[0].names.setdefault(exported, variable)
        self.code, self.block = code, outer
        self.rows.add(op.SCOPE, code.draft.number)

    def _namespaces_of(self, block: Block) -> tuple[Block, int]:
        around = block.parent
        assert around is not None
        return next(held for held in self._namespaces.values() if held[0] is around)

    def _enter_namespace(self, name: str) -> None:
        """Names of all parts of one namespace lie in one block, what they export in one object."""
        key = (id(self.block), name)
        held = self._namespaces.get(key)
        if held is None:
            made = self.rows.add(op.DISPLAY, _OBJECT, 0, 0)
            variable = self.declare(self.block, name)
            variable.shared = True
            self.bind(variable, made)
            around = next((term for block, term in self._namespaces.values() if block is self.block), 0)
            if around:
                self.rows.add(op.PUT, around, self.rows.word(name), made)
            held = self._namespaces[key] = (Block(self.code, self.block), made)
        self.block = held[0]

    def _enumeration(self, node: Node) -> None:
        name, body = node.child_by_field_id(self.fields["name"]), node.child_by_field_id(self.fields["body"])
        if name is None or body is None:
            return
        operands: list[int] = []
        for child in body.named_children:
            key = child.child_by_field_id(self.fields["name"]) if child.type == "enum_assignment" else child
            if key is not None and child.type != "comment":
                operands += (-self.rows.word("s" + self.text(key)), 0)
        made = self.rows.add(op.DISPLAY, _OBJECT, self.rows.more(operands), len(operands) >> 1)
        self.bind(self.declare(self.block, self.text(name)), made)

    def _interface(self, node: Node) -> None:
        """Methods that an interface declares are its members."""
        name, body = node.child_by_field_id(self.fields["name"]), node.child_by_field_id(self.fields["body"])
        draft = self._by_name.get(name.start_byte) if name is not None else None
        if draft is None or body is None:
            return
        for child in body.named_children:
            member = child.child_by_field_id(self.fields["name"]) if child.type == "method_signature" else None
            inner = self._by_name.get(member.start_byte) if member is not None else None
            if member is not None and inner is not None:
                term = self.rows.add(op.DEFINITION, inner.number)
                self.rows.add(op.MEMBER, draft.number, self.rows.word(self.text(member)), term)

    statements: ClassVar[Handlers] = {
        "export_statement": _export,
        "internal_module": _namespace,
        "module": _namespace,
        "import_alias": _alias,
        "enum_declaration": _enumeration,
        "interface_declaration": _interface,
    }
