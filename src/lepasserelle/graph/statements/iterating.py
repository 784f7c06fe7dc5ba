"""Which statements of a body make a generator go on. Not here: what it does then."""

from lepasserelle.graph.statements.dependence import Dependences
from lepasserelle.model.body import StatementKind


def goes_on(found: Dependences, node: int, generator: int) -> bool:
    """Whether a generator, given by its objects, may run at a node: a loop, a call, or what looks through it. An element that is
    read alone is taken to be no generator, though objects do not tell it from what it came out of.
    """
    if node >= len(found.body.statements):
        return False
    statement = found.body.statements[node]
    is_run = statement.calls or statement.kind == StatementKind.EACH or any(one.place[-1] == "[]" for one in statement.writes)
    return bool(is_run) and any(not one.place and one.objects & generator for one in found.definitions_at(node))
