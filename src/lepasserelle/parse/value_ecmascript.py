"""ECMAScript's expressions to value code. Declarations stand in `value_ecmascript_declarations`, statements in
`value_ecmascript_statements`, functions and classes in `value_ecmascript_definitions`.

Only values that something can be called on or taken from get a term.
"""

from functools import partial
from typing import ClassVar, Final

from tree_sitter import Node

from lepasserelle.model.values import Container, Spread
from lepasserelle.parse import value_ops as op
from lepasserelle.parse.chains import REMEMBERED
from lepasserelle.parse.value_ecmascript_narrowing import facts, sides, under
from lepasserelle.parse.value_ecmascript_symbols import symbol
from lepasserelle.parse.value_scopes import Block, Code, Variable
from lepasserelle.parse.value_walk import DEEPEST, Handlers, Told, ValueWalk

_STAR = -1
_UNKNOWN, _SPREAD = int(Spread.UNKNOWN), int(Spread.STAR)
_OBJECT, _LIST = int(Container.OBJECT), int(Container.LIST)
_SHORT = 64
"""Bytes below which a text is kept, so that it is taken out of the source once: the same names come again and again."""
_TEXTS: dict[bytes, str] = {}
"""Such texts of all files, quotes removed."""
_LOGICAL = frozenset({"&&", "||", "??", "&&=", "||=", "??="})
_INSIDE = (
    "parenthesized_expression", "as_expression", "satisfies_expression", "non_null_expression", "instantiation_expression",
    "expression_statement", "template_substitution", "sequence_expression", "export_clause",
)  # fmt: skip
_FIRST = frozenset({"as_expression", "satisfies_expression", "non_null_expression", "instantiation_expression"})


