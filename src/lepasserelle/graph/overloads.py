"""Which of several definitions of one name a call enters, and which methods below can stand in for it: by what calls give and
definitions take (`model/calling.py`). Not here: how the name was found.

Overloads are looked for class by class along the receiver's order, and the first class with one that fits decides, as in C# and
C++. Java and Kotlin choose among all that a class has or inherits (JLS 15.12.2): there a class above decides where what it has is
nearer to the literals among the arguments.
"""

from operator import ge
from typing import TYPE_CHECKING

from lepasserelle.graph.argument_types import ArgumentTypes
from lepasserelle.graph.calls import named_like_class
from lepasserelle.graph.chains import NAME, SELF
from lepasserelle.graph.layout import Reason
from lepasserelle.graph.shapes import CONSTRUCTOR, IS_CALLABLE, IS_TYPE, STATIC
from lepasserelle.graph.survey import DEFINED, NO_NODE, PAYLOAD, Survey
from lepasserelle.graph.typed_builtins import SYNTHESISED
from lepasserelle.graph.values import OBJECT, UNKNOWN, Result, Value, number_of, pack, receiver_of, tag_of
from lepasserelle.model import NodeKind
from lepasserelle.model.calling import (
    ANY_NUMBER,
    CLOSED,
    EXTENDS,
    KNOWN,
    MAKES,
    MOST_COUNTED,
    alike,
    closeness,
    fits,
    without_first,
    without_otherwise,
)

if TYPE_CHECKING:
    from lepasserelle.graph.evaluate import Evaluator


_LOW = 0xFFFF_FFFF
_MADE_BARE = frozenset({"scala", "kotlin", "swift"})
"""Languages that call types without `new`, so that what is named like one is hardly a member of a base outside (`List(1)`)."""
_AMONG_ALL = frozenset({"java", "kotlin"})
"""Languages in which what a class inherits stands beside what it defines."""
_TYPES_FIRST = frozenset({"kotlin", "c_sharp"})
"""Languages in which it counts after the types of the arguments that one overload has defaults or takes any number."""
INTERFACE = int(NodeKind.INTERFACE)


