"""Which parameters, fields and variables of C hold a function that is called somewhere, told before any of them is asked for.

Asking for one parameter looks at the calls of its function, these at parameters of theirs, and so on through most of a project, for
what is hardly ever a function (decision 407). In C a declared type says all but which function is meant: nothing else is followed.
And names alone say at once where functions get to (assignments, arguments, results, fields) and from where what is called may come.
Where both is so, the values are asked for; elsewhere there is no function to be found, or nobody calls it.
"""

from collections.abc import Callable
from functools import cached_property
from typing import Final

from lepasserelle.graph.chains import GLOBAL_ROOT
from lepasserelle.graph.layout import Reason
from lepasserelle.graph.name_movements import NameMovements
from lepasserelle.graph.shapes import IS_CALLABLE, MACRO
from lepasserelle.graph.survey import FileRow, Survey
from lepasserelle.graph.values import MEMBER_OUTSIDE, OBJECT, OUTSIDE, UNKNOWN, Result, Value, number_of, pack, tag_of

_LANGUAGE: Final = "c"
_OUTSIDE: Final = f"{GLOBAL_ROOT}."


class FunctionsOfC:
    """What is followed of C besides declared types. Of every other language all is."""

    def __init__(self, survey: Survey, row_of: Callable[[int], FileRow]) -> None:
        self._survey = survey
        self._row_of = row_of

    def may_be_given(self, function: int, flow: int) -> bool:
        """Whether a parameter, by its flow, may hold a function that is called."""
        return not self._is_c(function) or self._movements.parameter(flow)

    def may_be_named(self, node: int) -> bool:
        """Whether a field or variable may, or what it holds."""
        return not self._is_c(node) or self._movements.named(self._survey.name[node])

    def of(self, node: int, result: Result) -> Result:
        """The functions among what comes to a definition. Nothing tells what the members of those outside are."""
        if not result[0]:
            return UNKNOWN
        if not self._is_c(node):
            return result
        functions = tuple(
            pack(OUTSIDE, number_of(value), MEMBER_OUTSIDE) if tag_of(value) == OUTSIDE else value
            for value in result[0]
            if self.is_function(value)
        )
        reason = result[1]
        if reason == Reason.FLOW and not any(tag_of(value) == OBJECT for value in functions):
            reason = Reason.ASSIGNED  # so that what is declared keeps its reason beside a name outside, followed or not
        return (functions, reason) if functions else UNKNOWN

    def is_function(self, value: Value) -> bool:
        """Whether a value can be called: a macro or what is outside only if it is not written as a constant."""
        number, survey = number_of(value), self._survey
        if tag_of(value) == OUTSIDE:
            return _is_no_constant(survey.strings.texts[number].removeprefix(_OUTSIDE))
        if tag_of(value) != OBJECT:
            return False
        kind = survey.kind[number]
        return bool(IS_CALLABLE[kind]) or (kind == MACRO and _is_no_constant(survey.strings.texts[survey.name[number]]))

    def read(self, chain: str, result: Result, row: FileRow) -> Result:
        """What a chain reads that is not called: not the function that a variable holds, whoever may have put it there."""
        values, reason = result
        if row.language != _LANGUAGE or not values:
            return result
        last = chain.rpartition(".")[2]
        return tuple(value for value in values if not self.is_function(value) or self._is_called_so(value, last)), reason

    def _is_called_so(self, value: Value, name: str) -> bool:
        survey, number = self._survey, number_of(value)
        text = survey.strings.texts[number if tag_of(value) == OUTSIDE else survey.name[number]]
        return text.rpartition(".")[2] == name

    def _is_c(self, node: int) -> bool:
        return self._row_of(node).language == _LANGUAGE

    @cached_property
    def _movements(self) -> NameMovements:
        return NameMovements(self._survey)


def _is_no_constant(name: str) -> bool:
    return name.isidentifier() and not name.isupper()
