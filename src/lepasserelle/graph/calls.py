"""What calls and subscripts give, and what decorators leave of a function. Follows declared types and `return`s of the project."""

from typing import TYPE_CHECKING, Final

from lepasserelle.graph.builtin_names import RESULT_TYPES
from lepasserelle.graph.families import called_member
from lepasserelle.graph.layout import Reason
from lepasserelle.graph.shapes import CLASS, ENUM, IS_CALLABLE, IS_TYPE, MODULE, STATIC
from lepasserelle.graph.survey import NO_NODE, PAYLOAD
from lepasserelle.graph.values import (
    CONTENT,
    INSTANCE,
    MEMBER_OUTSIDE,
    OBJECT,
    OUTSIDE,
    OUTSIDE_INSTANCE,
    UNKNOWN,
    Result,
    Value,
    number_of,
    pack,
    receiver_of,
    tag_of,
    union,
)
from lepasserelle.model import NodeFlag, Role
from lepasserelle.model.calling import MAKES

if TYPE_CHECKING:
    from lepasserelle.graph.evaluate import Evaluator

_CALL: Final = int(Role.CALL)
_HIDES_RESULT: Final = frozenset({"contextlib.contextmanager", "contextlib.asynccontextmanager"})
_WRAPS: Final = frozenset({"<global>.Optional"})
"""Types whose instances are used as what they were made of (`Optional(x)` of Swift, which is taken apart before it is used)."""
_WITH_NEW: Final = frozenset({"c_sharp", "java"})
"""Languages in which a method hides no type of its name from `new`, and says when it returns nothing."""
ACCESSOR_PARTS: Final = (".setter", ".getter", ".deleter")
"""Decorators that add a part to a property."""


_OUTER_THIS: Final = frozenset({"java", "scala"})
"""Languages in which a class around names its instance so."""


