"""From the terms of all files to the vectors of a generation.

Not a store: it returns arrays. Invariants: row i of `vectors` is node i, and behind all nodes stand the windows, in the
order of their nodes; the same files give the same bytes.
"""

from collections.abc import Callable, Iterator

import numpy as np

from lepasserelle.model import Sections
from lepasserelle.terms import TermFile
from lepasserelle.vectors import trained
from lepasserelle.vectors.documents import corpus
from lepasserelle.vectors.encoder import Encoder

EXACT_LIMIT = 200_000
"""Up to so many vectors exact search is used and no graph is built (decision 062)."""


def build(files: Callable[[], Iterator[TermFile]], encoder: Encoder | None = None, exact_limit: int = EXACT_LIMIT) -> Sections:
    """Sections `vectors` i8 (nodes + windows, dimensions), `window_nodes` u32 (windows,), `window_spans` u32 (windows, 2),
    `encoder` u8 (its name and version, UTF-8, one a line), what the encoder of the package keeps of the project (when `encoder`
    is None) and, above `exact_limit` vectors, `hnsw` u8.
    """
    table: Sections = {}
    found = corpus(files())
    owners, spans = found.window_nodes, found.window_spans
    if encoder is None:
        bags = [found.nodes, found.windows]
        del found
        table, vectors = trained.fit(bags)
        label = f"{trained.TrainedWords.name}\n{trained.TrainedWords.version}"
    else:
        vectors = np.concatenate([encoder.encode(found.nodes), encoder.encode(found.windows)])
        label = f"{encoder.name}\n{encoder.version}"
    sections = {
        **table,
        "vectors": vectors,
        "window_nodes": owners,
        "window_spans": spans,
        "encoder": np.frombuffer(label.encode(), dtype=np.uint8),
    }
    if len(vectors) > exact_limit:
        from lepasserelle.vectors.hnsw import build_graph

        sections["hnsw"] = build_graph(vectors)
    return sections
