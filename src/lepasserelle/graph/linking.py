"""Linking: the facts of all files to the sections of the graph, in two walks over the files.

The first walk fills compact tables (`survey`), the second resolves each file against them (`resolve`); one decoded file is held
at a time. Deterministic: the same files in the same order give the same bytes.
"""

from collections.abc import Callable, Iterator

from lepasserelle.graph.edges import EdgeSink
from lepasserelle.graph.evaluate import Evaluator
from lepasserelle.graph.freeze import TextBlocks, freeze
from lepasserelle.graph.records import LinkFile
from lepasserelle.graph.resolve import Resolver
from lepasserelle.graph.shapes import IS_TYPE
from lepasserelle.graph.survey import NO_NODE, Survey
from lepasserelle.graph.values import OBJECT, number_of, tag_of
from lepasserelle.model import Sections


def link(files: Callable[[], Iterator[LinkFile]]) -> Sections:
    """The program dependence graph of all files.

    `files()` walks them, sorted by the bytes of their paths, and gives the same files each time; it is called twice. Raises
    ValueError when the second walk differs from the first, or when a definition's parent does not stand before it.
    """
    survey = Survey()
    texts = TextBlocks()
    for file in files():
        survey.add(file)
        texts.add(file.facts.definitions)
    survey.close()
    evaluator = Evaluator(survey)
    _adopt(survey, evaluator)
    for node in sorted(survey.bases):
        evaluator.prepare(node)
    sink = EdgeSink()
    _resolve(files, survey, evaluator, sink)
    return freeze(survey, evaluator.owners, sink, texts)


def _adopt(survey: Survey, evaluator: Evaluator) -> None:
    """Give the methods that stand outside their class to it."""
    for node, chain in sorted(survey.receivers.items()):
        values, _ = evaluator.ask(survey.lexical_parent[node], survey.strings.texts[chain], 0)
        owners = [number_of(value) for value in values if tag_of(value) == OBJECT and IS_TYPE[survey.kind[number_of(value)]]]
        if len(owners) != 1 or owners[0] == survey.lexical_parent[node]:
            continue
        if not _lies_in(survey, evaluator.owners, owners[0], node):
            evaluator.owners[node] = owners[0]
            survey.bind_member(owners[0], node)
    if evaluator.owners:
        survey.close()
        evaluator.forget()


def _lies_in(survey: Survey, owners: dict[int, int], inner: int, outer: int) -> bool:
    """Whether a node stands in another one, so that making it the owner would close a circle of parents."""
    while inner != NO_NODE and inner != outer:
        inner = owners.get(inner, survey.lexical_parent[inner])
    return inner == outer


def _resolve(files: Callable[[], Iterator[LinkFile]], survey: Survey, evaluator: Evaluator, sink: EdgeSink) -> None:
    resolver = Resolver(survey, evaluator, sink)
    first_import = number = 0
    for number, file in enumerate(files(), start=1):
        row = survey.files[number - 1] if number <= len(survey.files) else None
        if row is None or row.path != file.path or row.count != len(file.facts.definitions):
            message = f"the second walk over the files differs from the first at {file.path!r}; walk an unchanging list"
            raise ValueError(message)
        resolver.file(row, file, range(first_import, first_import + len(file.facts.imports)))
        first_import += len(file.facts.imports)
    if number != len(survey.files):
        raise ValueError("the second walk over the files ended before the first did; walk an unchanging list")