class Calls:
    """Results of calls, by demand."""

    def __init__(self, evaluator: "Evaluator") -> None:
        self._evaluator = evaluator
        self._survey = evaluator.survey
        self._returned: dict[tuple[int, int], Result] = {}
        self._opaque: dict[int, tuple[bool, bool]] = {}
        self._judged: set[int] = set()
        self.class_names = True
        """Whether the family that asks names classes, and nothing else, in camel case."""
        self._type = self._survey.strings["<type>"]
        self._return = self._survey.strings["<return>"]

    def forget(self) -> None:
        """Drop what was remembered."""
        self._returned.clear()
        self._opaque.clear()

    def call(self, result: Result) -> Result:
        """What calling the (settled) values gives."""
        values, reason = result
        if not values:
            return UNKNOWN
        results = [self._call_of(value) for value in values]
        found, why = results[0] if len(results) == 1 else union(results)
        return (found, max(why, reason)) if found else UNKNOWN

    def as_type(self, scope: int, callee: int, called: Result, line: int) -> Result:
        """What a call of a bare name calls, where its value is asked for: `new X()` beside a method `X` makes an instance of the
        type. Nothing, where the file has both and the line does not tell which is meant.
        """
        survey, evaluator = self._survey, self._evaluator
        if len(called[0]) != 1 or tag_of(called[0][0]) != OBJECT:
            return called
        node = number_of(called[0][0])
        if not IS_CALLABLE[survey.kind[node]] or evaluator.row_of(node).language not in _WITH_NEW:
            return called
        cls = evaluator.class_around(scope)
        if cls == NO_NODE:
            return called
        if self.returned(node, receiver_of(called[0][0]))[0]:
            made = self._makes(scope, callee, line)
            if made is not True:
                return called if made is False else UNKNOWN
        hidden = evaluator.name(survey.lexical_parent[cls], survey.chains.parts[callee][2])
        types = [value for value in hidden[0] if tag_of(value) == OBJECT and IS_TYPE[survey.kind[number_of(value)]]]
        return hidden if types and len(types) == len(hidden[0]) else called

    def _makes(self, scope: int, callee: int, line: int) -> bool | None:
        """Whether `new` stands before the calls of a name at this line, else in this file; None where before some only."""
        survey, row = self._survey, self._evaluator.row_of(scope)
        found: set[bool] = set()
        near: set[bool] = set()
        for place in row.references:
            if survey.reference_chain[place] == callee and survey.reference_role[place] == _CALL:
                makes = survey.reference_arity[place] >= 0 and bool(survey.reference_arity[place] & MAKES)
                found.add(makes)
                if survey.reference_line[place] == line:
                    near.add(makes)
        if len(found) > 1:
            self._evaluator.mark_by_line()
        told = near if len(near) == 1 else found
        return told.pop() if len(told) == 1 else None

    def _call_of(self, value: Value) -> Result:
        tag, number = tag_of(value), number_of(value)
        if tag == OBJECT:
            kind = self._survey.kind[number]
            if IS_TYPE[kind]:
                return ((pack(INSTANCE, number),), Reason.CONSTRUCTED)
            if kind == MODULE:
                return self.call(self.default_of(number))
            return self.returned(number, receiver_of(value)) if IS_CALLABLE[kind] else UNKNOWN
        if tag == INSTANCE:
            if self._survey.kind[number] == ENUM:
                return ((value,), Reason.CONSTRUCTED)
            member = called_member(self._evaluator.row_of(number).language)
            return self._result_of_member(number, member) if member else UNKNOWN
        if tag == OUTSIDE:
            entry = receiver_of(value) - 1
            if entry >= 0:
                method = self._survey.strings.texts[number].rpartition(".")[2]
                return self._evaluator.contents.given(entry, method, Reason.RETURNED)
            return self._call_of_outside(number, entry + 1 == MEMBER_OUTSIDE)
        return UNKNOWN

    def making(self, cls: int, name: int) -> Result | None:
        """A member that makes an instance, and that no class of the project defines: calling it is calling the class. `A.this` of
        Java and Scala is the instance around. None of another name.
        """
        if self._survey.strings.texts[name] == "this" and self._evaluator.row_of(cls).language in _OUTER_THIS:
            return ((pack(INSTANCE, cls),), Reason.RECEIVER)
        if not self._is_maker(cls, name) or self._survey.kind[cls] != CLASS:
            return None
        return ((pack(OBJECT, cls),), Reason.MEMBER)

    def _is_maker(self, node: int, name: int) -> bool:
        maker = self._evaluator.row_of(node).family.makes
        return bool(maker) and self._survey.strings.texts[name] == maker

    def maker(self, scope: int, name: int, receiver: int) -> Result | None:
        """The same named without a receiver: the class, in its own methods and its body, and nothing that is known in those of its
        instances and of modules. None of another name.
        """
        survey, here = self._survey, scope
        if not self._is_maker(scope, name):
            return None
        while here != NO_NODE and not survey.flags[here] & STATIC and not IS_TYPE[survey.kind[here]]:
            if IS_CALLABLE[survey.kind[here]] and IS_TYPE[survey.kind[survey.lexical_parent[here]]]:
                return UNKNOWN
            here = survey.lexical_parent[here]
        cls = self._evaluator.class_around(here) if here != NO_NODE else NO_NODE
        if cls == NO_NODE or survey.kind[cls] != CLASS:
            return UNKNOWN
        return ((pack(OBJECT, receiver if receiver >= 0 else cls),), Reason.RECEIVER)

    def default_of(self, module: int) -> Result:
        """What calling a module itself calls: the default export of an ECMAScript file (`module.exports = f`)."""
        evaluator = self._evaluator
        if evaluator.row_of(module).family.name != "ecma":
            return UNKNOWN
        found = evaluator.imports.file_member(evaluator.file_of(module), self._survey.strings["default"])
        settled = evaluator.settle(found)
        return settled if all(value & 7 != OBJECT or number_of(value) != module for value in settled[0]) else UNKNOWN

    def _call_of_outside(self, number: int, member: bool) -> Result:
        strings = self._survey.strings
        text = strings.texts[number]
        known = RESULT_TYPES.get(text)
        if known is not None:
            return ((pack(OUTSIDE_INSTANCE, strings[known]),), Reason.RETURNED)
        if not member and self.class_names and named_like_class(text) and text not in _WRAPS:
            return ((pack(OUTSIDE_INSTANCE, number),), Reason.CONVENTION)
        return UNKNOWN

    def _result_of_member(self, cls: int, member: str) -> Result:
        evaluator = self._evaluator
        return self.call(evaluator.settle(evaluator.member(cls, self._survey.strings[member])))

    def subscript(self, result: Result) -> Result:
        """What a subscript of the values gives: a class with type arguments is the class, an instance answers by `__getitem__`."""
        results: list[Result] = []
        for value in result[0]:
            tag, number = tag_of(value), number_of(value)
            if tag == OBJECT and (IS_TYPE[self._survey.kind[number]] or IS_CALLABLE[self._survey.kind[number]]):
                results.append(((value,), result[1]))
            elif tag == CONTENT:
                results.append((self._evaluator.contents.held(value), result[1]))
            elif tag == INSTANCE and self._evaluator.row_of(number).family.indexes_pointers:
                results.append(((value,), result[1]))
            elif tag == INSTANCE and self._evaluator.row_of(number).family.name == "python":
                results.append(self._result_of_member(number, "__getitem__"))
            elif tag == OUTSIDE:
                results.append(((value,), result[1]) if named_like_class(self._survey.strings.texts[number]) else UNKNOWN)
        return union(results)

    def returned(self, node: int, receiver: int) -> Result:
        """What a function returns: its declared type, else the values of its `return`s."""
        if self.opaque(node)[1]:
            return UNKNOWN
        return self._evaluator.once(self._returned, (node, receiver), lambda: self._result_of(node, receiver))

    def _result_of(self, node: int, receiver: int) -> Result:
        survey, held = self._survey, self._evaluator.held
        flowing = self._evaluator.row_of(node).family.functions_flow
        alias: Result = UNKNOWN
        for entry in survey.entries(node, self._type):
            declared = held.declared(entry & PAYLOAD, receiver)
            if declared[0] and not (flowing and held.is_open(declared)):
                return declared[0], Reason.RETURNED
            alias = declared
        values, reason = held.together([entry & PAYLOAD for entry in survey.entries(node, self._return)], receiver)
        if alias[0]:
            values = union([(values, reason), alias])[0]
        return (values, max(reason, Reason.RETURNED)) if values else UNKNOWN

    def opaque(self, node: int) -> tuple[bool, bool]:
        """(whether a decorator may have replaced the function, whether what it returns is then unknown)."""
        chains = self._survey.decorators.get(node)
        if chains is None:
            return False, False
        known = self._opaque.get(node)
        if known is None:
            if node in self._judged:
                self._evaluator.passing.turn_back()
                return True, True
            self._judged.add(node)
            known = self._judge_decorators(node, chains)
            self._judged.discard(node)
            self._evaluator.keep(self._opaque, node, known)
        return known

    def keeps(self, scope: int, source: str) -> bool:
        """Whether an assignment leaves the function what it is: nothing that could be called, or a decorator applied by hand."""
        if source == "<none>" or not source.endswith("()"):
            return source == "<none>"
        values, _ = self._evaluator.chain(scope, self._survey.chains[source[:-2]])
        transparent = self._evaluator.row_of(scope).family.transparent
        return len(values) == 1 and tag_of(values[0]) == OUTSIDE and self._survey.strings.texts[number_of(values[0])] in transparent

    def returns_nothing(self, node: int) -> bool:
        """Whether a function says `None` wherever it returns, so that what it decorates is no function any more."""
        survey = self._survey
        sources = {survey.flow_source[entry & PAYLOAD] for entry in survey.entries(node, self._return)}
        return sources == {survey.strings["<none>"]} and not survey.flags[node] & NodeFlag.ASYNC

    def is_replaced_by_nothing(self, node: int) -> bool:
        """Whether the outermost decorator of a definition gives nothing."""
        chain = self._survey.strings.texts[self._survey.decorators[node][0]] if self._survey.decorators.get(node) else "()"
        if chain.endswith(("()", *ACCESSOR_PARTS)) or not self._evaluator.row_of(node).family.decorators_call:
            return False
        values, _ = self._evaluator.chain(self._survey.lexical_parent[node], self._survey.chains[chain])
        functions = [number_of(v) for v in values if tag_of(v) == OBJECT and IS_CALLABLE[self._survey.kind[number_of(v)]]]
        return len(functions) == 1 == len(values) and self.returns_nothing(functions[0])

    def _judge_decorators(self, node: int, chains: tuple[int, ...]) -> tuple[bool, bool]:
        evaluator, texts = self._evaluator, self._survey.strings.texts
        family = evaluator.row_of(node).family
        replaced = hidden = False
        for number in chains if family.decorators_call else ():
            chain = texts[number].removesuffix("()")
            if chain.endswith(ACCESSOR_PARTS):
                continue
            values, _ = evaluator.chain(self._survey.lexical_parent[node], self._survey.chains[chain])
            names = {texts[number_of(value)] for value in values if tag_of(value) == OUTSIDE}
            if len(values) != 1 or not names & family.transparent:
                replaced = hidden = True
            hidden |= bool(names & _HIDES_RESULT)
        return replaced, hidden


def named_like_class(text: str) -> bool:
    """Whether the last name is written in capital camel case, as classes are in every language that has a convention."""
    name = text.rpartition(".")[2]
    return name[:1].isupper() and not name.isupper() and "_" not in name and not text.startswith(("<builtin>", "?", "typing"))
