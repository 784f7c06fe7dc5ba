"""Functions that reach a variable, field, container or parameter from elsewhere: through an owner, a literal, an argument.

By demand and by name: of the places of the project that store under a name (`Survey.stored`) those are looked at whose owner, or
callee, turns out to be the one in question. For languages with declared types, where a value's class is known without them.
"""

from typing import TYPE_CHECKING, Final

from lepasserelle.graph.anchors import BEYOND, NOTHING_KNOWN
from lepasserelle.graph.chains import CALL, NAME
from lepasserelle.graph.functions_of_c import FunctionsOfC
from lepasserelle.graph.layout import Reason
from lepasserelle.graph.shapes import IS_CALLABLE, IS_TYPE, IS_VARIABLE
from lepasserelle.graph.survey import ASSIGNED, DECLARED, DEFINED, NO_NODE, PARAMETER, PAYLOAD
from lepasserelle.graph.values import CONTENT, INSTANCE, OBJECT, UNKNOWN, Result, Value, gathered, number_of, tag_of, union

if TYPE_CHECKING:
    from lepasserelle.graph.evaluate import Evaluator

_LOW: Final = 0xFFFF_FFFF
MOST_PLACES: Final = 64
"""Places of one name that are looked at; where there are more, nothing is said of any."""


class Stored:
    """What the project stores in places that others own."""

    def __init__(self, evaluator: "Evaluator") -> None:
        self._evaluator = evaluator
        self._survey = evaluator.survey
        self._kept: dict[tuple[int, int], Result] = {}
        self._held: dict[tuple[int, int], Result] = {}
        self.functions = FunctionsOfC(self._survey, evaluator.row_of)
        self._first = self._survey.strings["#0"]
        self._return = self._survey.strings["<return>"]

    def forget(self) -> None:
        """Drop what was remembered."""
        self._kept.clear()
        self._held.clear()

    def subscript(self, anchor: int, before: int, receiver: int, line: int) -> Result:
        """What a subscript gives: by the type of what stands before it, and by what the project puts into that."""
        survey, evaluator = self._survey, self._evaluator
        found = evaluator.at(anchor, before, receiver, line)
        result = evaluator.calls.subscript(evaluator.settle(found))
        family = evaluator.row_of(anchor & _LOW).family
        if not (family.functions_flow or family.tables_flow) or (result[0] and not evaluator.held.is_open(result)):
            return result
        kept = [self.in_node(value >> 3 & _LOW, elements=True) for value in found[0] if self._may_store(value)]
        end, _, name, _ = survey.chains.parts[before]
        if end == CALL:
            kept += [self._bound(value >> 3 & _LOW, self._return) for value in self._called(anchor, before, receiver, line)]
        elif anchor < BEYOND and end == NAME:
            kept += [self._variadic(anchor & _LOW, name), self._elements(anchor & _LOW, name)]
        return union([result, *kept]) if kept else result

    def _may_store(self, value: Value) -> bool:
        node = value >> 3 & _LOW
        if value & 7 != OBJECT or not self._evaluator.holders[node]:
            return False
        family = self._evaluator.row_of(node).family
        return family.functions_flow or family.tables_flow

    def _called(self, anchor: int, chain: int, receiver: int, line: int) -> list[Value]:
        """The functions that a call enters of which a chain is."""
        found = self._evaluator.at(anchor, self._survey.chains.parts[chain][1], receiver, line)[0]
        return [value for value in found if tag_of(value) == OBJECT and IS_CALLABLE[self._survey.kind[number_of(value)]]]

    def _elements(self, scope: int, name: int) -> Result:
        """What is put into a container that a scope around binds and no definition is."""
        survey = self._survey
        while scope != NO_NODE:
            entries = survey.entries(scope, name)
            if entries and any(entry >> 56 == DEFINED for entry in entries):
                return UNKNOWN
            if entries or self._put(scope, name):
                break
            scope = survey.lexical_parent[scope]
        if scope == NO_NODE:
            return UNKNOWN
        return self._evaluator.once(self._held, (scope, name), lambda: self._bound(scope, name))

    def _put(self, scope: int, name: int) -> list[int]:
        """The movements into what a name of a scope holds."""
        number = self._survey.strings.known(self._survey.strings.texts[name] + "[]")
        return self._survey.entries(scope, number) if number >= 0 else []

    def _bound(self, scope: int, name: int) -> Result:
        """What a name of a scope holds: what is put into it, and what is held by all that it is given."""
        found = [self._evaluator.held.value(entry & PAYLOAD) for entry in self._put(scope, name)]
        for entry in self._survey.entries(scope, name):
            kind, flow = entry >> 56, entry & PAYLOAD
            if kind in {PARAMETER, DECLARED} and not self._may_hold_functions(flow):
                break
            if kind == PARAMETER and self.functions.may_be_given(scope, flow):
                held = [self._held_by(given) for given in self.given(scope, flow)]
                found += [self.functions.of(scope, each) for each in held]
            elif kind == ASSIGNED:
                found.append(self._held_by(flow))
        values, reason = gathered(found)
        return (values, max(reason, Reason.FLOW)) if values else UNKNOWN

    def _may_hold_functions(self, flow: int) -> bool:
        """Whether a declaration leaves open what a container holds, or says that it holds functions."""
        declared, contents = self._evaluator.held.declared(flow, -1), self._evaluator.contents
        return all(
            self._evaluator.held.is_open((contents.held(value) if tag_of(value) == CONTENT else (value,), 0))
            for value in declared[0]
        )

    def _held_by(self, flow: int) -> Result:
        """What is held by the container that a movement moves."""
        survey = self._survey
        source = survey.strings.texts[survey.flow_source[flow]]
        if source in NOTHING_KNOWN or source.endswith("[]") or (source[0] in "<?" and not source.startswith("<self>.")):
            return UNKNOWN
        return self._evaluator.chain(survey.flow_scope[flow], survey.chains[source + "[]"], -1, survey.flow_line[flow])

    def _variadic(self, scope: int, name: int) -> Result:
        """What calls give to a parameter that takes every further argument."""
        survey = self._survey
        for entry in survey.entries(scope, name):
            flow = entry & PAYLOAD
            if entry >> 56 == PARAMETER and survey.strings.texts[survey.flow_source[flow]].startswith("..."):
                return self.in_parameter(flow)
        return UNKNOWN

    def _is_variadic(self, function: int) -> bool:
        """Whether the last parameter of a function takes every further argument."""
        flows = self._evaluator.parameters.flows(function)
        return bool(flows) and self._survey.strings.texts[self._survey.flow_source[flows[-1]]].startswith("...")

    def in_node(self, node: int, *, elements: bool) -> Result:
        """What is stored in a variable or field (`elements`: in what it holds)."""
        if (not self._survey.stored and not elements) or not self.functions.may_be_named(node):
            return UNKNOWN
        return self._evaluator.once(self._kept, (node, -1 - elements), lambda: self._in_node(node, elements=elements))

    def in_parameter(self, flow: int) -> Result:
        """What calls give to a parameter, by its flow."""
        function = self._survey.flow_scope[flow]
        if not self._survey.stored or not self.functions.may_be_given(function, flow):
            return UNKNOWN
        return self._evaluator.once(self._kept, (function, flow), lambda: self._in_parameter(function, flow))

    def _in_node(self, node: int, *, elements: bool) -> Result:
        survey = self._survey
        owner = survey.lexical_parent[node]
        places = survey.stored.get(survey.name[node], [])
        is_field = IS_TYPE[survey.kind[owner]]
        found = [flow for flow, place in places[:MOST_PLACES] if self.is_place(flow, place, node, elements=elements)]
        if is_field and not elements:
            place = self.fields_of(owner).index(node)
            numbered = survey.stored.get(survey.strings[f"#{place}"], [])
            found += [flow for flow, place in numbered if self.owner(flow, place) == owner]
        if not elements:
            return self.functions.of(node, self.together(found))
        moved = [flow for flow, place in places[:MOST_PLACES] if self.is_place(flow, place, node, elements=False)]
        held = [self._held_by(flow) for flow in moved] if moved and self._is_table(node) else []
        put = [self._evaluator.held.value(flow) for flow in found]
        values, reason = gathered([*put, self._bound(owner, survey.name[node]), *held])
        return self.functions.of(node, (values, max(reason, Reason.FLOW)))

    def _is_table(self, node: int) -> bool:
        """Whether the declaration of a variable or field leaves open that it holds functions."""
        declared = [entry & PAYLOAD for entry in self._survey.bindings_of(node) if entry >> 56 == DECLARED]
        return all(map(self._may_hold_functions, declared))

    def fields_of(self, owner: int) -> list[int]:
        """The fields of a type, in order."""
        survey = self._survey
        row = self._evaluator.row_of(owner)
        last = min(row.base + row.count, len(survey.kind))
        return [n for n in range(owner + 1, last) if survey.lexical_parent[n] == owner and IS_VARIABLE[survey.kind[n]]]

    def is_place(self, flow: int, place: int, node: int, *, elements: bool) -> bool:
        """Whether a stored place is this variable or field."""
        survey, text = self._survey, self._survey.strings.texts[place]
        if text.endswith("[]") is not elements or "#" in text:
            return False
        text = text.removesuffix("[]")
        if "." in text:
            return self.owner(flow, place) == survey.lexical_parent[node]
        values, _ = self._evaluator.name(survey.flow_scope[flow], survey.strings[text])
        return len(values) == 1 and tag_of(values[0]) == OBJECT and number_of(values[0]) == node

    def owner(self, flow: int, place: int) -> int:
        """The class in whose field something is stored, -1 when it is not known."""
        survey = self._survey
        owner = survey.strings.texts[place].removesuffix("[]").rpartition(".")[0]
        scope = survey.flow_scope[flow]
        values, _ = self._evaluator.settle(self._evaluator.chain(scope, survey.chains[owner], -1, survey.flow_line[flow]))
        return number_of(values[0]) if len(values) == 1 and tag_of(values[0]) == INSTANCE else -1

    def _in_parameter(self, function: int, flow: int) -> Result:
        values, reason = gathered([self._evaluator.held.value(given) for given in self.given(function, flow)])
        return self.functions.of(function, (values, max(reason, Reason.FLOW)))

    def given(self, function: int, flow: int) -> list[int]:
        """The flows by which calls give something to a parameter."""
        survey, evaluator = self._survey, self._evaluator
        index = evaluator.parameters.flows(function).index(flow)
        found = []
        for given, place in survey.stored.get(survey.name[function], [])[:MOST_PLACES]:
            callee, _, number = survey.strings.texts[place].partition("#")
            if not number or (int(number) != index and not (self._is_variadic(function) and int(number) >= index)):
                continue
            scope = survey.flow_scope[given]
            values, _ = evaluator.settle(evaluator.chain(scope, survey.chains[callee], -1, survey.flow_line[given]))
            if any(tag_of(value) == OBJECT and self._enters(number_of(value), function) for value in values):
                found.append(given)
        return found

    def _enters(self, called: int, function: int) -> bool:
        if called == function:
            return True
        return bool(IS_CALLABLE[self._survey.kind[called]]) and function in self._evaluator.imports.packages.body(called)[0]

    def together(self, flows: list[int]) -> Result:
        """What several flows move."""
        values, _ = union([self._evaluator.held.value(flow) for flow in flows])
        return (values, Reason.FLOW) if values else UNKNOWN
