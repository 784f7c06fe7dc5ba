"""Python's expressions to value code. Statements stand in `value_statements`.

Only values that something can be called on or taken from get a term; numbers, texts and what arithmetic gives are constants or
nothing.
"""

from typing import ClassVar, Final

from tree_sitter import Node

from lepasserelle.model.values import Container, Spread
from lepasserelle.parse import value_builtins, value_comprehensions, value_narrowing, value_texts
from lepasserelle.parse import value_ops as op
from lepasserelle.parse.chains import REMEMBERED
from lepasserelle.parse.draft import Draft
from lepasserelle.parse.value_code import CLASS, FUNCTION, MODULE, NO_VIEW, Frame
from lepasserelle.parse.value_walk import DEEPEST, Handlers, Told, ValueWalk

_OPERATORS = {
    "+": "__add__", "-": "__sub__", "*": "__mul__", "/": "__truediv__", "//": "__floordiv__", "%": "__mod__", "**": "__pow__",
    "@": "__matmul__", "&": "__and__", "|": "__or__", "^": "__xor__", "<<": "__lshift__", ">>": "__rshift__",
    "==": "__eq__", "!=": "__ne__", "<": "__lt__", "<=": "__le__", ">": "__gt__", ">=": "__ge__",
}  # fmt: skip
_UNARY = {"-": "__neg__", "+": "__pos__", "~": "__invert__"}
_TUPLE, _DICT = int(Container.TUPLE), int(Container.DICT)
_CONTAINERS = {"list": int(Container.LIST), "tuple": _TUPLE, "expression_list": _TUPLE, "set": int(Container.SET)}
_TRUE_OR_FALSE = frozenset({"isinstance", "hasattr", "issubclass", "callable", "len", "any", "all", "bool"})
_TESTED = frozenset({"is", "is not", "==", "!="})
_STAR, _DOUBLE_STAR = -1, -2
_SWITCHES = frozenset({"autouse", "indirect"})
"""Arguments by name of which pytest asks whether they are true: that stands for a text, as others are nothing known."""
_NAMES: dict[bytes, str] = {}
"""Names that mean the same in every scope of every file, as they are written."""
_UNKNOWN, _SPREAD, _KEY = int(Spread.UNKNOWN), int(Spread.STAR), int(Spread.KEY)


