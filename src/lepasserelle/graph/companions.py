"""Objects of Scala that stand beside a class of their name. Not here: which of the two a call enters (`overloads`)."""

from typing import TYPE_CHECKING, Final

from lepasserelle.graph.shapes import IS_TYPE, STATIC
from lepasserelle.graph.values import OBJECT, Value, number_of, tag_of

if TYPE_CHECKING:
    from lepasserelle.graph.evaluate import Evaluator

_LANGUAGE: Final = "scala"


def objects_of(evaluator: "Evaluator", values: tuple[Value, ...]) -> tuple[Value, ...]:
    """What is asked for a member by its name, without the class that has an object beside it: only the object has such members."""
    survey = evaluator.survey
    if not values or tag_of(values[0]) != OBJECT or not IS_TYPE[survey.kind[number_of(values[0])]]:
        return values
    nodes = [number_of(value) for value in values]
    name = survey.name[nodes[0]]
    if evaluator.row_of(nodes[0]).language != _LANGUAGE or any(survey.name[node] != name for node in nodes):
        return values
    single = tuple([value for value, node in zip(values, nodes, strict=True) if survey.flags[node] & STATIC])
    return single if len(single) == 1 else values
