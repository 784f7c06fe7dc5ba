"""Linking: the facts of all files to the sections of the graph, in one walk over the files and one over tables.

The first fills compact tables (`survey`), one decoded file held at a time; the second resolves what each file refers to against
them (`resolve`). Deterministic: the same files in the same order give the same bytes.
"""

import gc
from collections.abc import Callable, Iterator

import numpy as np
from numpy.typing import NDArray

from lepasserelle.graph import apart
from lepasserelle.graph.edges import EdgeSink
from lepasserelle.graph.evaluate import Evaluator
from lepasserelle.graph.flows import Flows
from lepasserelle.graph.following import Following
from lepasserelle.graph.freeze import TextBlocks, freeze
from lepasserelle.graph.layout import CUT_SHORT, LACKED_MEMORY, SHARED
from lepasserelle.graph.records import LinkFile
from lepasserelle.graph.remembered import Former, Remembered, joined, plan_of, remembered
from lepasserelle.graph.resolve import Resolver
from lepasserelle.graph.shapes import IS_TYPE, NAMESPACE
from lepasserelle.graph.stated import Keeper, Stated, pack, unpack
from lepasserelle.graph.survey import NO_NODE, Survey
from lepasserelle.graph.values import OBJECT, number_of, tag_of
from lepasserelle.model import Sections
from lepasserelle.model.import_maps import NO_MAPS, ImportMaps

Work = Callable[[], bytes]
Aside = Callable[[Work, Work, bool], Callable[[], tuple[bytes, bytes]]]
"""Begins two pieces of work that change nothing for anybody else, and gives what waits for their results. The first starts from
what is here now, the second whenever it likes; the flag says whether there is something else to do meanwhile.
"""


def in_turn(first: Work, second: Work, _meanwhile: bool = False) -> Callable[[], tuple[bytes, bytes]]:
    """Do the first at once, and leave the second until it is asked for."""
    done = first()
    return lambda: (done, second())


def link(
    files: Callable[[], Iterator[LinkFile]],
    aside: Aside = in_turn,
    former: Former | None = None,
    remember: Callable[[Remembered], None] | None = None,
    maps: ImportMaps = NO_MAPS,
    most_steps: int | None = None,
) -> Sections:
    """The program dependence graph of all files.

    `files()` walks them, sorted by the bytes of their paths. `aside`: how names are resolved, and values of the smaller
    programs followed, while those of the largest are. `former`: an earlier linking of the same files; the names of those that
    no change touches are not resolved again. The sections depend on neither. `remember` is given what makes this linking a
    former one. `maps`: what configuration files say about where imports lead; the same in `former`. `most_steps`: as in
    `apart.followed`; whether that cut values short is told by `bounds`.
    """
    survey = Survey(maps=maps)
    texts = TextBlocks()
    for file in files():
        survey.add(file)
        texts.add(file.facts.definitions)
    survey.close()
    sink = EdgeSink()
    owners, bounds = _resolve(survey, sink, aside, former, remember, most_steps)
    gc.collect()  # what resolving remembered refers to itself, and would stand beside the sections that are made now
    sections = freeze(survey, owners, sink, texts)
    return {**sections, "bounds": np.array([bounds], dtype="<u4")}


def _resolve(
    survey: Survey,
    sink: EdgeSink,
    aside: Aside,
    former: Former | None,
    remember: Callable[[Remembered], None] | None,
    most_steps: int | None,
) -> tuple[dict[int, int], int]:
    """All edges of all files: (methods that stand outside their class → the class, bounds that the flow reached)."""
    evaluator = Evaluator(survey)
    _adopt(survey, evaluator)
    for node in sorted(survey.bases):
        evaluator.prepare(node)
    evaluator.prepared()
    flows = Flows(survey, evaluator, former)
    programs = flows.to_follow()
    beside = aside(
        lambda: apart.followed_apart(survey, evaluator, programs[1:], leaves=flows.leaves, most_steps=most_steps),
        lambda: _stated(survey, evaluator, former),
        bool(programs),
    )
    for program in programs[:1]:
        found = apart.followed(survey, evaluator, program, leaves=flows.leaves, most_steps=most_steps)
        flows.followed(program.family, found)
    told, stated = beside()
    for family, packed in apart.by_family(told).items():
        flows.followed(family, packed)
    outcome = flows.outcome()
    if remember is not None:
        remember(remembered(survey, stated, flows.kept()))
    kept = unpack(stated, sink, survey.strings)
    Following(survey, evaluator, sink, outcome).state(kept)
    lacked = outcome.cut_short and most_steps is not None
    return evaluator.owners, CUT_SHORT * outcome.cut_short | SHARED * outcome.shared | LACKED_MEMORY * lacked


def _stated(survey: Survey, evaluator: Evaluator, former: Former | None) -> bytes:
    """What names say by scope, file by file, packed."""
    evaluator.forget_all()
    plan = plan_of(survey, former) if former is not None else None
    found = _resolved(survey, evaluator, plan.resolves if plan is not None else None)
    if plan is not None:
        whole = joined(plan, found, survey.strings.__getitem__)
        if whole is None:
            evaluator.forget_all()
        found = whole if whole is not None else _resolved(survey, evaluator, None)
    evaluator.calls.class_names = True  # as the flow, which may come after, expects it
    return pack(found, survey.strings)


def _resolved(survey: Survey, evaluator: Evaluator, chosen: NDArray[np.bool_] | None) -> Stated:
    """What the chosen files state; None: all."""
    sink, keeper = EdgeSink(), Keeper()
    resolver = Resolver(survey, evaluator, sink, keeper)
    for number, row in enumerate(survey.files):
        if chosen is None or chosen[number]:
            resolver.file(row)
        else:
            resolver.pass_over()
    return keeper.stated(sink)


def _adopt(survey: Survey, evaluator: Evaluator) -> None:
    """Give the methods that stand outside their class to it."""
    for node, chain in sorted(survey.receivers.items()):
        values, _ = evaluator.ask(survey.lexical_parent[node], survey.chains[survey.strings.texts[chain]], 0)
        owners = [number_of(value) for value in values if tag_of(value) == OBJECT and _has_members(survey, number_of(value))]
        if not owners:
            evaluator.extensions.add(survey.strings.texts[survey.name[node]], survey.strings.texts[chain], node)
        if len(owners) != 1 or owners[0] == survey.lexical_parent[node]:
            continue
        if not _lies_in(survey, evaluator.owners, owners[0], node):
            evaluator.adopt(node, owners[0])
            survey.bind_member(owners[0], node)
    if evaluator.owners:
        survey.close()
        evaluator.forget()


def _has_members(survey: Survey, node: int) -> bool:
    return bool(IS_TYPE[survey.kind[node]]) or survey.kind[node] == NAMESPACE


def _lies_in(survey: Survey, owners: dict[int, int], inner: int, outer: int) -> bool:
    """Whether a node stands in another one, so that making it the owner would close a circle of parents."""
    while inner != NO_NODE and inner != outer:
        inner = owners.get(inner, survey.lexical_parent[inner])
    return inner == outer
