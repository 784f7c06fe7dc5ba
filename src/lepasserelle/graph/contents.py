"""What holds values of a known type: `Vec<Shape>`, `[]*Node`, `Result<Plan, E>`. Entries are numbers, equal ones one.

A method of such a container that lies outside keeps the entry in place of its receiver, so that what it gives is known: the same
container (`iter`), or what it holds (`unwrap`).
"""

from collections.abc import Callable
from typing import Final

from lepasserelle.graph.strings import Interner
from lepasserelle.graph.values import CONTENT, OUTSIDE, OUTSIDE_INSTANCE, UNKNOWN, Result, Value, number_of, pack, tag_of

_TAKES: Final = frozenset(
    """unwrap expect unwrap_or unwrap_or_else unwrap_or_default borrow borrow_mut upgrade remove swap_remove
    front back at value top value_or""".split()  # noqa: SIM905
)
"""Members that give what is held."""
_KEEPS: Final = frozenset(
    """iter iter_mut into_iter as_ref as_mut as_deref as_deref_mut as_slice get get_mut first last first_mut last_mut pop pop_front
    pop_back next peek nth values values_mut lock read write take clone cloned copied rev skip filter ok or or_else chain
    begin end cbegin cend find ok_or ok_or_else unwrap_unchecked map_err context with_context""".split()  # noqa: SIM905
)
"""Members that give something that holds the same."""


_COLLECTIONS: Final = frozenset(
    """List MutableList ArrayList LinkedList Set MutableSet TreeSet Collection Iterable Iterator Queue Deque ArrayDeque Stack
    Optional Map MutableMap TreeMap ConcurrentHashMap Seq Dictionary IEnumerable IList ICollection""".split()  # noqa: SIM905
)
"""Types of the JVM and of .NET, which Rust has under no such name."""
_TAKES_OF_COLLECTION: Final = frozenset(
    """get getOrNull first firstOrNull last lastOrNull next poll peek pop remove removeFirst removeLast getFirst getLast head
    single elementAt orElse orElseThrow getOrElse getOrDefault find apply First FirstOrDefault Last LastOrDefault Single
    SingleOrDefault ElementAt Pop Peek Dequeue""".split()  # noqa: SIM905
)

_PROMISES: Final = frozenset({"<global>.Promise", "<global>.PromiseLike"})
_ARRAYS: Final = frozenset({"<global>.Array", "<global>.ReadonlyArray"})
_RECORDS: Final = frozenset({"<global>.Record"})
_OF_PROMISES: Final = frozenset({"then", "catch", "finally"})


class Contents:
    """Containers by number, each of equal ones once."""

    def __init__(self, texts: list[str]) -> None:
        self._texts = texts
        self._entries: list[tuple[int, tuple[Value, ...]]] = []
        self._numbers: dict[tuple[int, tuple[Value, ...]], int] = {}

    def value(self, container: Result, held: tuple[Value, ...]) -> Value | None:
        """A container of these values; None when it is a type of the project, whose own members count."""
        owner = -1
        if container[0]:
            if len(container[0]) != 1 or tag_of(container[0][0]) not in {OUTSIDE, OUTSIDE_INSTANCE}:
                return None
            owner = number_of(container[0][0])
        entry = (owner, held)
        number = self._numbers.setdefault(entry, len(self._entries))
        if number == len(self._entries):
            self._entries.append(entry)
        return pack(CONTENT, number)

    def held(self, value: Value) -> tuple[Value, ...]:
        """What it holds."""
        return self._entries[number_of(value)][1]

    def owner(self, value: Value) -> int:
        """String of the container's type outside, -1 when it is the language's own."""
        return self._entries[number_of(value)][0]

    def member(self, value: Value, name: str, strings: Interner, of_held: Callable[[], Result]) -> Result:
        """A member of it: one outside that knows what is held. A promise of ECMAScript has three of its own; others are those of
        what it comes to, for chains leave `await` out. What a record has under a name is what it holds.
        """
        owner = self.owner(value)
        if owner < 0:
            return UNKNOWN
        if self._texts[owner] in _PROMISES and name not in _OF_PROMISES:
            return of_held()
        if self._texts[owner] in _RECORDS:
            return self.held(value), 0
        around = "<list>" if self._texts[owner] in _ARRAYS else self._texts[owner]
        return ((pack(OUTSIDE, strings[f"{around}.{name}"], number_of(value) + 1),), 0)

    def _is_collection(self, number: int) -> bool:
        owner = self._entries[number][0]
        return owner >= 0 and self._texts[owner].rpartition(".")[2] in _COLLECTIONS

    def given(self, number: int, method: str, reason: int) -> Result:
        """What a call of a member of an entry gives."""
        if method == "elementAt" and self._texts[max(self._entries[number][0], 0)].endswith("Map"):
            return UNKNOWN  # what a closure is given of a map is an entry of it
        if method in (_TAKES_OF_COLLECTION if self._is_collection(number) else _TAKES):
            return self._entries[number][1], reason
        return ((pack(CONTENT, number),), reason) if method in _KEEPS else UNKNOWN
