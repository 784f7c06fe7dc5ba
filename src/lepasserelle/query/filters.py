"""Which nodes may be found at all: language, kind and path, as one mask over the nodes.

Not ranking. A mask is applied before the best are cut off, so a filtered answer is as full as an open one.
Invariant: external nodes are never found; a filter that nothing can satisfy is an error that names what there is.
"""

import numpy as np
from numpy.typing import NDArray

from lepasserelle.errors import QueryError
from lepasserelle.model import NodeKind
from lepasserelle.query.globs import glob_pattern, nothing_meant
from lepasserelle.query.seams import GraphTable

_KIND_BY_WORD = {kind.word: kind for kind in NodeKind if kind is not NodeKind.EXTERNAL}


def node_mask(graph: GraphTable, language: str | None, kind: str | None, path: str | None) -> NDArray[np.bool_]:
    """True for each node that may be an answer, shape (nodes,)."""
    kinds = graph.kinds
    shown: NDArray[np.bool_] = kinds != NodeKind.EXTERNAL
    if kind is not None:
        shown &= kinds == _kind(kind)
    if language is not None or path is not None:
        shown &= np.append(_file_mask(graph, language, path), False)[np.minimum(graph.files, graph.file_count)]
    return shown


def _kind(word: str) -> NodeKind:
    found = _KIND_BY_WORD.get(word.strip().lower())
    if found is None:
        raise QueryError(f"no kind {word!r}; kinds are {', '.join(sorted(_KIND_BY_WORD))}")
    return found


def _file_mask(graph: GraphTable, language: str | None, path: str | None) -> NDArray[np.bool_]:
    shown = np.ones(graph.file_count, dtype=bool)
    if language is not None:
        wanted = language.strip().lower()
        languages = [graph.file_language(file) for file in range(graph.file_count)]
        shown &= np.array([name == wanted for name in languages], dtype=bool)
        if not shown.any():
            raise QueryError(f"no file in language {language!r}; the index has {', '.join(sorted(set(languages))) or 'no files'}")
    if path is not None:
        pattern = glob_pattern(path)
        meant = np.array([pattern.matches(graph.file_path(file)) for file in range(graph.file_count)], dtype=bool)
        if not meant.any():
            raise nothing_meant(path)
        shown &= meant
    return shown
