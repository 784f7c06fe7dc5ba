"""What a condition of Python says of the names in it: which values are left where it holds, and where it does not.

`isinstance`, `issubclass`, `callable`, `hasattr`, `type(x) is`, `is`, `is None`, the truth of an attribute; joined by `and`, `or`,
`not`. Of names of the function's own, and of attributes of such names, until something is put there (calls are taken to leave them
alone, as type checkers do).
"""

from collections.abc import Callable, Collection, Iterable
from typing import TYPE_CHECKING, Final, NamedTuple

from tree_sitter import Node

from lepasserelle.model.values import Container, Spread, Test
from lepasserelle.parse import value_ops as op
from lepasserelle.parse.value_code import Environment

if TYPE_CHECKING:
    from lepasserelle.parse.value_python import Expressions

# A member of an enum is looked up in 100 ns.
_INSTANCE, _CALLABLE, _HAS = int(Test.INSTANCE), int(Test.CALLABLE), int(Test.HAS)
_EXACT, _SAME_VALUE, _TRUE = int(Test.EXACT), int(Test.SAME), int(Test.TRUE)
_TUPLE, _NOT_FOLLOWED = int(Container.TUPLE), frozenset({int(Spread.STAR), int(Spread.UNKNOWN)})
TESTS: Final = {
    b"isinstance": _INSTANCE,
    b"issubclass": int(Test.SUBCLASS),
    b"callable": _CALLABLE,
    b"hasattr": _HAS,
    b"type": _EXACT,
}
"""Built-ins whose arguments a walk keeps (`Expressions.given`)."""
_NONE: Final = -1
"""In place of a `Test`: nothing is left that can be followed."""
_SAME: Final = {"is": True, "is not": False}
_EQUAL: Final = _SAME | {"==": True, "!=": False}
_UNIONS: Final = frozenset({_INSTANCE, int(Test.SUBCLASS), _EXACT, _SAME_VALUE})
_CONDITIONS: Final = frozenset(
    {"call", "comparison_operator", "not_operator", "boolean_operator", "parenthesized_expression", "attribute"}
)


class Fact(NamedTuple):
    """What is known behind a condition."""

    key: str
    """A name, or the place of an attribute (`path`)."""
    test: int
    operands: tuple[int, ...]
    holds: bool


Sides = tuple[list[Fact], list[Fact]]
"""What is known where a condition holds, and where it does not."""
NOTHING: Final[Sides] = ([], [])


def path(base: int, word: int) -> str:
    """The key of an attribute in an environment: it holds a dot, as no name does."""
    return f"{base}.{word}"


def facts(walk: "Expressions", node: Node, *, holds: bool) -> list[Fact]:
    """What a condition that was just walked says where it holds, or where it does not."""
    return sides(walk, node)[0 if holds else 1]


def sides(walk: "Expressions", node: Node) -> Sides:
    """What a condition that was just walked says on both sides of it: who asks for one alone walks as much of the tree."""
    kind = walk.kinds[node.kind_id]
    if kind not in _CONDITIONS:
        return NOTHING
    if kind == "parenthesized_expression":
        inner = [child for child in node.named_children if child.type != "comment"]
        return sides(walk, inner[0]) if len(inner) == 1 else NOTHING
    if kind == "not_operator":
        holds, fails = sides(walk, node.named_children[-1])
        return fails, holds
    if kind == "boolean_operator":
        return _joined(walk, node)
    found = _call(walk, node) if kind == "call" else _comparison(walk, node) if kind == "comparison_operator" else _flag(walk, node)
    if found is None:
        return NOTHING
    opposite = Fact(found.key, found.test, found.operands, not found.holds)
    if found.test != _NONE:
        return [found], [opposite]
    return ([found], []) if found.holds else ([], [opposite])


def _joined(walk: "Expressions", node: Node) -> Sides:
    parts = [child for child in node.named_children if child.type != "comment"]
    operator = node.child_by_field_name("operator")
    left, right = sides(walk, parts[0]), sides(walk, parts[-1])
    if operator is None:
        return _either(left[0], right[0]), _either(left[1], right[1])
    if operator.type == "and":
        return left[0] + right[0], _either(left[1], right[1])
    return _either(left[0], right[0]), left[1] + right[1]


def _either(left: list[Fact], right: list[Fact]) -> list[Fact]:
    """What is known where one of two conditions holds: that a value is of one of the classes that they ask for."""
    if (
        len(left) == len(right) == 1
        and left[0].holds
        and left[0][:2] == right[0][:2]
        and left[0].test in _UNIONS
        and right[0].holds
    ):
        return [left[0]._replace(operands=left[0].operands + right[0].operands)]
    return []


def _key(walk: "Expressions", node: Node) -> str:
    """The key of what is tested, empty where nothing is known to keep it."""
    kinds = walk.kinds
    while (kind := kinds[node.kind_id]) == "parenthesized_expression" and node.named_child_count == 1:
        node = node.named_children[0]
    if kind == "named_expression":
        node = node.named_children[0]
        kind = kinds[node.kind_id]
    environment = walk.frame.environment
    if environment is None:
        return ""
    if kind == "identifier":
        name = walk.name(node)
        return name if environment.get(name, 0) > 0 else ""
    if kind == "attribute" and node.named_children[0].type == "identifier":
        base = environment.get(walk.name(node.named_children[0]), 0)
        return path(base, walk.member(node.named_children[-1])) if base > 0 else ""
    return ""


