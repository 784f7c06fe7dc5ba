"""The slices of both directions are each other's mirror: what a statement depends on is what, followed forward, reaches it.

Forward is finer in one thing: of a call whose result does not depend on an argument, though what it changes does, it keeps the two
apart; backward takes all that such a statement uses.
"""

from forward_programs import programs
from hypothesis import HealthCheck, given, settings
from weiser import OneText

from lepasserelle.graph.statements.slicing import criterion
from lepasserelle.graph.statements.system import System

Place = tuple[str, int]


def shown(program: OneText, system: System, reached: dict[int, dict[int, int]]) -> set[Place]:
    """Functions and first lines of the statements of a slice."""
    found = set()
    for function, nodes in reached.items():
        known = system.dependences(function)
        assert known is not None
        owners = {known.flow.owners[node] for node in nodes}
        found |= {(program.names[function], known.body.statements[owner].start_line) for owner in owners if owner >= 0}
    return found


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(programs(names=True))
def test_a_statement_depends_on_what_reaches_it_and_on_nothing_else(program: tuple[str, int]) -> None:
    """Every statement of four functions with names that all of them see, both ways, with no bound that cuts."""
    text, _ = program
    one = OneText(text)
    system = System(one, 20, 50)
    back: set[tuple[Place, Place]] = set()
    forth: set[tuple[Place, Place]] = set()
    is_finer = False
    for function, name in enumerate(one.names):
        found = system.dependences(function)
        assert found is not None
        for number, statement in enumerate(found.body.statements):
            here = (name, statement.start_line)
            is_finer |= bool(found.reads(number).change)
            behind = shown(one, system, system.backward(function, *criterion(found, number, None)))
            back |= {(other, here) for other in behind}
            forth |= {(here, other) for other in shown(one, system, system.forward(function, [number], None))}
    assert len(back) > len(one.names)
    assert forth <= back, text
    if not is_finer:
        assert forth == back, text


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(programs(names=True))
def test_sources_of_many_statements_are_those_of_each(program: tuple[str, int]) -> None:
    """Put together as bits and told once, or told apart by name, they are what one statement after the other gives."""
    one = OneText(program[0])
    system = System(one, 20, 50)
    for function, _ in enumerate(one.names):
        found = system.dependences(function)
        assert found is not None
        nodes = range(len(found.body.statements))
        assert found.sources_of_all(nodes) == {source for node in nodes for source in found.sources(node)}
        some = set(nodes[::2])
        within = found.definition_bits(some)
        for node in nodes:
            told = {(source.name, source.is_certain) for source in found.sources(node) if source.node in some}
            assert found.read_names(node, within) == sorted(told)
