"""Which of several overloads a call enters by what its arguments are declared as: variables, fields, casts, new instances, results
with a declared type.

What is not known tells nothing apart: an overload is left out only where an argument cannot be given to it, and one is chosen only
where it is the nearest for each argument (JLS 15.12.2.5; C# 12.6.4.3). No conversions that a program declares are followed: where a
language has them, a type of the project may take anything.
"""

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from lepasserelle.graph import type_names
from lepasserelle.graph.shapes import IS_CALLABLE, IS_TYPE, TYPE
from lepasserelle.graph.survey import DECLARED, DEFINED, IMPORTED, NO_NODE, PARAMETER, PAYLOAD, Survey
from lepasserelle.graph.type_names import CHAR, NUMBER, REAL, plain
from lepasserelle.graph.values import CONTENT, INSTANCE, OBJECT, OUTSIDE_INSTANCE, Result, number_of, tag_of
from lepasserelle.model import NodeKind
from lepasserelle.model.calling import (
    ANY_NUMBER,
    EXTENDS,
    GIVES_OTHERWISE,
    KNOWN,
    MOST_KINDS,
    PRIVATE,
    is_otherwise,
    kind_at,
    kind_taken,
)
from lepasserelle.model.literal_types import nearness

if TYPE_CHECKING:
    from lepasserelle.graph.evaluate import Evaluator

Type = int | str
"""A type of the project, by its node, or the name of another one: `[]` behind what an array holds, `?` for what is not known."""
_UNKNOWN: Final = "?"
_NO_ARRAY: Final = "?[]"
_FUNCTION: Final = "()"
_ARRAY: Final = "[]"
LAMBDA: Final = int(NodeKind.LAMBDA)
_INTERFACE: Final = int(NodeKind.INTERFACE)
_CONVERTING: Final = frozenset({"scala"})
"""Languages in which a program declares conversions that need no word, anywhere."""
_CONVERTING_IN_TYPE: Final = "c_sharp"
"""The same in one of the two types, under the name of what is given."""
_LATE: Final = frozenset({"swift", "scala"})
"""Languages in which a type may be made one of a protocol elsewhere than in its head."""
_WHOLE: Final = frozenset({"java", "c_sharp"})
"""Languages in which an array stands for all that a parameter takes any number of."""
_BY_VALUE: Final = frozenset({int(NodeKind.STRUCT), int(NodeKind.ENUM)})
_NULLABLE: Final = frozenset({"kotlin", "swift"})
_STRICT: Final = frozenset({"java", "kotlin"})
_ABOVE_ARRAYS: Final = frozenset({"Cloneable", "Serializable"})
_ABOVE_ENUMS: Final = frozenset({"Comparable", "Serializable", "Enum", "Constable"})
_MOST_REMEMBERED: Final = 50_000
_ROOT: Final = re.compile(r"[^\W\d]\w*")
_PLAINLY: Final = re.compile(r"[\w.]+")
_UNSURE: Final = frozenset({_UNKNOWN, _NO_ARRAY, _FUNCTION, NUMBER, REAL, CHAR})


