"""The parameters of functions, by demand: how many there are, and their flows in order."""

from array import array
from bisect import bisect_left
from functools import cached_property

import numpy as np

from lepasserelle.graph.edges import OUTER
from lepasserelle.graph.shapes import DECLARATION
from lepasserelle.graph.survey import PARAMETER, PAYLOAD, Survey


class Parameters:
    """Read off the bindings of a closed survey when the first question is asked."""

    def __init__(self, survey: Survey) -> None:
        self._survey = survey

    @cached_property
    def _by_function(self) -> tuple["array[int]", "array[int]"]:
        """(functions, flows) of all parameters, in the order of functions and within one in the order of the source. No numpy:
        to search it for one function at a time would turn all of it into floating point first.
        """
        survey = self._survey
        values = np.frombuffer(survey.values, dtype=np.uint64)
        chosen = np.flatnonzero(values >> np.uint64(56) == PARAMETER)
        flows = values[chosen] & np.uint64(PAYLOAD)
        keys = np.frombuffer(survey.keys, dtype=np.uint64)[chosen]
        order = np.lexsort((flows, keys >> np.uint64(32)))
        return array("Q", (keys >> np.uint64(32))[order].tobytes()), array("Q", flows[order].tobytes())

    def flows(self, function: int) -> list[int]:
        """The flows of a function's parameters in order, those without a name left out."""
        functions, flows = self._by_function
        start = bisect_left(functions, function)
        return flows[start : bisect_left(functions, function + 1, start)].tolist()

    def count(self, function: int) -> int:
        """How many parameters have a name."""
        return len(self.flows(function))

    def fitting(self, targets: list[int], arity: int) -> list[int]:
        """Of several functions those that take so many arguments, else those that could with defaults, else all."""
        inside = [target for target in targets if target < OUTER]
        counts = {target: self.count(target) for target in inside}
        exact = [target for target in inside if counts[target] == arity]
        exact = [target for target in exact if not self._survey.flags[target] & DECLARATION] or exact
        if exact or len(inside) < len(targets):
            return exact or targets
        more = [target for target in inside if counts[target] > arity]
        return [target for target in more if counts[target] == min(map(counts.__getitem__, more))] or targets
