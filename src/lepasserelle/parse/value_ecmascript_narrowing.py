"""What a condition of ECMAScript says of the names in it: which values are left where it holds, and where it does not.

`typeof x ===`, `x instanceof C`, `Array.isArray(x)`, `x == null`, the truth of `x`; joined by `&&`, `||`, `!`. Of variables of the
function's own that no function inside assigns, and of properties (`this.shape`) until something is called or another way is taken.
"""

from collections.abc import Callable, Collection
from typing import TYPE_CHECKING, Final, NamedTuple

from tree_sitter import Node

from lepasserelle.model.values import Test
from lepasserelle.parse.value_code import Environment

if TYPE_CHECKING:
    from lepasserelle.parse.value_ecmascript import EcmaExpressions

_NONE: Final = -1
"""In place of a `Test`: nothing is left that can be followed."""
_EQUAL: Final = {"===": True, "==": True, "!==": False, "!=": False}
_AROUND: Final = frozenset({"parenthesized_expression", "expression_statement", "non_null_expression"})
_NOTHING: Final = frozenset({"null", "undefined"})
_DEEPEST: Final = 24
"""Operators of a condition that are looked into: a generated one has thousands, each of which would be asked again."""


class Fact(NamedTuple):
    """What is known behind a condition."""

    name: str
    """Key of a variable, empty for a property."""
    path: tuple[int, int]
    """(term, word) of a property."""
    term: int
    """What is tested."""
    test: int
    operands: tuple[int, ...]
    holds: bool


Sides = tuple[list[Fact], list[Fact]]
"""What is known where a condition holds, and where it does not."""
_NOWHERE: Final[Sides] = ([], [])


def facts(walk: "EcmaExpressions", node: Node | None, *, holds: bool) -> list[Fact]:
    """What a condition that was just walked says where it holds, or where it does not."""
    return sides(walk, node)[0 if holds else 1]


def sides(walk: "EcmaExpressions", node: Node | None, depth: int = 0) -> Sides:
    """What a condition that was just walked says on both sides of it: who asks for one alone walks as much of the tree."""
    node = _bare(walk, node)
    if node is None or depth > _DEEPEST:
        return _NOWHERE
    kind = walk.kinds[node.kind_id]
    if kind == "unary_expression":
        operator = node.child_by_field_id(walk.fields["operator"])
        if operator is None or operator.type != "!":
            return _NOWHERE
        holds, fails = sides(walk, node.child_by_field_id(walk.fields["argument"]), depth + 1)
        return fails, holds
    if kind == "binary_expression":
        operator = walk.three(node, "left", "operator", "right")[1]
        sign = walk.kinds[operator.kind_id] if operator is not None else ""
        if sign in ("&&", "||"):
            return _joined(walk, node, sign, depth + 1)
        found = _instance(walk, node) if sign == "instanceof" else _comparison(walk, node, sign)
    elif kind == "call_expression":
        found = _array(walk, node)
    else:
        found = _fact(walk, node, _NONE, (), holds=False)
    return _sides_of(found) if found is not None else _NOWHERE


def _sides_of(found: Fact) -> Sides:
    opposite = Fact(*found[:-1], not found.holds)
    if found.test != _NONE:
        return [found], [opposite]
    return ([found], []) if found.holds else ([], [opposite])


def _bare(walk: "EcmaExpressions", node: Node | None) -> Node | None:
    """An expression without what stands around it."""
    kinds = walk.kinds
    while node is not None and kinds[node.kind_id] in _AROUND:
        inner = [child for child in node.named_children if kinds[child.kind_id] != "comment"]
        node = inner[0] if len(inner) == 1 else None
    return node


def _joined(walk: "EcmaExpressions", node: Node, sign: str, depth: int) -> Sides:
    first, _, last = walk.three(node, "left", "operator", "right")
    left, right = sides(walk, first, depth), sides(walk, last, depth)
    if sign == "&&":
        return left[0] + right[0], _either(left[1], right[1])
    return _either(left[0], right[0]), left[1] + right[1]


def _either(left: list[Fact], right: list[Fact]) -> list[Fact]:
    """What is known where one of two conditions holds: that a value is of one of the classes that they ask for."""
    if len(left) == len(right) == 1:
        one, other = left[0], right[0]
        is_union = one.holds and other.holds and one.test == other.test == Test.MADE_BY
        if is_union and (one.name, one.path) == (other.name, other.path):
            return [one._replace(operands=one.operands + other.operands)]
    return []


def _instance(walk: "EcmaExpressions", node: Node) -> Fact | None:
    made_by = walk.tested.get(node.start_byte, 0)
    return _fact(walk, node.child_by_field_id(walk.fields["left"]), Test.MADE_BY, (made_by,), holds=True) if made_by > 0 else None


def _comparison(walk: "EcmaExpressions", node: Node, sign: str) -> Fact | None:
    holds = _EQUAL.get(sign)
    if holds is None:
        return None
    first, _, last = walk.three(node, "left", "operator", "right")
    left, right = _bare(walk, first), _bare(walk, last)
    if left is None or right is None:
        return None
    for tested, other in ((left, right), (right, left)):
        asked = type_asked(walk, tested)
        if asked is not None and other.type == "string":
            return _of_type(walk, asked, other, holds=holds)
        if other.type in _NOTHING or (other.type == "identifier" and walk.text(other) == "undefined"):
            return _fact(walk, tested, _NONE, (), holds=holds)
    return None