class ArgumentTypes:
    """Of one call at a time: `come_to` says which."""

    def __init__(self, survey: Survey, evaluator: "Evaluator") -> None:
        self._survey = survey
        self._evaluator = evaluator
        self._taken: dict[int, tuple[Type, ...]] = {}
        self._place = (0, 0, 0)
        self._language = ""
        self._given: list[Type] | None = None
        self._kinds: list[int] = []
        self.were_asked = False
        """Whether what was found depends on the place of the call."""

    def come_to(self, scope: int, line: int, listed: int, given: int) -> None:
        """A call that gives a list of arguments; `listed`: its string, 0 for none that types come from."""
        self._place, self._given, self.were_asked = (scope, line, listed), None, False
        self._kinds = [kind_at(given, at) for at in range(MOST_KINDS)] if listed and given >= 0 else []

    def tell_nothing(self) -> None:
        """What is given is not what the parameters stand for, one by one."""
        self._given = []

    def seen(self, nodes: list[int]) -> list[int]:
        """Those that the place of the call may name."""
        base = self._evaluator.row_of(self._place[0]).base
        calling = self._survey.calling
        hidden = [node for node in nodes if calling[node] & PRIVATE and self._evaluator.row_of(node).base != base]
        hidden = [node for node in hidden if not self._is_part(node)]
        self.were_asked |= bool(hidden)
        return [node for node in nodes if node not in hidden] or nodes

    def _is_part(self, node: int) -> bool:
        """Whether a private member may be one of the class around the call, which C# writes in several files."""
        survey, here = self._survey, self._place[0]
        name = survey.name[survey.lexical_parent[node]] if survey.lexical_parent[node] != NO_NODE else -1
        while here != NO_NODE and self._evaluator.row_of(node).language == "c_sharp":
            if IS_TYPE[survey.kind[here]] and survey.name[here] == name:
                return True
            here = survey.lexical_parent[here]
        return False

    def left(self, nodes: Sequence[int]) -> list[int]:
        """Those that can take what is given."""
        given = self._arguments()
        if not given:
            return list(nodes)
        return [node for node in nodes if self._can_take(node, given)]

    def nearest(self, nodes: Sequence[int]) -> list[int]:
        """The one that is nearer than all others, else all of them."""
        given = self._arguments() if len(nodes) > 1 else []
        for node in nodes if given else ():
            if all(other == node or self._surpasses(node, other, given) for other in nodes):
                return [node]
        return list(nodes)

    def differ(self, node: int, other: int) -> bool:
        """Whether two methods surely take different types in some place, so that neither stands in for the other."""
        self._language = self._evaluator.row_of(node).language
        if self._language != self._evaluator.row_of(other).language or self._language not in type_names.TYPED:
            return False
        pairs = zip(self._parameters(node), self._parameters(other), strict=False)
        return any(
            one != its and self._is_said(node, at, one) and self._is_said(other, at, its) for at, (one, its) in enumerate(pairs)
        )

    def _is_said(self, node: int, at: int, taken: Type) -> bool:
        """Whether a parameter is plainly of a type by its own name: no other name of it, no array, nothing in brackets, and no
        parameter of the function or of what stands around it.
        """
        survey, flows = self._survey, self._evaluator.parameters.flows(node)
        flow = flows[at + (survey.calling[node] & EXTENDS != 0)]
        text = survey.strings.texts[survey.flow_source[flow]]
        own = survey.strings.texts[survey.name[taken]] if isinstance(taken, int) else taken
        is_plain = isinstance(taken, int) or self._language == "java" or type_names.is_final(taken, self._language)
        if (
            taken == _UNKNOWN
            or not is_plain
            or not _PLAINLY.fullmatch(text)
            or plain(text, self._language) != plain(own, self._language)
        ):
            return False
        if survey.calling[node] >> 16 & 255 == ANY_NUMBER:
            return False
        name = survey.strings.known(text)
        here = node
        while name >= 0 and here != NO_NODE:
            if any(entry >> 56 not in {DEFINED, IMPORTED} for entry in survey.entries(here, name)):
                return False
            here = survey.lexical_parent[here]
        return name >= 0

    # ── what is given ─────────────────────────────────────────────────────────────────────────────────────────────────────

    def _arguments(self) -> list[Type]:
        scope, _, listed = self._place
        if self._given is None:
            self._given = []
            if listed:
                self.were_asked = True
                self._language = self._evaluator.row_of(scope).language
                self._given = [self._argument(text) for text in self._survey.strings.texts[listed].split("\t")]
        return self._given

    def _argument(self, text: str) -> Type:
        if text[:1] == "+":
            found = self._argument(text[1:])
            return type_names.counted(found, self._language) or _UNKNOWN if isinstance(found, str) else _UNKNOWN
        if text in {CHAR, NUMBER, REAL}:
            return text
        if text[:1] == "=":
            return text[1:]
        if text in {_UNKNOWN, "<none>", "<list>"}:
            return _UNKNOWN
        cast = plain(text[:-2], self._language) if text[-2:] == "()" else ""
        if cast and type_names.is_final(cast, self._language):
            return cast
        if text.endswith("[]()"):
            return f"{self._argument(text[:-4] + _FUNCTION)}{_ARRAY}"
        scope, line, _ = self._place
        if self._is_unsettled(scope, text):
            return _UNKNOWN
        found = self._type_of(self._evaluator.settle(self._evaluator.ask(scope, self._survey.chains[text], line)))
        if found == _UNKNOWN:
            return self._of_library(text)
        if self._language == "c_sharp" and text.isidentifier() and not self._is_reference(found) and self._may_be_null(scope, text):
            return _UNKNOWN
        return f"{found}{_ARRAY}" if text.isidentifier() and self._is_rest(scope, text) else found

    def _is_unsettled(self, scope: int, text: str) -> bool:
        """Whether a chain begins with a local name that may stand for several variables, or ends in a call whose result is of
        another type than its function says.
        """
        if text.endswith(_FUNCTION):
            called = self._evaluator.settle(self._evaluator.ask(scope, self._survey.chains[text[:-2]], self._place[1]))[0]
            if any(tag_of(one) == OBJECT and self._survey.calling[number_of(one)] & GIVES_OTHERWISE for one in called):
                return True
        root, here = _ROOT.match(text), scope
        name = self._survey.strings.known(root[0]) if root else -1
        if name < 0:
            return False
        while here != NO_NODE and not IS_TYPE[self._survey.kind[here]]:
            tags = [entry >> 56 for entry in self._survey.entries(here, name)]
            if tags and not IS_CALLABLE[self._survey.kind[here]]:
                return False
            bound = tags.count(DECLARED) + tags.count(DEFINED)
            if tags and (bound or PARAMETER in tags):
                return bound + tags.count(PARAMETER) > 1 or (bound > 0 and self._is_bound_around(here, name))
            here = self._survey.lexical_parent[here]
        return False

    def _is_bound_around(self, function: int, name: int) -> bool:
        """Whether a name is one outside of a function, too: a local's own part of the function is not known."""
        survey, here = self._survey, self._survey.lexical_parent[function]
        while here != NO_NODE:
            order = self._evaluator.classes.lineage(here).order if IS_TYPE[survey.kind[here]] else (here,)
            if any(self._is_variable(entry) for each in order for entry in survey.entries(each, name)):
                return True
            here = survey.lexical_parent[here]
        return False

    def _is_variable(self, entry: int) -> bool:
        kind = self._survey.kind[entry & PAYLOAD] if entry >> 56 == DEFINED else 0
        return entry >> 56 != DEFINED or not (IS_CALLABLE[kind] or IS_TYPE[kind])

    def _of_library(self, text: str) -> Type:
        """What a method gives that every instance has, or every text."""
        receiver, _, method = text.removesuffix(_FUNCTION).rpartition(".")
        known = type_names.RESULTS.get((self._language, method), _UNKNOWN) if receiver and text[-2:] == _FUNCTION else _UNKNOWN
        if known != _UNKNOWN or not receiver:
            return known
        known = type_names.RESULTS_OF_TEXT.get((self._language, method if text[-2:] == _FUNCTION else f".{method}"), _UNKNOWN)
        return known if known != _UNKNOWN and self._argument(receiver) == type_names.TEXT else _UNKNOWN

    def _is_rest(self, scope: int, name: str) -> bool:
        """Whether a name is the parameter that takes any number, which holds all of them; C# writes it so."""
        survey, number, here = self._survey, self._survey.strings.known(name), scope
        while number >= 0 and here != NO_NODE and not IS_TYPE[survey.kind[here]] and self._language != "c_sharp":
            flows = [entry & PAYLOAD for entry in survey.entries(here, number) if entry >> 56 == PARAMETER]
            if flows:
                rest = survey.calling[here] >> 16 & 255 == ANY_NUMBER
                return rest and flows == self._evaluator.parameters.flows(here)[-1:]
            here = survey.lexical_parent[here]
        return False

    def _is_reference(self, given: Type) -> bool:
        """Whether a type of C# is the same where it may be null."""
        if isinstance(given, int):
            return self._survey.kind[given] not in _BY_VALUE
        return given == type_names.TEXT or given.endswith(_ARRAY) or type_names.is_top(given)

    def _may_be_null(self, scope: int, name: str) -> bool:
        """Whether a name is a parameter that is of another type than the name that is written for it says: `int? n`."""
        survey, number, here = self._survey, self._survey.strings.known(name), scope
        while number >= 0 and here != NO_NODE and not IS_TYPE[survey.kind[here]]:
            flows = [entry & PAYLOAD for entry in survey.entries(here, number) if entry >> 56 == PARAMETER]
            if flows:
                own = self._evaluator.parameters.flows(here)
                return is_otherwise(survey.calling[here], own.index(flows[0]) - (survey.calling[here] & EXTENDS != 0))
            here = survey.lexical_parent[here]
        return False

    def may_be_whole(self, node: int, count: int) -> bool:
        """Whether a definition that takes any number may be given all of them in the last of so many arguments."""
        given = self._arguments()
        if self._language not in _WHOLE or not given or len(given) != count or len(self._parameters(node)) != count:
            return False
        return isinstance(given[-1], str) and given[-1].endswith(_ARRAY)

    def _type_of(self, result: Result) -> Type:
        if len(result[0]) != 1:
            return _UNKNOWN
        value, kind = result[0][0], self._survey.kind
        tag, number = tag_of(value), number_of(value)
        if tag == INSTANCE:
            return number if IS_TYPE[kind[number]] and kind[number] != TYPE else _UNKNOWN
        if tag == OBJECT:
            if self._language == "scala" and IS_CALLABLE[kind[number]] and kind[number] != LAMBDA:
                return self._type_of(self._evaluator.calls.call(result))  # naming a method calls it
            return _FUNCTION if IS_CALLABLE[kind[number]] else _UNKNOWN
        if tag == OUTSIDE_INSTANCE:
            return plain(self._survey.strings.texts[number], self._language)
        if tag == CONTENT:
            contents = self._evaluator.contents
            owner = contents.owner(value)
            if owner >= 0:
                return plain(self._survey.strings.texts[owner], self._language)
            return f"{self._type_of((contents.held(value), 0))}{_ARRAY}"
        return _UNKNOWN

    # ── what is taken ─────────────────────────────────────────────────────────────────────────────────────────────────────

    def _parameter(self, node: int, at: int, given: Type) -> Type:
        """What a definition takes in a place."""
        types, most = self._parameters(node), self._survey.calling[node] >> 16 & 255
        if most != ANY_NUMBER:
            return types[at] if at < len(types) else _UNKNOWN
        if at < len(types) - 1:
            return types[at]
        rest = types[-1] if types else _UNKNOWN
        rest = rest.removesuffix(_ARRAY) if isinstance(rest, str) and self._language == "c_sharp" else rest
        is_whole = isinstance(given, str) and given.endswith(_ARRAY) and at == len(types) - 1 == len(self._given or ()) - 1
        return f"{rest}{_ARRAY}" if is_whole else rest

    def _parameters(self, node: int) -> tuple[Type, ...]:
        known = self._taken.get(node)
        if known is None:
            if len(self._taken) > _MOST_REMEMBERED:
                self._taken.clear()
            known = self._taken[node] = self._find_parameters(node)
        return known

    def _find_parameters(self, node: int) -> tuple[Type, ...]:
        """Nothing for a definition whose parameters are not all known by name."""
        calling, held = self._survey.calling[node], self._evaluator.held
        if not IS_CALLABLE[self._survey.kind[node]] or not calling & KNOWN:
            return ()
        self._evaluator.fresh()
        flows = self._evaluator.parameters.flows(node)
        flows = flows[1:] if calling & EXTENDS else flows
        if calling >> 16 & 255 not in {ANY_NUMBER, len(flows)}:
            return ()
        types = [self._type_of(held.declared(flow, -1)) for flow in flows]
        return tuple(
            [_UNKNOWN if is_otherwise(calling, at) and not self._is_above_all(node, one) else one for at, one in enumerate(types)]
        )

    def _is_above_all(self, node: int, taken: Type) -> bool:
        """Whether a parameter takes everything, also where it may be nothing (`Any?`)."""
        return isinstance(taken, str) and type_names.is_top(taken) and self._evaluator.row_of(node).language in _NULLABLE

    # ── one beside the other ──────────────────────────────────────────────────────────────────────────────────────────────

    def is_doubted(self, node: int) -> bool:
        """Whether it is not sure that a definition takes an argument, though both are known."""
        for at, one in enumerate(self._arguments()):
            taken = self._parameter(node, at, one)
            if one not in _UNSURE and taken not in _UNSURE and self._takes(one, taken) is not True:
                return True
        return False

    def _can_take(self, node: int, given: list[Type]) -> bool:
        return all(self._takes(one, self._parameter(node, at, one)) is not False for at, one in enumerate(given))

    def _takes(self, given: Type, taken: Type) -> bool | None:
        if _UNKNOWN in (given, taken):
            return None
        if given == taken or (isinstance(taken, str) and type_names.is_top(taken)):
            return True
        if isinstance(given, int):
            return self._instance_is(given, taken)
        if given == _FUNCTION or given.endswith(_ARRAY):
            return self._function_is(taken) if given == _FUNCTION else self._array_is(given, taken)
        if isinstance(taken, int):
            strict = self._language in _STRICT or (self._language == _CONVERTING_IN_TYPE and not self._has(taken, taken))
            return False if strict and type_names.is_final(given, self._language) else None
        if taken.endswith(_ARRAY):
            return False if type_names.is_final(given, self._language) else None
        return type_names.takes(given, taken, self._language)

    def _instance_is(self, cls: int, taken: Type) -> bool | None:
        lineage, texts = self._evaluator.classes.lineage(cls), self._survey.strings.texts
        if isinstance(taken, int):
            if taken in lineage.order:
                return True
            name = plain(texts[self._survey.name[taken]], self._language)
            if any(plain(texts[base], self._language) == name for base in lineage.outside):
                return None  # a base that was not found may be it
            open_ = lineage.unknown or self._language in _CONVERTING or self._converts(lineage.order, taken)
            open_ |= self._language in _LATE and self._survey.kind[taken] == _INTERFACE
            return None if open_ else False
        if taken in {plain(texts[name], self._language) for name in lineage.outside}:
            return True
        if lineage.unknown or self._language in _CONVERTING or self._converts(lineage.order, taken):
            return None
        if taken.endswith(_ARRAY) or type_names.is_final(taken, self._language):
            return False
        return False if self._language in _STRICT and not lineage.outside and taken not in _ABOVE_ENUMS else None

    def _converts(self, order: Sequence[int], taken: Type) -> bool:
        """Whether a program declares a conversion that may be the one in question (C#)."""
        if self._language != _CONVERTING_IN_TYPE:
            return False
        if isinstance(taken, int):
            return self._has(taken, taken) or any(self._has(cls, taken) for cls in order)
        names = [self._survey.strings.known(name) for name in type_names.spelled(taken)]
        return any(name >= 0 and self._survey.binds(cls, name) >= 0 for cls in order for name in names)

    def _has(self, cls: int, named: int) -> bool:
        """Whether a type has a member that is called like a type: of its own name only a conversion is."""
        return self._survey.binds(cls, self._survey.name[named]) >= 0

    def _function_is(self, taken: Type) -> bool | None:
        if isinstance(taken, int):
            is_open = self._survey.kind[taken] == _INTERFACE or self._language in _CONVERTING
            return None if is_open else False
        return False if taken.endswith(_ARRAY) or type_names.is_final(taken, self._language) else None

    def _array_is(self, given: str, taken: Type) -> bool | None:
        if isinstance(taken, int):
            return False if self._language in _STRICT else None
        one, other = given.removesuffix(_ARRAY), taken.removesuffix(_ARRAY)
        if other == taken:
            strict = self._language == "java" and taken not in _ABOVE_ARRAYS
            return False if strict or type_names.is_final(taken, self._language) else None
        is_other = type_names.is_final(other, self._language) and one != _UNKNOWN
        return False if is_other or (other != _UNKNOWN and type_names.is_value(one, self._language)) else None

    def _surpasses(self, node: int, other: int, given: list[Type]) -> bool:
        """Whether a definition is as near to each argument as another one, and nearer to one of them."""
        found = [
            self._compared(at, one, (node, other), (self._parameter(node, at, one), self._parameter(other, at, one)))
            for at, one in enumerate(given)
        ]
        return None not in found and 1 in found and -1 not in found

    def _compared(self, at: int, given: Type, nodes: tuple[int, int], taken: tuple[Type, Type]) -> int | None:
        """1 where the first takes it as what is nearer, -1 for the second, 0 where they are one; None where that is not known."""
        kind = self._kinds[at] if at < len(self._kinds) else 0
        if kind:
            near, far = (nearness(kind, kind_taken(self._survey.calling[node], at)) for node in nodes)
            return (near > far) - (near < far) if near or far else 0 if taken[0] == taken[1] != _UNKNOWN else None
        is_unsure = any(
            one == _UNKNOWN and is_otherwise(self._survey.calling[node], at) for node, one in zip(nodes, taken, strict=True)
        )
        if is_unsure and taken[0] != taken[1]:
            return None
        if taken[0] == taken[1]:
            return 0 if taken[0] != _UNKNOWN or self._is_one(at, nodes) else None
        if given == _UNKNOWN:
            return None
        if self._is_nearer(given, *taken):
            return 1
        return -1 if self._is_nearer(given, taken[1], taken[0]) else None

    def _is_one(self, at: int, nodes: tuple[int, int]) -> bool:
        """Whether two definitions that stand side by side take what is written alike."""
        survey = self._survey
        flows = [self._evaluator.parameters.flows(node) for node in nodes]
        if any(at >= len(each) for each in flows) or survey.lexical_parent[nodes[0]] != survey.lexical_parent[nodes[1]]:
            return False
        one, other = (survey.strings.texts[survey.flow_source[each[at]]] for each in flows)
        return one == other not in {"", _UNKNOWN}

    def _is_nearer(self, given: Type, one: Type, other: Type) -> bool:
        """Whether what takes a value surely takes it as something that is nearer to it than the other does."""
        if given in (one, other) or self._takes(given, one) is not True or (isinstance(one, str) and type_names.is_top(one)):
            return given == one
        if isinstance(other, str) and type_names.is_top(other):
            return True
        if self._takes(given, other) is not True:
            return False
        if isinstance(one, int):
            return self._instance_is(one, other) is True
        return isinstance(given, str) and isinstance(other, str) and bool(type_names.nearer(given, one, other, self._language))
