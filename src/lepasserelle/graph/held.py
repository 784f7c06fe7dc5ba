"""What variables, fields and accessors hold: their declared type, else every value that is assigned to them.

Order counts in one way only: at a place within the same scope, an assignment after it is not seen when there is one before it, or
when the name is a parameter.
"""

from typing import TYPE_CHECKING, Final

from lepasserelle.graph.anchors import NOTHING_KNOWN
from lepasserelle.graph.builtin_names import LITERAL_TYPES
from lepasserelle.graph.layout import Reason
from lepasserelle.graph.shapes import ENUM_MEMBER, IS_CALLABLE, IS_TYPE, TYPE
from lepasserelle.graph.survey import ASSIGNED, DECLARED, DEFINED, PARAMETER, PAYLOAD
from lepasserelle.graph.typed_builtins import RUST_BUILTINS
from lepasserelle.graph.values import (
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
from lepasserelle.model import NodeKind

if TYPE_CHECKING:
    from lepasserelle.graph.evaluate import Evaluator

_MOST_REMEMBERED: Final = 200_000
_NOTHING: Final = frozenset(NOTHING_KNOWN)
_LOW: Final = 0xFFFF_FFFF
_ASSIGNED: Final = Reason.ASSIGNED  # looking it up takes three times as long as what is done with it
_FROM_RECEIVER: Final = ("<self>", "<class>", "<super>")
_SELF_TYPES: Final = frozenset({"typing.Self", "typing_extensions.Self"})
_BOUND: Final = frozenset({int(NodeKind.VARIABLE), int(NodeKind.CONSTANT), int(NodeKind.FIELD)})

_EXTENDED_BY_ALIAS: Final = "swift"
"""Where a type outside may go by another name on one system only, by which it is extended (`typealias UIColor = NSColor`)."""
_HELD_BY_FLOW: Final = "python"
"""Where the flow of values alone says what containers hold."""
_NO_TYPES: Final = ("typing", "collections.abc", "<builtin>.", "?")


class Held:
    """Values of names, by demand."""

    def __init__(self, evaluator: "Evaluator") -> None:
        self._evaluator = evaluator
        self._survey = evaluator.survey
        self._holders = evaluator.holders
        self._assigned: dict[tuple[int, int], Result] = {}
        self._declared: dict[tuple[int, int], Result] = {}

    def trim(self) -> None:
        """Keep what is remembered bounded."""
        if len(self._assigned) > _MOST_REMEMBERED:
            self._assigned.clear()

    def forget(self) -> None:
        """Drop what was remembered."""
        self._assigned.clear()
        self._declared.clear()

    def settle(self, result: Result) -> Result:
        """Variables and accessors replaced by what they hold; everything else as it is."""
        values, reason = result
        holders = self._holders
        if len(values) == 1:
            value = values[0]
            if value & 7 or not holders[value >> 3 & _LOW]:
                return result
            found, why = self._by_node(value >> 3 & _LOW, receiver_of(value))
            return found, max(why, reason)
        held = [value & 7 == OBJECT and holders[value >> 3 & _LOW] for value in values]
        if True not in held:
            return result
        results = [
            self._by_node(number_of(value), receiver_of(value)) if holds else ((value,), reason)
            for value, holds in zip(values, held, strict=True)
        ]
        found, why = results[0] if len(results) == 1 else union(results)
        return found, max(why, reason)

    def _by_node(self, node: int, receiver: int) -> Result:
        survey = self._survey
        kind = survey.kind[node]
        if kind == ENUM_MEMBER:
            parent = survey.lexical_parent[node]
            made = node if node in survey.bases else parent  # one that has a body is of a class of its own
            return ((pack(INSTANCE, made),), Reason.MEMBER) if IS_TYPE[survey.kind[parent]] else UNKNOWN
        if IS_CALLABLE[kind]:
            return self._evaluator.calls.returned(node, receiver)
        if kind in _BOUND and self._is_member_of_enumeration(node):
            return (pack(INSTANCE, survey.lexical_parent[node]),), Reason.CONSTRUCTED
        entries = survey.bindings_of(node)
        flows = [entry for entry in entries if entry >> 56 in {ASSIGNED, PARAMETER, DECLARED}]
        found = self.by_flows(flows, receiver, 0) if flows else UNKNOWN
        if kind == TYPE and self._evaluator.row_of(node).language == _EXTENDED_BY_ALIAS:
            inside = bool(found[0]) and all(tag_of(value) == OBJECT for value in found[0])
            return found if inside else ((pack(OBJECT, node),), Reason.SCOPE)
        if kind == TYPE or not self._evaluator.row_of(node).family.functions_flow or not self.is_open(found):
            return found
        return union([found, self._evaluator.stored.in_node(node, elements=False)])

    def _is_member_of_enumeration(self, node: int) -> bool:
        parent = self._survey.lexical_parent[node]
        if parent not in self._survey.bases or self._evaluator.row_of(node).language != "python":
            return False
        return bool(IS_TYPE[self._survey.kind[parent]]) and self._evaluator.classes.is_enumeration(parent)

    def is_open(self, result: Result) -> bool:
        """Whether a declared type leaves open which function a value is: an alias, a type outside, or none that is known."""
        kind = self._survey.kind
        for value in result[0]:
            tag, number = tag_of(value), number_of(value)
            if tag in {OUTSIDE, OUTSIDE_INSTANCE}:
                continue
            if tag not in {OBJECT, INSTANCE} or not (IS_CALLABLE[kind[number]] if tag == OBJECT else kind[number] == TYPE):
                return False
        return True

    def value(self, flow: int) -> Result:
        """What one movement moves."""
        return self._value(flow, -1)

    def by_flows(self, flows: list[int], receiver: int, line: int) -> Result:
        """What the assignments to one name give together, as seen from a line of the same scope (0: from elsewhere)."""
        if len(flows) == 1 and flows[0] >> 56 == ASSIGNED:
            values, reason = self._value(flows[0] & PAYLOAD, receiver)
            return (values, max(reason, _ASSIGNED)) if values else UNKNOWN
        parameter = False
        more: list[Result] = []
        flowing = self._evaluator.row_of(self._survey.flow_scope[flows[0] & PAYLOAD]).family.functions_flow
        for entry in flows:
            if entry >> 56 != ASSIGNED:
                parameter |= entry >> 56 == PARAMETER
                declared = self.declared(entry & PAYLOAD, receiver)
                if declared[0] and not (flowing and self.is_open(declared)):
                    return declared
                more.append(declared)
                if flowing and entry >> 56 == PARAMETER:
                    more.append(self._evaluator.stored.in_parameter(entry & PAYLOAD))
        assigned = [entry & PAYLOAD for entry in flows if entry >> 56 == ASSIGNED]
        if line and len(flows) > 1:
            self._evaluator.mark_by_line()
            before = [flow for flow in assigned if self._survey.flow_line[flow] < line]
            if before or parameter:
                assigned = before
        values, reason = self.together(assigned, receiver)
        if more:
            values, reason = union([*more, (values, reason)])
        return (values, max(reason, _ASSIGNED)) if values else UNKNOWN

    def together(self, flows: list[int], receiver: int) -> Result:
        """The values of several assignments or returns."""
        return self._value(flows[0], receiver) if len(flows) == 1 else union([self._value(flow, receiver) for flow in flows])

    def _value(self, flow: int, receiver: int) -> Result:
        survey = self._survey
        source = survey.strings.texts[survey.flow_source[flow]]
        if source in _NOTHING:
            return UNKNOWN
        if receiver >= 0 and not source.startswith(_FROM_RECEIVER) and not self._is_local(flow, source):
            receiver = -1
        known = self._assigned.get((flow, receiver))
        if known is not None:
            return known
        scope, line, evaluator = survey.flow_scope[flow], survey.flow_line[flow], self._evaluator
        chain = survey.chains[source]
        return evaluator.once(self._assigned, (flow, receiver), lambda: self.settle(evaluator.chain(scope, chain, receiver, line)))

    def _is_local(self, flow: int, source: str) -> bool:
        """Whether the source names something of the same function, whose value may in turn come from the receiver."""
        root = self._survey.strings.known(source.partition(".")[0].rstrip("()[]"))
        if root < 0:
            return False
        entries = self._survey.entries(self._survey.flow_scope[flow], root)
        return any(entry >> 56 != DEFINED for entry in entries)

    def declared(self, flow: int, receiver: int) -> Result:
        """An instance of the type that a declaration names."""
        survey, evaluator = self._survey, self._evaluator
        source = survey.strings.texts[survey.flow_source[flow]]
        if source in _NOTHING:
            return UNKNOWN
        scope = survey.flow_scope[flow]
        if IS_TYPE[survey.kind[scope]] and flow in [entry & PAYLOAD for entry in survey.entries(scope, survey.flow_source[flow])]:
            scope = survey.lexical_parent[scope]  # a field that is called like its type
        return evaluator.once(self._declared, (flow, receiver), lambda: self._of_type(scope, source, receiver))

    def _of_type(self, scope: int, source: str, receiver: int) -> Result:
        """A value of a type as it is written: an instance, or what holds some (`Vec{Shape}`)."""
        evaluator = self._evaluator
        source = source.removeprefix("...")
        if source[-1] == "}" and evaluator.row_of(scope).language == _HELD_BY_FLOW:
            source = source.partition("{")[0]
        if source[-1] != "}":
            of = receiver if source.startswith("<class>") else -1
            found = self.settle(evaluator.chain(scope, self._survey.chains[source], of))
            if evaluator.row_of(scope).family.types_are_values:
                found = tuple(_type_made(value) for value in found[0]), found[1]
            return self._instances(found, receiver)
        container, _, inner = source[:-1].partition("{")
        around = evaluator.chain(scope, self._survey.chains[container]) if container else UNKNOWN
        held = self._of_type(scope, inner, receiver)[0]
        value = evaluator.contents.value(around, held)
        if value is None:
            return self._instances(self.settle(around), receiver)
        return ((value,), Reason.DECLARED)

    def holding(self, flow: int) -> Value | None:
        """The container outside that a declaration of Python names, with what its arguments say that it holds."""
        survey = self._survey
        source = survey.strings.texts[survey.flow_source[flow]].removeprefix("...")
        found = self._holding(survey.flow_scope[flow], source) if source[-1:] == "}" else ()
        return found[0] if found else None

    def _holding(self, scope: int, source: str) -> tuple[Value, ...]:
        evaluator = self._evaluator
        if source[-1] != "}":
            return self._of_type(scope, source, -1)[0]
        container, _, inner = source[:-1].partition("{")
        around, held = self.settle(evaluator.chain(scope, self._survey.chains[container])), self._holding(scope, inner)
        value = evaluator.contents.value(around, held) if around[0] and held else None
        return (value,) if value is not None else ()

    def _instances(self, result: Result, receiver: int) -> Result:
        values: list[Value] = []
        strings = self._survey.strings
        for value in self._evaluator.classes.without_companions(result[0]):
            tag, number = tag_of(value), number_of(value)
            if tag == OBJECT and IS_TYPE[self._survey.kind[number]]:
                if self._evaluator.classes.is_protocol(number):
                    return UNKNOWN
                values.append(pack(INSTANCE, number))
            elif tag == OUTSIDE and receiver_of(value) != MEMBER_OUTSIDE:
                text = strings.texts[number]
                if text in _SELF_TYPES:
                    values += [pack(INSTANCE, receiver)] if receiver >= 0 else []
                elif text.startswith("<builtin>.") and text[10:] in LITERAL_TYPES:
                    values.append(pack(OUTSIDE_INSTANCE, strings[f"<{text[10:]}>"]))
                elif not text.startswith(_NO_TYPES) or (text.startswith("<builtin>.") and text[10:] in RUST_BUILTINS):
                    values.append(pack(OUTSIDE_INSTANCE, number))
        return (tuple(values), Reason.DECLARED) if values else UNKNOWN


def _type_made(value: Value) -> Value:
    """The type of what a call gives that stands where a type does: `List(u8)` of Zig is the type that `List` makes."""
    return pack(OBJECT, number_of(value)) if tag_of(value) == INSTANCE else value