def type_asked(walk: "EcmaExpressions", node: Node | None) -> Node | None:
    """`x` of `typeof x`."""
    node = _bare(walk, node)
    operator = node.child_by_field_name("operator") if node is not None and node.type == "unary_expression" else None
    if node is None or operator is None or operator.type != "typeof":
        return None
    return _bare(walk, node.child_by_field_name("argument"))


def of_case(walk: "EcmaExpressions", asked: Node | None, given: Node | None) -> list[Fact]:
    """What `case given:` says of a variable where `typeof asked` is switched on."""
    if asked is None or given is None or given.type != "string":
        return []
    fact = _of_type(walk, asked, given, holds=True)
    return [fact] if fact is not None and fact.name else []


def _of_type(walk: "EcmaExpressions", asked: Node, text: Node, *, holds: bool) -> Fact | None:
    """`typeof asked === text`."""
    said = walk.text(text)
    if said == "undefined":
        return _fact(walk, asked, _NONE, (), holds=holds)
    return _fact(walk, asked, Test.OF_TYPE, (-walk.rows.word("s" + said),), holds=holds)


def _array(walk: "EcmaExpressions", node: Node) -> Fact | None:
    callee, given = node.child_by_field_id(walk.fields["function"]), node.child_by_field_id(walk.fields["arguments"])
    arguments = [child for child in given.named_children if child.type != "comment"] if given is not None else []
    if callee is None or walk.text(callee) != "Array.isArray" or len(arguments) != 1 or walk.block.find("Array") is not None:
        return None
    return _fact(walk, arguments[0], Test.ARRAY, (), holds=True)


def _fact(walk: "EcmaExpressions", node: Node | None, test: int, operands: tuple[int, ...], *, holds: bool) -> Fact | None:
    """What is said of a name or property; None for anything else."""
    node = _bare(walk, node)
    code = walk.code
    if node is None or code.environment is None:
        return None
    if node.type == "identifier":
        variable = walk.block.find(walk.text(node))
        if variable is None or variable.shared or variable.code is not code:
            return None
        term = code.environment.get(variable.key, 0)
        return Fact(variable.key, (0, 0), term, int(test), operands, holds) if term > 0 else None
    path = _path(walk, node)
    term = code.paths.get(path, 0) if path is not None else 0
    return Fact("", path, term, int(test), operands, holds) if path is not None and term > 0 else None


def _path(walk: "EcmaExpressions", node: Node) -> tuple[int, int] | None:
    """(term, word) of `a.b`, where that was just read."""
    if walk.kinds[node.kind_id] != "member_expression":
        return None
    owner, name = node.child_by_field_id(walk.fields["object"]), node.child_by_field_id(walk.fields["property"])
    if owner is None or name is None:
        return None
    base = _read(walk, owner)
    return (base, walk.rows.word(walk.text(name))) if base > 0 else None


def _read(walk: "EcmaExpressions", node: Node) -> int:
    """The term of a name or property that was just walked, without a new row; 0 for anything else."""
    if node.type == "this":
        return walk.code.receiver
    if node.type == "identifier":
        variable, environment = walk.block.find(walk.text(node)), walk.code.environment
        if variable is None or environment is None:
            return 0
        is_own = not variable.shared and variable.code is walk.code
        return environment.get(variable.key, 0) if is_own else variable.all(walk.rows)
    path = _path(walk, node)
    return walk.code.paths.get(path, 0) if path is not None else 0


# ── environments ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def narrow(walk: "EcmaExpressions", environment: Environment | None, known: Collection[Fact]) -> Environment | None:
    """What names mean where facts hold; what properties hold is put among those that were just read."""
    if environment is None or not known:
        return environment
    found = dict(environment)
    for fact in known:
        term = found.get(fact.name, 0) if fact.name else walk.code.paths.get(fact.path, fact.term)
        if term <= 0:
            continue
        left = 0 if fact.test == _NONE else walk.rows.narrow(term, fact.test, fact.operands, holds=fact.holds)
        if fact.name:
            found[fact.name] = left
        else:
            walk.code.paths[fact.path] = left
    return found


def under(walk: "EcmaExpressions", known: list[Fact], evaluate: Callable[[], int]) -> int:
    """Evaluate where facts hold; behind it names mean what they meant before, or what they are bound to there."""
    code, before = walk.code, walk.code.environment
    if before is None or not known:
        return evaluate()
    read = dict(code.paths)
    inside = narrow(walk, before, known) or {}
    code.environment = dict(inside)
    term = evaluate()
    bound = {name: held for name, held in (code.environment or {}).items() if inside.get(name) != held}
    code.environment = {**before, **bound}
    code.paths.clear()
    code.paths.update({path: held for path, held in read.items() if not any(fact.path == path for fact in known)})
    return term
