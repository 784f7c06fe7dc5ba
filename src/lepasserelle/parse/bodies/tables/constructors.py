"""What stands before the body of a constructor of C++ (`: n(v), Base(2)`), and the fields of its class if the file has it."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from lepasserelle.model.body import RECEIVER, REFERENCE, Call, Flows, StatementFlag, StatementKind
from lepasserelle.parse.bodies.collecting import Context, Effects
from lepasserelle.parse.bodies.nodes import first, inner_statements, last
from lepasserelle.parse.bodies.spot import Spot

if TYPE_CHECKING:
    from tree_sitter import Node

    from lepasserelle.model.body import Parameter
    from lepasserelle.parse.bodies.lowering import Lowering

_CLASSES = frozenset({"class_specifier", "struct_specifier"})
_FUNCTIONS = frozenset({"function_definition", "compound_statement"})


class _Field(NamedTuple):
    is_plain: bool
    """A number or a pointer: no constructor runs."""
    is_reference: bool


def initialize(lowering: "Lowering", function: "Node", parameters: "tuple[Parameter, ...]") -> None:
    """One statement for each initialiser: a field is made of its arguments, or a constructor above gets them."""
    for child in function.named_children:
        if child.type == "field_initializer_list":
            fields = _fields(function, lowering)
            for one in inner_statements(child):
                if one.type == "field_initializer":
                    _one(lowering, one, fields, parameters)


def _one(lowering: "Lowering", node: "Node", fields: dict[str, _Field] | None, parameters: "tuple[Parameter, ...]") -> None:
    head, given = first(node), last(node)
    if head is None or given is None or head.id == given.id:
        return
    walker, effects = lowering.expressions, Effects()
    name = walker.text(head).partition("<")[0]
    known = (fields or {}).get(name)
    arguments = inner_statements(given)
    if known is not None and known.is_plain:
        for argument in arguments:
            walker.walk(effects, argument)
    else:
        _construct(lowering, effects, node, name, arguments, is_base=known is None)
    if known is None and fields is None:
        keeps = len(arguments) == 1 and walker.text(arguments[0]) in {one.name for one in parameters if one.is_reference}
    else:
        keeps = known is not None and known.is_reference
    if keeps:
        number = len(effects.calls)
        effects.calls.append(Call(REFERENCE, node.start_point[0] + 1, ("",), flows=Flows.NOT))
        for use in list(effects.uses):
            effects.use(use.place, Context(call=number, argument=0))
    if known is not None or fields is None:
        effects.write((lowering.table.receiver, "." + name))
    lowering.emit(StatementKind.SIMPLE, node, Spot(-1, 0), effects)


def _construct(lowering: "Lowering", effects: Effects, node: "Node", name: str, arguments: list["Node"], *, is_base: bool) -> None:
    number, inside = len(effects.calls), Context()
    effects.flags |= StatementFlag.CAN_RAISE
    chain = name if is_base else f"{lowering.table.receiver}.{name}"
    effects.calls.append(Call(chain, node.start_point[0] + 1, ("",) * len(arguments), is_new=not is_base))
    for place, argument in enumerate(arguments):
        lowering.expressions.walk(effects, argument, inside._replace(call=number, argument=place))
    if is_base:
        effects.use((lowering.table.receiver,), inside._replace(call=number, argument=RECEIVER))


def _fields(function: "Node", lowering: "Lowering") -> dict[str, _Field] | None:
    """The fields of the class that a constructor belongs to; None when the file does not have the class."""
    cls: Node | None = function.parent
    while cls is not None and cls.type not in _CLASSES:
        cls = cls.parent
    if cls is None:
        cls = _class_named(function, lowering)
    body = cls.child_by_field_name("body") if cls is not None else None
    if body is None:
        return None
    found: dict[str, _Field] = {}
    for one in body.named_children:
        if one.type == "field_declaration":
            found.update(_declared(one, lowering))
    return found


def _declared(field: "Node", lowering: "Lowering") -> Iterator[tuple[str, _Field]]:
    kind = field.child_by_field_name("type")
    for declarator in field.children_by_field_name("declarator"):
        is_plain = kind is not None and kind.type == "primitive_type" and declarator.type == "field_identifier"
        types, node = [declarator.type], declarator
        while (inner := node.child_by_field_name("declarator") or last(node)) is not None:
            node = inner
            types.append(node.type)
        yield lowering.expressions.text(node), _Field(is_plain or types[0] == "pointer_declarator", "reference_declarator" in types)


def _class_named(function: "Node", lowering: "Lowering") -> "Node | None":
    """The class whose constructor is defined outside of it, by its name."""
    head = lowering.data[function.start_byte : function.end_byte].partition(b"(")[0].decode("utf-8", "replace")
    name = head.rpartition("::")[0].rpartition("::")[2].split()[-1:]
    root = function
    while root.parent is not None:
        root = root.parent
    stack = [root]
    while stack and name:
        node = stack.pop()
        called = node.child_by_field_name("name") if node.type in _CLASSES else None
        if (
            called is not None
            and node.child_by_field_name("body")
            and lowering.expressions.text(called) == name[0].partition("<")[0]
        ):
            return node
        if node.type not in _FUNCTIONS:
            stack += node.named_children
    return None


def declare_field(lowering: "Lowering", node: "Node", spot: Spot) -> None:
    """`int n = 3;` of a class gives the field its value; without one it says nothing."""
    value = node.child_by_field_name("default_value")
    if value is None:
        return
    effects = lowering.effects(value)
    for declarator in node.children_by_field_name("declarator"):
        inner: Node = declarator
        while (found := inner.child_by_field_name("declarator") or last(inner)) is not None:
            inner = found
        effects.write((lowering.names.declare(lowering.expressions.text(inner)),))
    lowering.emit(StatementKind.SIMPLE, node, spot, effects)
