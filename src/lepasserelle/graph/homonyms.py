"""Names that mean one thing where they are called and another where they are read: methods and variables of Java and Kotlin,
methods and locals of Ruby.

In Java `key(s)` is a method whatever variable is called `key`, and `tag.norm()` asks the field `tag` though there is a method
`tag()`. In Kotlin a local hides a function only if it can be called itself, and never in its own initialiser. Not here: what a name
means that only one of the two has, which is every name of the other languages.
"""

from bisect import bisect_left
from typing import TYPE_CHECKING, Final

import numpy as np

from lepasserelle.graph.chains import MEMBER, NAME, OWN_MEMBER
from lepasserelle.graph.families import called_member
from lepasserelle.graph.layout import Reason
from lepasserelle.graph.shapes import ACCESSOR, DECLARATION, IS_CALLABLE, IS_TYPE, IS_VARIABLE, MODULE, NAMESPACE, STATIC
from lepasserelle.graph.survey import ASSIGNED, DECLARED, DEFINED, IMPORTED, NO_NODE, PARAMETER, PAYLOAD, Survey
from lepasserelle.graph.values import (
    INSTANCE,
    OBJECT,
    OUTSIDE_INSTANCE,
    PARENT,
    Result,
    Value,
    number_of,
    receiver_of,
    tag_of,
    union,
)
from lepasserelle.model.calling import OF_TRAIT

if TYPE_CHECKING:
    from lepasserelle.graph.evaluate import Evaluator

_LOW: Final = 0xFFFF_FFFF
_MEMBERS: Final = frozenset({"java", "kotlin"})
"""Languages in which a type may have a field and a method of one name."""
_APART: Final = _MEMBERS | {"ruby"}
"""Languages in which a variable of a function hides no function that is called."""
_IF_CALLABLE: Final = "kotlin"
"""Where it does, if it can be called."""
_NEVER_CALLED: Final = frozenset(
    f"<{name}>" if name.islower() else f"<global>.{name}"
    for name in "str int float bool Any Boolean Byte Char Double Float Int List Long Map Set Short String Unit".split()  # noqa: SIM905
)
_CALLABLES: Final = np.frombuffer(IS_CALLABLE, dtype=np.uint8) != 0
_VARIABLES: Final = np.frombuffer(IS_VARIABLE, dtype=np.uint8) != 0