def _call(walk: "Expressions", node: Node) -> Fact | None:
    given = walk.given.get(node.start_byte)
    if given is None:
        return None
    callee, last = node.named_children[0], node.named_children[-1]
    test = TESTS.get(walk.data[callee.start_byte : callee.end_byte]) if callee.type == "identifier" else None
    arguments = [child for child in last.named_children if child.type != "comment"]
    if test is None or test == _EXACT or len(given) != 2 * len(arguments) or any(given[::2]):
        return None
    key = _key(walk, arguments[0]) if arguments else ""
    if not key or len(arguments) != 1 + (test != _CALLABLE):
        return None
    if test == _CALLABLE:
        return Fact(key, test, (), True)
    if test == _HAS:
        return Fact(key, test, (given[3],), True) if given[3] < 0 and walk.is_whole(given[3]) else None
    classes = _classes(walk, given[3])
    return Fact(key, test, tuple(classes), True) if classes else None


def _classes(walk: "Expressions", term: int) -> list[int]:
    """The classes that are written in a tuple or a union; nothing when one of them is not known."""
    rows, extra = walk.rows.rows, walk.rows.extra
    if term <= 0:
        return []
    operation, first, second, third = rows[4 * term : 4 * term + 4]
    if operation == op.OPERATE and walk.rows.words_in_order[extra[third]] == "__or__":
        parts = [_classes(walk, first), _classes(walk, second)]
    elif operation == op.DISPLAY and first & 7 == _TUPLE:
        if any(key in _NOT_FOLLOWED for key in extra[second : second + 2 * third : 2]):
            return []
        parts = [_classes(walk, each) for each in extra[second + 1 : second + 2 * third : 2]]
    else:
        return [term]
    return [each for part in parts for each in part] if all(parts) else []


def _comparison(walk: "Expressions", node: Node) -> Fact | None:
    operator, right = walk.compared.get(node.start_byte, ("", 0))
    holds = _EQUAL.get(operator)
    if holds is None:
        return None
    parts = [child for child in node.named_children if child.type != "comment"]
    if len(parts) != 2:
        return None
    if parts[1].type == "none":
        key = _key(walk, parts[0])
        return Fact(key, _NONE, (), holds) if key else None
    made = _type_of(walk, parts[0])
    if made is not None:
        key = _key(walk, made)
        return Fact(key, _EXACT, (right,), holds) if key and right > 0 else None
    if operator in _SAME and right > 0 and _is_lasting(walk, parts[1]):
        key = _key(walk, parts[0])
        return Fact(key, _SAME_VALUE, (right,), holds) if key else None
    return None


def _type_of(walk: "Expressions", node: Node) -> Node | None:
    """`x` of `type(x)` and of `x.__class__`."""
    if node.type == "attribute" and walk.text(node.named_children[-1]) == "__class__":
        return node.named_children[0]
    if node.type == "call" and len(walk.given.get(node.start_byte, ())) == 2 and walk.text(node.named_children[0]) == "type":
        return next((child for child in node.named_children[-1].named_children if child.type != "comment"), None)
    return None


def _is_lasting(walk: "Expressions", node: Node) -> bool:
    """Whether a name is one of the scopes around, which hold what every call of this function finds there."""
    return node.type == "identifier" and walk.name(node) not in (walk.frame.environment or {})


def _flag(walk: "Expressions", node: Node) -> Fact | None:
    base = node.named_children[0]
    key = _key(walk, base)
    environment = walk.frame.environment or {}
    if not key or environment.get(key) == walk.frame.receiver:
        return None
    return Fact(key, _TRUE, (-walk.rows.word("s" + walk.name(node.named_children[-1])),), True)


# ── environments ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def narrow(walk: "Expressions", environment: Environment | None, known: Collection[Fact]) -> Environment | None:
    """What names mean where facts hold."""
    if environment is None or not known:
        return environment
    found = dict(environment)
    for key, test, operands, holds in known:
        if "." in key:
            found[key] = walk.also_known(found.get(key, 0), (test, operands, holds))
        elif found.get(key, 0) > 0:
            found[key] = 0 if test == _NONE else walk.rows.narrow(found[key], test, operands, holds=holds)
    return found


def left(walk: "Expressions", term: int, known: Iterable[tuple[int, tuple[int, ...], bool]]) -> int:
    """What tests leave of an attribute that was just read."""
    for test, operands, holds in known:
        if test == _NONE:
            return 0
        term = walk.rows.narrow(term, test, operands, holds=holds)
    return term


def under(walk: "Expressions", known: list[Fact], evaluate: Callable[[], int]) -> int:
    """Evaluate where facts hold; what is bound there stays bound behind."""
    frame = walk.frame
    before = frame.environment
    if before is None or not known:
        return evaluate()
    inside = narrow(walk, before, known)
    frame.environment = dict(inside or {})
    frame.paths.clear()
    term = evaluate()
    if inside is not None and frame.environment is not None:
        for name, bound in frame.environment.items():
            if inside.get(name) != bound:
                before[name] = bound
                frame.viewed = None
    frame.environment = before
    frame.paths.clear()
    return term


def without(environment: Environment | None, word: int | None = None) -> None:
    """Forget what is known of attributes of a name, of all of them when none is given."""
    if environment is not None:
        end = "." if word is None else f".{word}"
        for key in [key for key in environment if ("." in key if word is None else key.endswith(end))]:
            del environment[key]