class Overloads:
    """Choices of one link; asked for once all lineages are known."""

    def __init__(self, survey: Survey, evaluator: "Evaluator") -> None:
        self._survey = survey
        self._evaluator = evaluator
        self.types = ArgumentTypes(survey, evaluator)
        self._standing_in: dict[tuple[int, int], tuple[int, ...]] = {}
        self._apply = survey.strings["apply"]

    def as_called(self, anchor: int, chain: int, result: Result, given: int) -> Result:
        """A bare name that is called: of a type where an instance is made, of the only base outside where the project has none."""
        end, _, name, _ = self._survey.chains.parts[chain]
        values, reason = result
        if end != NAME or len(values) != 1:
            return result
        evaluator = self._evaluator
        cls = evaluator.class_around(anchor & _LOW)
        if cls == NO_NODE:
            return result
        if given >= 0 and given & MAKES and tag_of(values[0]) == OBJECT and self._is_no_type(number_of(values[0])):
            return evaluator.name(self._survey.lexical_parent[cls], name)
        if reason == Reason.GLOBAL and evaluator.row_of(cls).family.implicit_members and not given & MAKES:
            if evaluator.row_of(cls).language in _MADE_BARE and named_like_class(self._survey.strings.texts[name]):
                return result
            inherited = evaluator.member(cls, name)
            made = self._survey.strings.texts[name] in SYNTHESISED.get(evaluator.row_of(cls).language, ())
            return inherited if inherited[0] else UNKNOWN if made else result
        return result

    def _is_no_type(self, node: int) -> bool:
        """A property or a method, which hides no type of its name from `new` (`void Error() { throw new Error(); }`)."""
        return bool(
            (self._evaluator.holders[node] and not IS_TYPE[self._survey.kind[node]]) or IS_CALLABLE[self._survey.kind[node]]
        )

    def chosen(self, result: Result, given: int) -> Result:
        """The values that a call can enter; all of them when none fits."""
        values, reason = result
        if not values or any(tag_of(value) != OBJECT for value in values):
            return result
        kind = self._survey.kind
        types = [value for value in values if IS_TYPE[kind[number_of(value)]]]
        if types:
            made = self._of_types(types, given)
            if len(made) == 1 and self._survey.kind[number_of(made[0])] == INTERFACE and given >= 0 and given & MAKES:
                below = self._evaluator.classes.below(number_of(made[0]))
                if below and reason == Reason.RECEIVER:
                    return tuple([pack(OBJECT, cls) for cls in below]), Reason.SEVERAL
            return made, reason
        if not all(IS_CALLABLE[kind[number_of(value)]] for value in values):
            return result
        given = self._given_to(values[0], given)
        fitting = tuple([value for value in values if fits(self._survey.calling[number_of(value)], given)])
        counted, fitting = fitting, self._typed(fitting, given)
        inherited = self._nearer_above(fitting, given) if fitting else ()
        if inherited:
            return inherited, max(reason, Reason.INHERITED)
        fitting = self._closest(fitting, given)
        if fitting:
            return fitting, reason if len(fitting) > 1 or reason != Reason.REDEFINED else self._reason_of(fitting[0])
        above = self._above(values[0], given)
        return (above, max(reason, Reason.INHERITED)) if above else (self._closest(counted, given) or values, reason)

    def _typed(self, fitting: tuple[Value, ...], given: int) -> tuple[Value, ...]:
        """Without those that cannot take what is given by its declared type; a single one only where classes above have others."""
        if given < 0 or not fitting or (len(fitting) == 1 and not self._is_above(fitting[0])):
            return fitting
        left = set(self.types.left(self.types.seen([number_of(value) for value in fitting])))
        return tuple([value for value in fitting if number_of(value) in left])

    def _is_above(self, value: Value) -> bool:
        """Whether classes above the receiver's have functions of the same name."""
        receiver, node = receiver_of(value), number_of(value)
        if receiver < 0 or self._survey.kind[node] == CONSTRUCTOR:
            return False
        name, owner = self._survey.name[node], self._survey.lexical_parent[node]
        order = self._evaluator.classes.lineage(receiver).order
        return any(cls != owner and self._survey.binds(cls, name) >= 0 for cls in order)

    def _given_to(self, value: Value, given: int) -> int:
        """What a call gives; of a function that extends a type, and is called on its own class, what it gives behind that."""
        node = number_of(value)
        is_own = self._survey.calling[node] & EXTENDS and receiver_of(value) == self._survey.lexical_parent[node]
        if is_own:
            self.types.tell_nothing()
        return without_first(given) if is_own else given

    def _nearer_above(self, fitting: tuple[Value, ...], given: int) -> tuple[Value, ...]:
        """What classes above have that is nearer than anything that fits below, where the language chooses among all."""
        receiver = receiver_of(fitting[0])
        if receiver < 0 or given < 0 or self._evaluator.row_of(receiver).language not in _AMONG_ALL:
            return ()
        calling, name = self._survey.calling, self._survey.name[number_of(fitting[0])]
        known = {without_otherwise(calling[number_of(value)]) for value in fitting}
        order = self._evaluator.classes.lineage(receiver).order
        above = [node for cls in order for node in self._members(cls, name, given) if without_otherwise(calling[node]) not in known]
        others = tuple([pack(OBJECT, node, receiver) for node in above])
        every = self._closest(self._typed((*fitting, *others), given) or fitting, given) if above else ()
        return every if set(every).isdisjoint(fitting) else ()

    def _closest(self, values: tuple[Value, ...], given: int) -> tuple[Value, ...]:
        """Of several that fit those that take exactly as many, else those that do not take any number; where the language looks at
        types first, of those that are nearest.
        """
        calling = self._survey.calling
        if len(values) > 1 and self._evaluator.row_of(number_of(values[0])).language in _TYPES_FIRST:
            values = self._exact(values, given)
        for kept in (
            [value for value in values if self._takes_exactly(number_of(value), given)],
            [value for value in values if calling[number_of(value)] >> 16 & 255 != ANY_NUMBER],
        ):
            if len(values) > 1 and given >= 0 and kept:
                if self._is_doubted(kept, values):
                    return values
                return self._nearest(self._exact(tuple(kept), given), given)
        return self._nearest(self._exact(values, given), given)

    def _is_doubted(self, kept: list[Value], values: tuple[Value, ...]) -> bool:
        """Whether what takes any number may be called, because the others hardly take what is given."""
        return len(kept) < len(values) and all(self.types.is_doubted(number_of(value)) for value in kept)

    def _takes_exactly(self, node: int, given: int) -> bool:
        most, count = self._survey.calling[node] >> 16 & 255, given & MOST_COUNTED
        return most == count or (most == ANY_NUMBER and given >= 0 and self.types.may_be_whole(node, count))

    def _nearest(self, values: tuple[Value, ...], given: int) -> tuple[Value, ...]:
        """The one that is nearest by declared types, where there is one."""
        if len(values) < 2 or given < 0:
            return values
        kept = set(self.types.nearest([number_of(value) for value in values]))
        return tuple([value for value in values if number_of(value) in kept])

    def _exact(self, values: tuple[Value, ...], given: int) -> tuple[Value, ...]:
        """Without those that another one surpasses: its parameters are as near to the literals, and one is nearer."""
        if len(values) < 2 or given < 0:
            return values
        near = [closeness(self._survey.calling[number_of(value)], given) for value in values]
        return tuple([value for value, own in zip(values, near, strict=True) if not any(_surpasses(other, own) for other in near)])

    def _reason_of(self, value: Value) -> int:
        """How one definition among several of its scope was found, once the call has told it apart."""
        receiver = receiver_of(value)
        if receiver < 0:
            return Reason.SCOPE
        return Reason.RECEIVER if self._survey.lexical_parent[number_of(value)] == receiver else Reason.INHERITED

    def _of_types(self, types: list[Value], given: int) -> tuple[Value, ...]:
        """A class and the object beside it have one name (Scala): the object's `apply` is called, but for `new`."""
        flags = self._survey.flags
        single = [value for value in types if flags[number_of(value)] & STATIC]
        classes = [value for value in types if not flags[number_of(value)] & STATIC]
        if given < 0 or not given & MAKES:
            for value in single:
                applied = self._members(number_of(value), self._apply, given)
                if applied:
                    return tuple([pack(OBJECT, node, number_of(value)) for node in applied])
        return tuple(classes or types)

    def _above(self, value: Value, given: int) -> tuple[Value, ...]:
        receiver = receiver_of(value)
        if receiver < 0:
            return ()
        node = number_of(value)
        for cls in self._evaluator.classes.lineage(receiver).order:
            found = self.types.left(self._members(cls, self._survey.name[node], given))
            if found:
                return self._closest(tuple([pack(OBJECT, other, receiver) for other in found]), given)
        return ()

    def _members(self, cls: int, name: int, given: int) -> list[int]:
        """Functions of this name that a class itself defines and that take what is given."""
        survey = self._survey
        nodes = [entry & PAYLOAD for entry in survey.entries(cls, name) if entry >> 56 == DEFINED]
        nodes = [node for node in nodes if IS_CALLABLE[survey.kind[node]] and fits(survey.calling[node], given)]
        return self._evaluator.preferred(nodes)

    def below_self(self, anchor: int, chain: str, name: int) -> tuple[int, ...]:
        """Methods of a name that the receiver's own class lacks, in the types below it: what a trait wants of those that use it."""
        if chain.rpartition(".")[0] != SELF:
            return ()
        cls = self._evaluator.class_around(anchor & _LOW)
        if cls == NO_NODE:
            return ()
        found = {node for each in self._evaluator.classes.below(cls) for node in self._members(each, name, -1)}
        return tuple(sorted(found))

    def constructors(self, cls: int, given: int) -> tuple[list[int], int]:
        """What making an instance enters: the constructor that fits, the class where it is its head that takes the arguments, or
        that has none.
        """
        survey = self._survey
        named = [survey.strings.known(name) for name in self._evaluator.row_of(cls).family.constructors]
        for each in self._evaluator.classes.lineage(cls).order if named else (cls,):
            own = [entry & PAYLOAD for entry in survey.members(each) if entry >> 56 == DEFINED]
            own = [node for node in own if survey.kind[node] == CONSTRUCTOR and not survey.flags[node] & STATIC]
            if own or survey.calling[each] & KNOWN:
                fitting = [node for node in own if fits(survey.calling[node], given)]
                if survey.calling[each] & KNOWN and fits(survey.calling[each], given):
                    fitting.insert(0, each)
                fitting = self._made_by(fitting, given) if len(fitting) > 1 and given >= 0 else fitting
                return fitting or own or [each], 0 if each == cls else Reason.INHERITED
        return [cls], 0

    def _made_by(self, fitting: list[int], given: int) -> list[int]:
        """Of several constructors those that an instance is made by; where defaults fill parameters types count first."""
        seen = self.types.seen(fitting)
        fitting = self.types.left(seen) or seen
        values = tuple([pack(OBJECT, node) for node in fitting])
        is_plain = not given & MOST_COUNTED or self._evaluator.row_of(fitting[0]).language == "java"
        values = self._closest(values, given) if is_plain else self._nearest(self._exact(values, given), given)
        return [number_of(value) for value in values]

    def standing_in(self, node: int, receiver: int) -> tuple[int, ...]:
        """The methods of types below the receiver's that stand in for a method, ascending."""
        key = (node, receiver)
        known = self._standing_in.get(key)
        if known is None:
            known = self._standing_in[key] = self._find_below(node, receiver)
        return known

    def _find_below(self, node: int, receiver: int) -> tuple[int, ...]:
        survey = self._survey
        calling = survey.calling[node]
        if (
            calling & CLOSED
            or not IS_CALLABLE[survey.kind[node]]
            or survey.kind[node] == CONSTRUCTOR
            or survey.flags[node] & STATIC
        ):
            return ()
        found: set[int] = set()
        for cls in self._evaluator.classes.below(receiver):
            for entry in survey.entries(cls, survey.name[node]):
                other = entry & PAYLOAD
                is_alike = entry >> 56 == DEFINED and IS_CALLABLE[survey.kind[other]] and alike(calling, survey.calling[other])
                if is_alike and (other == node or not self.types.differ(node, other)):
                    found.add(other)
        return tuple(sorted(found - {node}))


def _surpasses(other: tuple[int, ...] | None, own: tuple[int, ...] | None) -> bool:
    return other is not None and own is not None and other != own and all(map(ge, other, own))