class EcmaExpressions(ValueWalk):
    """Walks the expressions of one file. `code` is what is walked, `block` the innermost scope around."""

    def __init__(self, told: Told) -> None:
        super().__init__(told)
        self.by_body = {draft.body_start: draft for draft in told.drafts[1:] if draft.code}
        self.imports: dict[int, list[tuple[int, str, str]]] = {}
        for number, found in enumerate(told.imports):
            self.imports.setdefault(found.position, []).append((number, found.bound.alias, found.bound.name))
        self.code = Code(told.drafts[0], None)
        self.block = Block(self.code, None)
        if len(_TEXTS) > REMEMBERED:
            _TEXTS.clear()
        self._texts = _TEXTS
        self.module_object = 0
        self.exports = 0
        self.given_out: list[int] = []
        """Terms that `module.exports` was given so far."""
        self.variables = 0
        self.tested: dict[int, int] = {}
        """Where an `instanceof` begins → term of what it asks for."""
        self._shared: set[str] = set()
        """Names that functions inside assign."""

    # ── what others say ───────────────────────────────────────────────────────────────────────────────────────────────────

    def function(self, node: Node) -> int:
        """The term of a function that stands here."""
        raise NotImplementedError

    def class_value(self, node: Node) -> int:
        """The term of a class that stands here."""
        raise NotImplementedError

    def literal(self, node: Node) -> int:
        """The term of an object literal."""
        raise NotImplementedError

    def assign(self, target: Node, term: int) -> None:
        """Give a target a value."""
        raise NotImplementedError

    # ── names ─────────────────────────────────────────────────────────────────────────────────────────────────────────────

    def value(self, node: Node | None) -> int:
        """As for every language; a name, as every third expression is, is looked up here and now."""
        if node is None:
            return 0
        handler = self.walks_expression[node.kind_id]
        depth = self.depth
        if handler is None or depth > DEEPEST:
            return 0
        if handler is _IDENTIFIER:
            return self.lookup(self._texts.get(self.data[node.start_byte : node.end_byte]) or self.text(node))
        self.depth = depth + 1
        term: int = handler(self, node)
        self.depth = depth
        return term

    def text(self, node: Node) -> str:
        """What is written there, quotes removed."""
        data = self.data[node.start_byte : node.end_byte]
        known = self._texts.get(data)
        if known is None:
            text = data.decode("utf-8", "replace")
            known = text[1:-1] if text[:1] in ("'", '"', "`") and len(text) > 1 else text
            if len(data) < _SHORT:
                self._texts[data] = known
        return known

    def three(self, node: Node, *fields: str) -> tuple[Node | None, ...]:
        """The children under three fields (none for a sign), where they are all that there is: few have a comment between them."""
        children = node.children
        if len(children) == 3:
            return tuple(children)
        return tuple([node.child_by_field_id(self.fields[field]) if field else None for field in fields])

    def _this(self, _node: Node) -> int:
        return self.code.receiver

    def lookup(self, name: str) -> int:
        """What a name means here."""
        variable = self.block.find(name)
        if variable is None:
            return self._outer(name)
        if variable.shared or variable.code is not self.code:
            return variable.all(self.rows)
        environment = self.code.environment
        return environment.get(variable.key, 0) if environment is not None else 0

    def _outer(self, name: str) -> int:
        if name == "module":
            return self.module_object
        if name == "exports" and self.module_object:
            return self.exports
        if name == "undefined":
            return 0
        term = self.outer.get(name)
        if term is None:
            term = self.outer[name] = self.rows.add(op.OUTER, self.rows.word(name))
        return term

    def declare(self, block: Block, name: str) -> Variable:
        """A name of a block."""
        known = block.names.get(name)
        if known is None:
            self.variables += 1
            shared = name in self._shared
            known = block.names[name] = Variable(f"{name} {self.variables}", block.code, shared=shared)
        return known

    def declare_pattern(self, block: Block, node: Node | None) -> None:
        """All names of a pattern."""
        stack = [node] if node is not None else []
        while stack:
            part = stack.pop()
            if part.type in ("identifier", "shorthand_property_identifier_pattern"):
                self.declare(block, self.text(part))
            elif part.type == "pair_pattern":
                stack += [child for child in (part.child_by_field_id(self.fields["value"]),) if child is not None]
            elif part.type in ("assignment_pattern", "object_assignment_pattern"):
                stack += [child for child in (part.child_by_field_id(self.fields["left"]),) if child is not None]
            elif part.type in ("object_pattern", "array_pattern", "rest_pattern"):
                stack += part.named_children

    def bind(self, variable: Variable, term: int) -> None:
        """The variable holds the term from here on."""
        variable.bind(self.rows, term)
        if self.code.environment is not None and variable.code is self.code:
            self.code.environment[variable.key] = term

    # ── expressions ───────────────────────────────────────────────────────────────────────────────────────────────────────

    def _element(self, node: Node) -> int:
        """An element calls its component with the attributes."""
        name = node.child_by_field_id(self.fields["name"])
        operands: list[int] = []
        for child in node.named_children:
            if child.type == "jsx_attribute":
                parts = child.named_children
                term = self.value(parts[-1]) if len(parts) > 1 else 0
                operands += (-self.rows.word("s" + self.text(parts[0])), term)
            else:
                self.value(child)
        if name is None or name.type not in ("identifier", "member_expression") or not self.text(name)[:1].isupper():
            return 0
        given = self.rows.add(op.DISPLAY, _OBJECT, self.rows.more(operands), len(operands) >> 1)
        self.rows.add(op.CALL, max(0, self.value(name)), self.rows.more((self.where(name), 0, given)), 1)
        return 0

    def inside(self, node: Node) -> int:
        """The last of what stands in it, or what an assertion is about."""
        term = 0
        kinds = self.kinds
        takes_first = kinds[node.kind_id] in _FIRST
        for child in node.named_children:
            if kinds[child.kind_id] != "comment":
                term = self.value(child)
                if takes_first:
                    break
        return term

    def _string(self, node: Node) -> int:
        text = self.text(node)
        return -self.rows.word("s" + text) if len(text) <= 60 and "\\" not in text else 0

    def _template(self, node: Node) -> int:
        found = False
        for child in node.named_children:
            if child.type == "template_substitution":
                found = True
                term = self.inside(child)
                if term > 0:
                    self._syntax(term, "toString", child)
        return 0 if found else self._string(node)

    def _syntax(self, term: int, name: str, node: Node) -> int:
        """A method that the syntax calls when there is one."""
        method = self.rows.add(op.PROPERTY, term, self.rows.word(name), self.line(node))
        return self.rows.add(op.CALL, method, self.rows.more((2 * self.line(node) + 1,)), 0)

    def _identifier(self, node: Node) -> int:
        return self.lookup(self.text(node))

    def _member(self, node: Node) -> int:
        owner, _, name = self.three(node, "object", "", "property")
        if owner is None or name is None:
            return 0
        if self.kinds[owner.kind_id] == "super":
            return self.parent_member(self.text(name), node)
        return self.property(self.value(owner), self.text(name), node)

    def property(self, base: int, name: str, node: Node) -> int:
        """A named property of a term."""
        if base <= 0:
            return 0
        if base == self.module_object and name == "exports":
            return self.code.paths.get((base, self.rows.word(name)), self.exports)
        word = self.rows.word(name)
        held = self.code.paths.get((base, word))
        if held is None:
            held = self.code.paths[base, word] = self.rows.add(op.PROPERTY, base, word, self.line(node))
        return held

    def parent_member(self, name: str, node: Node) -> int:
        """`super.name`."""
        raise NotImplementedError

    def parent(self) -> int:
        """`super`."""
        raise NotImplementedError

    def _subscript(self, node: Node) -> int:
        owner, index = node.child_by_field_id(self.fields["object"]), node.child_by_field_id(self.fields["index"])
        if index is not None and index.type == "member_expression" and self.text(index).startswith("Symbol."):
            return self.property(self.value(owner), f"[{self.text(index)}]", node)
        base = self.parent() if owner is not None and self.kinds[owner.kind_id] == "super" else self.value(owner)
        key = self.value(index)
        if base <= 0:
            return 0
        held = self.code.paths.get((base, key)) if key < 0 else None
        if held is None:
            held = self.rows.add(op.ELEMENT, base, key, self.line(node))
            if key < 0:
                self.code.paths[base, key] = held
        return held

    def arguments(self, node: Node | None) -> list[int]:
        """(kind, term) of each argument."""
        found: list[int] = []
        if node is None:
            return found
        if node.type == "template_string":
            found += (0, self.rows.add(op.DISPLAY, _LIST, self.rows.more(()), 0))
            for child in node.named_children:
                if child.type == "template_substitution":
                    found += (0, self.inside(child))
            return found
        kinds = self.kinds
        for child in node.named_children:
            kind = kinds[child.kind_id]
            if kind == "spread_element":
                found += (_STAR, max(0, self.inside(child)))
            elif kind != "comment":
                found += (0, self.value(child))
        return found

    def _call(self, node: Node) -> int:
        children = node.children
        if len(children) == 2:
            callee: Node | None = children[0]
            given: Node | None = children[1]
        else:
            callee, given = node.child_by_field_id(self.fields["function"]), node.child_by_field_id(self.fields["arguments"])
        if callee is None:
            return 0
        kind = self.kinds[callee.kind_id]
        if kind == "super":
            return self.parent_call(node, given)
        if kind == "identifier" and given is not None and self.text(callee) == "await":
            self.rows.add(op.CALL, 0, self.rows.more((self.where(callee),)), 0)
            term = self.inside(given)
            return self.rows.add(op.AWAIT, term) if term > 0 else term
        bound = self._module(node, callee) if kind in ("import", "identifier") else 0
        if bound:
            return bound
        function = max(0, self.value(callee))
        operands = [self.where(callee), *self.arguments(given)]
        if len(operands) == 5 and operands[4] > 0 and kind == "member_expression":
            self._replaced(callee, operands[4])
        self.code.paths.clear()
        term = self.rows.add(op.CALL, function, self.rows.more(operands), len(operands) >> 1)
        return symbol(self, node, callee, operands[1:]) or term

    def _replaced(self, callee: Node, function: int) -> None:
        """`text.replace(pattern, function)` calls the function, whatever holds the text."""
        name = callee.child_by_field_id(self.fields["property"])
        if name is not None and self.text(name) in ("replace", "replaceAll"):
            self.rows.add(op.CALL, function, self.rows.more((2 * self.line(callee) + 1,)), 0)

    def _module(self, node: Node, callee: Node) -> int:
        """`require('…')` and `import('…')`: the module."""
        known = self.imports.get(node.start_byte)
        if not known or (callee.type == "identifier" and self.block.find("require") is not None):
            return 0
        if callee.type == "identifier":
            self.rows.add(op.CALL, self._outer("require"), self.rows.more((self.where(callee),)), 0)
        term = self.rows.add(op.IMPORT, known[0][0])
        if callee.type == "import":
            return self.rows.add(op.COLLECT, Container.PROMISE, term)
        return term

    def parent_call(self, node: Node, given: Node | None) -> int:
        """`super(…)`."""
        raise NotImplementedError

    def _new(self, node: Node) -> int:
        callee, given = node.child_by_field_id(self.fields["constructor"]), node.child_by_field_id(self.fields["arguments"])
        if callee is None:
            return 0
        function = max(0, self.value(callee))
        operands = [self.where(callee), *self.arguments(given)]
        self.code.paths.clear()
        return self.rows.add(op.NEW, function, self.rows.more(operands), len(operands) >> 1)

    def _array(self, node: Node) -> int:
        operands: list[int] = []
        after_comma = True
        for child in node.children:
            kind = self.kinds[child.kind_id]
            if kind == ",":
                if after_comma:
                    operands += (0, 0)
                after_comma = True
            elif child.is_named and kind != "comment":
                after_comma = False
                if kind == "spread_element":
                    operands += (_SPREAD, max(0, self.inside(child)))
                else:
                    operands += (0, self.value(child))
        return self.rows.add(op.DISPLAY, _LIST, self.rows.more(operands), len(operands) >> 1)

    def _ternary(self, node: Node) -> int:
        condition = node.child_by_field_id(self.fields["condition"])
        self.value(condition)
        terms = []
        for known, field in zip(sides(self, condition), ("consequence", "alternative"), strict=True):
            terms.append(under(self, known, partial(self.value, node.child_by_field_name(field))))
        return self.rows.phi(terms)

    def _binary(self, node: Node) -> int:
        first, operator, last = self.three(node, "left", "operator", "right")
        sign = self.kinds[operator.kind_id] if operator is not None else ""
        left = self.value(first)
        known = facts(self, first, holds=sign == "&&") if sign in ("&&", "||") else []
        right = under(self, known, partial(self.value, last))
        if sign == "instanceof":
            self.tested[node.start_byte] = right
        if sign == "&&":
            return right
        return self.rows.phi([left, right]) if sign in _LOGICAL else 0

    def assignment(self, node: Node) -> int:
        """`a = b`."""
        left, _, right = self.three(node, "left", "", "right")
        term = self.value(right)
        if left is not None:
            self.assign(left, term)
        return term

    def _augmented(self, node: Node) -> int:
        left, operator, right = self.three(node, "left", "operator", "right")
        old, term = self.value(left), self.value(right)
        if left is None or operator is None or operator.type not in _LOGICAL:
            return 0
        both = self.rows.phi([old, term])
        self.assign(left, both if left.type == "identifier" else term)
        return both

    def _await(self, node: Node) -> int:
        term = self.inside(node)
        return self.rows.add(op.AWAIT, term) if term > 0 else term

    def _yield(self, node: Node) -> int:
        term = self.inside(node)
        each = any(child.type == "*" for child in node.children)
        self.rows.add(op.YIELD, term, int(each))
        return self.rows.add(op.SENT, self.code.draft.number) if self.code.draft.number else 0

    expressions: ClassVar[Handlers] = {
        "identifier": _identifier,
        "shorthand_property_identifier": _identifier,
        "this": _this,
        "member_expression": _member,
        "subscript_expression": _subscript,
        "call_expression": _call,
        "new_expression": _new,
        "string": _string,
        "template_string": _template,
        "number": ValueWalk.integer,
        "array": _array,
        "object": literal,
        "ternary_expression": _ternary,
        "binary_expression": _binary,
        "unary_expression": ValueWalk.ignored,
        "update_expression": ValueWalk.ignored,
        "assignment_expression": assignment,
        "augmented_assignment_expression": _augmented,
        "await_expression": _await,
        "yield_expression": _yield,
        "spread_element": inside,
        "type_assertion": inside,
        "arrow_function": function,
        "function_expression": function,
        "generator_function": function,
        "class": class_value,
        "jsx_element": ValueWalk.ignored,
        "jsx_self_closing_element": _element,
        "jsx_opening_element": _element,
        "jsx_attribute": ValueWalk.ignored,
        "jsx_expression": inside,
        **dict.fromkeys(_INSIDE, inside),
    }


_IDENTIFIER: Final = EcmaExpressions.__dict__["_identifier"]