class Homonyms:
    """Of one link."""

    def __init__(self, evaluator: "Evaluator") -> None:
        self._evaluator = evaluator
        self._survey = evaluator.survey
        self.names = _of_both(evaluator.survey)
        """Names that both a function and a variable of these languages have."""

    def called(self, anchor: int, chain: int, receiver: int, line: int) -> Result:
        """What a chain denotes that is called."""
        end, before, name, _ = self._survey.chains.parts[chain]
        evaluator, found = self._evaluator, None
        if name in self.names and end in {NAME, MEMBER, OWN_MEMBER}:
            language = evaluator.row_of(anchor & _LOW).language
            if end == NAME and language in _APART:
                found = self._bare(anchor & _LOW, name, receiver, line)
            elif end != NAME and language in _MEMBERS:
                owner = evaluator.settle(evaluator.at(anchor, before, receiver, line))
                found = self._of_values(owner, name, anchor & _LOW, own=end == OWN_MEMBER)
        return evaluator.at(anchor, chain, receiver, line) if found is None else found

    def member(self, cls: int, name: int, *, of_class: bool = False) -> tuple[int, list[int]] | None:
        """(class, bindings) of a member that is not called: the first variable in the order, else whatever has the name.
        `Type::name` of Java is a method where the type itself has no variable of the name.
        """
        classes = self._evaluator.classes
        if name not in self.names or self._evaluator.row_of(cls).language not in _MEMBERS:
            return classes.member(cls, name)
        for each in classes.lineage(cls).order:
            entries = self._survey.entries(each, name)
            if of_class and self._evaluator.row_of(each).language == "java":
                others = self._functions(entries)
                entries = others if others and not any(self._is_shared(entry) for entry in entries) else entries
                if entries:
                    return each, entries
            elif len(self._functions(entries)) < len(entries):
                return each, entries
        return classes.member(cls, name)

    def read(self, scope: int, name: int, nodes: list[int]) -> list[int]:
        """Those of several definitions of one name that a use can mean which is no call."""
        if name not in self.names or self._evaluator.row_of(scope).language not in _MEMBERS:
            return self.preferred(nodes)
        return self.preferred([node for node in nodes if IS_VARIABLE[self._survey.kind[node]]] or nodes)

    def preferred(self, nodes: list[int]) -> list[int]:
        """Of several definitions of one name in one scope those that a use can mean: bodies over prototypes, methods of a type over
        those that it has of traits, the getter over its setter, of variables the first.
        """
        if len(nodes) < 2:
            return nodes
        flags, kind = self._survey.flags, self._survey.kind
        bodies = [node for node in nodes if not flags[node] & DECLARATION] or nodes
        bodies = [node for node in bodies if not self._survey.calling[node] & OF_TRAIT] or bodies
        accessors = [node for node in bodies if flags[node] & ACCESSOR]
        if accessors:
            return accessors[:1]
        others = [node for node in bodies if not IS_VARIABLE[kind[node]]]
        return others or bodies[:1]

    # ── what is called ────────────────────────────────────────────────────────────────────────────────────────────────────

    def _bare(self, scope: int, name: int, receiver: int, line: int) -> Result | None:
        """A bare name: through scopes outwards, in types through what they inherit. None: the variable is called."""
        survey, evaluator, here = self._survey, self._evaluator, scope
        row = evaluator.row_of(scope)
        while here != NO_NODE:
            if IS_TYPE[survey.kind[here]]:
                found = self._of_class(here, name, receiver)
                if found is None and row.language not in _MEMBERS and row.family.implicit_members:
                    found = evaluator.implicit(here, name, receiver)
            else:
                found = self._of_scope(here, name, receiver)
            if found is not None:
                return found
            entries = survey.entries(here, name)
            if entries and (self._is_outermost(here) or self._may_be_called(here, name, entries, line if here == scope else 0)):
                return None
            here = survey.lexical_parent[here]
        return evaluator.calls.maker(scope, name, receiver) or evaluator.imports.beyond(row, scope, name)

    def _is_outermost(self, scope: int) -> bool:
        return self._survey.kind[scope] in {MODULE, NAMESPACE}

    def _of_scope(self, scope: int, name: int, receiver: int) -> Result | None:
        """Of a function, a closure or a file: what it defines or imports, else what the receiver that it has of its own can do."""
        functions = self._functions(self._survey.entries(scope, name))
        if functions:
            return self._evaluator.bindings(scope, name, functions, -1, 0)
        cls = self._evaluator.receivers.class_of(scope, name)
        return None if cls == NO_NODE else self._of_class(cls, name, receiver)

    def _of_class(self, cls: int, name: int, receiver: int) -> Result | None:
        found = self._in_order(self._evaluator.classes.lineage(cls).order, name, receiver if receiver >= 0 else cls)
        return None if found is None else (found[0], max(found[1], Reason.RECEIVER))

    def _in_order(self, order: tuple[int, ...], name: int, receiver: int) -> Result | None:
        """The functions of the first class in an order that has some."""
        for cls in order:
            functions = self._functions(self._survey.entries(cls, name))
            if functions:
                values, why = self._evaluator.bindings(cls, name, functions, receiver, 0)
                return values, max(why, Reason.MEMBER if cls == receiver else Reason.INHERITED)
        return None

    def _of_values(self, owner: Result, name: int, scope: int, *, own: bool) -> Result | None:
        """A member of each of the (settled) values."""
        found = [self._of_value(value, name, scope) for value in owner[0]]
        if not found:
            return None
        values, reason = found[0] if len(found) == 1 else union(found)
        if own and reason == Reason.MEMBER:
            reason = Reason.RECEIVER
        return values, max(reason, owner[1])

    def _of_value(self, value: Value, name: int, scope: int) -> Result:
        tag, number, classes = tag_of(value), number_of(value), self._evaluator.classes
        found = None
        if tag == PARENT:
            order = classes.lineage(receiver_of(value)).order
            rest = order[order.index(number) + 1 :] if number in order else classes.lineage(number).order[1:]
            found = self._in_order(rest, name, receiver_of(value))
        elif tag == INSTANCE or (tag == OBJECT and IS_TYPE[self._survey.kind[number]]):
            found = self._in_order(classes.lineage(number).order, name, number)
        return self._evaluator.attribute(((value,), 0), name, scope=scope) if found is None else found

    def _functions(self, entries: list[int]) -> list[int]:
        """Bindings that a call can mean: no variables."""
        kind = self._survey.kind
        return [
            entry
            for entry in entries
            if entry >> 56 == IMPORTED
            or (entry >> 56 == DEFINED and (IS_CALLABLE[kind[entry & PAYLOAD]] or IS_TYPE[kind[entry & PAYLOAD]]))
        ]

    def _is_shared(self, entry: int) -> bool:
        """Whether it is a variable of the type itself."""
        node = entry & PAYLOAD
        return entry >> 56 == DEFINED and bool(IS_VARIABLE[self._survey.kind[node]] and self._survey.flags[node] & STATIC)

    def _may_be_called(self, scope: int, name: int, entries: list[int], line: int) -> bool:
        """Whether a variable of a function hides the function of its name from a call at a line (0: in a scope within)."""
        survey, evaluator = self._survey, self._evaluator
        if IS_TYPE[survey.kind[scope]] or evaluator.row_of(scope).language != _IF_CALLABLE:
            return False
        texts = survey.strings.texts
        if line:
            evaluator.mark_by_line()
            here = [entry for entry in entries if entry >> 56 != DEFINED and survey.flow_line[entry & PAYLOAD] == line]
            if any(self._is_made_by(entry, f"{texts[name]}()") for entry in here):
                entries = [entry for entry in entries if entry not in here]
        values = evaluator.settle(evaluator.bindings(scope, name, entries, -1, line))[0] if entries else ()
        return bool(entries) and not (values and all(self._is_never_called(value) for value in values))

    def _is_made_by(self, entry: int, call: str) -> bool:
        source = self._survey.strings.texts[self._survey.flow_source[entry & PAYLOAD]]
        return entry >> 56 == ASSIGNED and (source == call or source.startswith((call + ".", call + "[")))

    def _is_never_called(self, value: Value) -> bool:
        """Whether a value is of a type that has no `invoke`, as far as can be known."""
        number, classes = number_of(value), self._evaluator.classes
        if tag_of(value) == OUTSIDE_INSTANCE:
            return self._survey.strings.texts[number] in _NEVER_CALLED
        invoke = self._survey.strings[called_member(_IF_CALLABLE)]
        lineage = classes.lineage(number) if tag_of(value) == INSTANCE else None
        return lineage is not None and not (lineage.unknown or lineage.outside or classes.member(number, invoke))


def _of_both(survey: Survey) -> frozenset[int]:
    """Names that a function and a variable have, in one file or in two."""
    functions, variables = set[int](), set[int]()
    kinds = np.frombuffer(bytes(survey.kind), dtype=np.uint8)
    for row in survey.files:
        if row.language in _APART:
            start = bisect_left(survey.keys, row.base << 32)
            stop = bisect_left(survey.keys, (row.base + row.count) << 32, start)
            names = np.array(survey.keys[start:stop], dtype=np.uint64) & np.uint64(_LOW)
            values = np.array(survey.values[start:stop], dtype=np.uint64)
            how, what = (values >> np.uint64(56)).astype(np.int64), (values & np.uint64(PAYLOAD)).astype(np.int64)
            defined = how == DEFINED
            kind = kinds[np.where(defined, what, 0)]
            functions.update(names[defined & _CALLABLES[kind]].tolist())
            variables.update(names[(defined & _VARIABLES[kind]) | np.isin(how, (ASSIGNED, PARAMETER, DECLARED))].tolist())
    return frozenset(functions & variables)
