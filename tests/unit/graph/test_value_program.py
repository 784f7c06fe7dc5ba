"""What is counted over the rows of a program."""

from array import array

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from lepasserelle.graph.strings import Interner
from lepasserelle.graph.value_program import Program
from lepasserelle.model.values import ValueOp


@given(st.lists(st.tuples(st.sampled_from([ValueOp.MEMBER, ValueOp.FIELD]), st.integers(0, 9)), max_size=20))
def test_a_number_is_counted_in_the_rows_of_one_operation_up_to_two(rows: list[tuple[ValueOp, int]]) -> None:
    """Who asks wants to know whether it is nobody's, of one alone or of several."""
    program = Program(Interner(), "python")
    program.rows = array("i", [number for operation, word in rows for number in (operation, 0, word, 0)])
    chosen = [row for row, (operation, _) in enumerate(rows) if operation == ValueOp.MEMBER]
    program.by_operation = {int(ValueOp.MEMBER): np.array(chosen, np.int64)} if chosen else {}
    times = program.times(ValueOp.MEMBER, 2)
    for word in range(10):
        counted = sum(row == (ValueOp.MEMBER, word) for row in rows)
        assert (times[word] if word < len(times) else 0) == min(counted, 2)