class Expressions(ValueWalk):
    """Walks the expressions of one file. `frame` is the scope whose code is walked."""

    def __init__(self, told: Told) -> None:
        super().__init__(told)
        drafts = told.drafts
        if len(_NAMES) > REMEMBERED:
            _NAMES.clear()
        self.by_name = {draft.name_start: draft for draft in drafts[1:] if draft.code}
        self.by_span = {(draft.start, draft.end): draft for draft in drafts if draft.name.startswith("<lambda")}
        self.imports: dict[int, list[tuple[int, str, str]]] = {}
        for number, found in enumerate(told.imports):
            self.imports.setdefault(found.position, []).append((number, found.bound.alias, found.bound.module))
            found.scope.bound.add(found.bound.alias)
        for draft in drafts[1:]:
            if draft.parent is not None and draft.code:
                draft.parent.bound.add(draft.name)
        self.frame = Frame(drafts[0], MODULE, None, drafts[0].bound)
        self._names = _NAMES
        """Those of which the word is known stand in the next one too."""
        self._members: dict[bytes, int] = {}
        self._constant = 0, 0
        """What a member was last taken from that holds nothing else, and where the member ends."""
        self.given: dict[int, list[int]] = {}
        """Where a call of a built-in that tests something begins → its arguments."""
        self.compared: dict[int, tuple[str, int]] = {}
        """Where a comparison of two begins → operator, term of the right side."""
        self._known: list[tuple[tuple[int, tuple[int, ...], bool], ...]] = [()]
        """What is known of attributes: tests, their operands, whether they hold."""

    def value(self, node: Node | None) -> int:
        """As for every language; a name, as half of all expressions are, is looked up here and now."""
        if node is None:
            return 0
        handler = self.walks_expression[node.kind_id]
        depth = self.depth
        if handler is None or depth > DEEPEST:
            return 0
        if handler is _IDENTIFIER:
            name = self._names.get(self.data[node.start_byte : node.end_byte]) or self.name(node)
            frame = self.frame
            environment = frame.environment
            if environment is not None and not frame.outer_names:
                held = environment.get(name)
                if held is not None:
                    return held
            return self.lookup(name)
        self.depth = depth + 1
        term: int = handler(self, node)
        self.depth = depth
        return term

    def text(self, node: Node) -> str:
        """What is written there."""
        return self.data[node.start_byte : node.end_byte].decode("utf-8", "replace")

    def name(self, node: Node) -> str:
        """A name as its scope knows it: private ones of a class are mangled."""
        data = self.data[node.start_byte : node.end_byte]
        known = self._names.get(data)
        if known is not None:
            return known
        text = data.decode("utf-8", "replace")
        if text[:2] != "__" or text[-2:] == "__":
            self._names[data] = text
        else:
            frame: Frame | None = self.frame
            while frame is not None and frame.kind != CLASS:
                frame = frame.parent
            if frame is not None and (owner := frame.draft.name.lstrip("_")):
                return f"_{owner}{text}"
        return text

    # ── expressions ───────────────────────────────────────────────────────────────────────────────────────────────────────

    def _inside(self, node: Node) -> int:
        term = 0
        for child in node.named_children:
            if child.type != "comment":
                term = self.value(child)
        return term

    string = value_texts.string

    def identifier(self, node: Node) -> int:
        """What a name means here."""
        return self.lookup(self.name(node))

    def lookup(self, name: str) -> int:
        """What a name means here."""
        frame: Frame = self.frame
        if name in frame.outer_names:
            found = frame.outer_names[name]
            return self._outer(name) if found is None else found.seen(self.rows, name, NO_VIEW)
        if frame.environment is not None:
            term = frame.environment.get(name)
            if term is not None:
                return term
        if name in frame.shared:
            return frame.shared[name]
        if name in frame.local and (frame.kind == FUNCTION or (frame.kind == MODULE and name in frame.stores)):
            return 0
        if frame.kind == CLASS and frame.parent is not None and frame.parent.kind != CLASS:
            self.frame = frame.parent
            term = self.lookup(name)
            self.frame = frame
            return term
        around = frame.parent
        while around is not None:
            if around.kind != CLASS and name in around.local:
                return around.seen(self.rows, name, frame.views.get(around, NO_VIEW))
            around = around.parent
        return self._outer(name)

    def _outer(self, name: str) -> int:
        term = self.outer.get(name)
        if term is None:
            term = self.outer[name] = self.rows.add(op.OUTER, self.rows.word(name))
        return term

    def member(self, node: Node) -> int:
        """The word of a name."""
        data = self.data[node.start_byte : node.end_byte]
        word = self._members.get(data)
        if word is None:
            word = self.rows.word(self.name(node))
            if data in self._names:
                self._members[data] = word
        return word

    def _attribute(self, node: Node) -> int:
        children = node.children
        base = self.value(children[0])
        if base <= 0:
            self._constant = base, node.end_byte
            return 0
        name = children[-1]
        end = name.end_byte
        word = self._members.get(self.data[name.start_byte : end]) or self.member(name)
        paths = self.frame.paths
        held = paths.get((base, word))
        if held is None:
            start, stop, line, _ = self.lined
            held = self.rows.add(op.ATTRIBUTE, base, word, line if start < end <= stop else self.line_at(end))
            if len(self._known) > 1 and self.frame.environment is not None:
                known = self._known[self.frame.environment.get(value_narrowing.path(base, word), 0)]
                held = value_narrowing.left(self, held, known)
            paths[base, word] = held
        return held

    def also_known(self, number: int, fact: tuple[int, tuple[int, ...], bool]) -> int:
        """The number of what is known of an attribute and one thing more."""
        self._known.append((*self._known[number], fact))
        return len(self._known) - 1

    def key(self, node: Node) -> int:
        """The key term of a subscript."""
        if node.type == "unary_operator" and node.named_child_count == 1 and node.named_children[0].type == "integer":
            text = self.text(node)
            return -self.rows.word("i" + text) if text[:1] == "-" and text[1:].isdecimal() else 0
        term = self.value(node)
        return term if term >= 0 or self.is_whole(term) else 0

    def is_whole(self, term: int) -> bool:
        """Whether a term is a constant of which every part is known."""
        return term < 0 and self.rows.words_in_order[-term][0] != "f"

    def _subscript(self, node: Node) -> int:
        children = node.named_children
        base = self.value(children[0])
        if len(children) == 2 and children[1].type == "slice":
            return self._slice(base, children[1])
        keys = [self.key(child) for child in children[1:]]
        if base <= 0:
            return 0
        key = keys[0] if len(keys) == 1 else 0
        held = self.frame.paths.get((base, key)) if key < 0 else None
        if held is None or held <= 0 or self.rows.rows[held << 2] != op.ITEM:
            taken = self.rows.add(op.ITEM, base, key, self.line(node))  # asked for even where it is known: a method may answer
        if held is None:
            held = taken
            if key < 0:
                self.frame.paths[base, key] = held
        return held

    def _slice(self, base: int, node: Node) -> int:
        self.ignored(node)
        if base <= 0:
            return 0
        first, *rest = self.text(node).split(":")
        if len(rest) == 1 and all(text == "" or text.isdecimal() for text in (first, rest[0])):
            return self.rows.add(op.COPY, base, int(first or "0"), int(rest[0] or "0"))
        return self.rows.add(op.COPY, base, -1)

    def _call(self, node: Node) -> int:
        rows, children = self.rows, node.children
        callee = children[0]
        kind, start, end = self.kinds[callee.kind_id], callee.start_byte, callee.end_byte
        named = self.data[start:end] if kind == "identifier" else b""
        if named == b"super":
            return value_builtins.parent(self, node)
        function = self.value(callee)
        if named:
            if named == b"eval":
                value_builtins.evaluated(self, node)
            elif function <= 0 and self._is_lost(self.name(callee)):
                rows.add(op.LOST, self.where(callee))
        given = self.arguments(children[-1])
        if named in value_narrowing.TESTS and function > 0 and rows.rows[function << 2] == op.OUTER:
            self.given[node.start_byte] = given
        frame = self.frame
        if frame.kind != FUNCTION:
            self.module_calls()
        reference = self.calls.get((start, end))
        operands = [2 * reference if reference is not None else self.where(callee), *given]
        frame.paths.clear()
        if kind == "attribute" and self.data.endswith(b"format", start, end) and value_texts.is_format(self, callee):
            rows.add(op.CALL, 0, rows.more(operands), len(operands) >> 1)
            return value_texts.formatted(self, callee.named_children[0], given)
        made = rows.add(op.CALL, function, rows.more(operands), len(operands) >> 1)
        return (function == 0 and value_texts.in_case(self, self._constant, callee, children[-1])) or made

    def _is_lost(self, name: str) -> bool:
        """Whether a name has a value here that cannot be followed, or none."""
        frame = self.frame
        if frame.environment is not None and name in frame.environment:
            return True
        around = frame.parent
        while around is not None and (around.kind == CLASS or name not in around.local):
            around = around.parent
        return around is not None and around.is_gone(name, frame.views.get(around, NO_VIEW)[2])

    def module_calls(self) -> None:
        """Something is called, which may call whatever the module has defined up to here."""
        frame: Frame | None = self.frame
        while frame is not None and frame.kind == CLASS:
            frame = frame.parent
        if frame is not None and frame.kind == MODULE and frame.called[-1:] != [frame.clock]:
            frame.called.append(frame.clock)

    def arguments(self, last: Node) -> list[int]:
        """(kind, term) of each argument, from the last child of a call."""
        kinds = self.kinds
        if kinds[last.kind_id] == "generator_expression":
            return [0, self.value(last)]
        found: list[int] = []
        for child in last.named_children if last.named_child_count else ():
            kind = kinds[child.kind_id]
            if kind == "keyword_argument":
                parts = child.named_children
                word, term = self.text(parts[0]), self.value(parts[-1])
                is_on = term == 0 and word in _SWITCHES and kinds[parts[-1].kind_id] == "true"
                found += (self.rows.word(word), -self.rows.word("sTrue") if is_on else term)
            elif kind == "list_splat":
                found += (_STAR, max(0, self._inside(child)))
            elif kind == "dictionary_splat":
                found += (_DOUBLE_STAR, max(0, self._inside(child)))
            elif kind != "comment":
                found.append(0)
                found.append(self.value(child))
        return found

    def _keyword(self, node: Node) -> int:
        return self.value(node.named_children[-1])

    def _display(self, node: Node) -> int:
        operands: list[int] = []
        kinds = self.kinds
        for child in node.named_children:
            kind = kinds[child.kind_id]
            if kind == "list_splat" or kind == "parenthesized_list_splat":
                operands += (_SPREAD, max(0, self._inside(child)))
            elif kind != "comment":
                operands.append(0)
                operands.append(self.value(child))
        kind_of = _CONTAINERS[kinds[node.kind_id]] | self.line(node) << 3
        return self.rows.add(op.DISPLAY, kind_of, self.rows.more(operands), len(operands) >> 1)

    def _dictionary(self, node: Node) -> int:
        operands: list[int] = []
        for child in node.named_children:
            if child.type == "pair":
                parts = [part for part in child.named_children if part.type != "comment"]
                key, value = self.value(parts[0]), self.value(parts[-1])
                operands += (key if self.is_whole(key) else _UNKNOWN, value)
                if key > 0:
                    operands += (_KEY, key)
            elif child.type == "dictionary_splat":
                operands += (_SPREAD, max(0, self._inside(child)))
        return self.rows.add(op.DISPLAY, _DICT | self.line(node) << 3, self.rows.more(operands), len(operands) >> 1)

    def _comprehension(self, node: Node) -> int:
        return value_comprehensions.gathered(self, node)

    def bind_name(self, node: Node, term: int) -> None:
        """A name means a term from here on; `_` is bound to nothing in patterns."""
        name = self.name(node)
        if name != "_":
            self.frame.bind(self.rows, name, term)

    def iterate(self, node: Node, term: int, loop: Node) -> int:
        """What a loop over a value gives."""
        if term <= 0:
            return 0
        waits = self.data[loop.start_byte : loop.start_byte + 5] == b"async"
        return self.rows.add(op.ITERATE, term, self.line(node), int(waits))

    def _lambda(self, node: Node) -> int:
        draft = self.by_span.get((node.start_byte, node.end_byte))
        if draft is None:
            return 0
        parts = node.named_children
        self.define(draft, parts[0] if len(parts) > 1 else None, parts[-1])
        return self.rows.add(op.DEFINITION, draft.number)

    def define(self, draft: Draft, parameters: Node | None, body: Node) -> None:
        """A function whose body is walked when all names around it are known."""
        raise NotImplementedError

    def _conditional(self, node: Node) -> int:
        parts = [child for child in node.named_children if child.type != "comment"]
        self.truth(parts[1])
        terms = [self._under(parts[1], parts[2 * way], holds=not way) for way in (0, 1)]
        return self.rows.phi([max(0, term) for term in terms])

    def _under(self, condition: Node, node: Node, *, holds: bool) -> int:
        """A value behind a condition."""
        known = value_narrowing.facts(self, condition, holds=holds)
        return value_narrowing.under(self, known, lambda: self.value(node))

    def _boolean(self, node: Node) -> int:
        parts = [child for child in node.named_children if child.type != "comment"]
        operator = node.child_by_field_name("operator")
        first = self.truth(parts[0])
        then = self._under(parts[0], parts[-1], holds=operator is not None and operator.type == "and")
        return self.rows.phi([max(0, first), max(0, then)])

    def truth(self, node: Node) -> int:
        """A value that is asked whether it is true."""
        term = self.value(node)
        if term <= 0 or (kind := self.kinds[node.kind_id]) in ("boolean_operator", "parenthesized_expression"):
            return term
        if kind != "call" or self.text(node.named_children[0]) not in _TRUE_OR_FALSE:
            self.operate(term, "__bool__", 0, node)
        return term

    def operate(self, term: int, word: str, argument: int, node: Node) -> int:
        """A method that the syntax calls."""
        if term <= 0:
            return 0
        return self.rows.add(op.OPERATE, term, argument, self.rows.more((self.rows.word(word), self.line(node))))

    def _not(self, node: Node) -> int:
        self.truth(node.named_children[-1])
        return 0

    def _binary(self, node: Node) -> int:
        children = node.named_children
        left, right = children[0], children[-1]
        first, second = self.value(left), self.value(right)
        operator = node.child_by_field_name("operator")
        sign = operator.type if operator is not None else ""
        if sign == "%" and left.type == "string":
            return value_texts.percent(self, left, second)
        if sign == "+" and (first < 0 or second < 0) and (text := value_texts.joined(self, first, second)):
            return text
        word = _OPERATORS.get(sign, "")
        if not word:
            return 0
        if first > 0:
            return self.operate(first, word, second, node)
        return self.operate(second, f"__r{word[2:]}", first, node)

    def _unary(self, node: Node) -> int:
        term = 0
        for child in node.named_children:
            term = self.value(child)
        return self.operate(term, _UNARY[node.children[0].type], 0, node)

    def _comparison(self, node: Node) -> int:
        left, operator, before, kinds = 0, "", node, self.kinds
        for child in node.children:
            kind = kinds[child.kind_id]
            if not child.is_named:
                operator = (operator + " " + kind).strip() if kind in ("not", "in") else kind
                continue
            if kind == "comment":
                continue
            term = self.value(child)
            if operator in ("in", "not in"):
                self.operate(term, "__contains__", left, node)
            elif operator in _OPERATORS:
                self.operate(left, _OPERATORS[operator], term, before)
            if operator in _TESTED:
                self.compared[node.start_byte] = (operator, term)
            left, operator, before = term, "", child
        return 0

    def _named(self, node: Node) -> int:
        parts = node.named_children
        term = self.value(parts[-1])
        self.frame.bind(self.rows, self.name(parts[0]), term)
        return term

    def _yield(self, node: Node) -> int:
        children = [child for child in node.named_children if child.type != "comment"]
        each = any(child.type == "from" for child in node.children)
        for child in children:
            term = self.value(child)
            if each and term > 0:
                self.rows.add(op.ITERATE, term, self.line(child), 0)
            if term:
                self.rows.add(op.YIELD, term, int(each))
            if each:
                return self.rows.add(op.RESULT, term, self.line(child)) if term > 0 else 0
        if not children:
            self.rows.add(op.YIELD)
        return self.rows.add(op.SENT, self.frame.draft.number) if self.frame.kind == FUNCTION else 0

    def _await(self, node: Node) -> int:
        term = self._inside(node)
        return self.rows.add(op.RESULT, term, self.line(node), 1) if term > 0 else term

    expressions: ClassVar[Handlers] = {
        "identifier": identifier,
        "attribute": _attribute,
        "call": _call,
        "subscript": _subscript,
        "string": string,
        "concatenated_string": _inside,
        "integer": ValueWalk.integer,
        "parenthesized_expression": _inside,
        "await": _await,
        "interpolation": _inside,
        "format_specifier": _inside,
        "format_expression": _inside,
        "list": _display,
        "tuple": _display,
        "set": _display,
        "expression_list": _display,
        "dictionary": _dictionary,
        "list_comprehension": _comprehension,
        "set_comprehension": _comprehension,
        "generator_expression": _comprehension,
        "dictionary_comprehension": _comprehension,
        "lambda": _lambda,
        "conditional_expression": _conditional,
        "boolean_operator": _boolean,
        "not_operator": _not,
        "unary_operator": _unary,
        "binary_operator": _binary,
        "comparison_operator": _comparison,
        "named_expression": _named,
        "list_splat": _inside,
        "yield": _yield,
        "slice": ValueWalk.ignored,
        "keyword_argument": _keyword,
    }


_IDENTIFIER: Final = Expressions.identifier
