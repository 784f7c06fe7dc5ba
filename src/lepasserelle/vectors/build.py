"""From the terms of all files to the vectors of a generation.

Not a store: it returns arrays. Invariant: row i of `vectors` is node i; the same files give the same bytes.
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
    """Sections `vectors` i8 (nodes, dimensions), `encoder` u8 (its name and version, UTF-8, one a line), what the
    encoder of the package keeps of the project (when `encoder` is None) and, above `exact_limit` nodes, `hnsw` u8.
    """
    table: Sections = {}
    if encoder is None:
        table, vectors = trained.fit(corpus(files()))
        label = f"{trained.TrainedWords.name}\n{trained.TrainedWords.version}"
    else:
        vectors = encoder.encode(corpus(files()))
        label = f"{encoder.name}\n{encoder.version}"
    sections = {**table, "vectors": vectors, "encoder": np.frombuffer(label.encode(), dtype=np.uint8)}
    if len(vectors) > exact_limit:
        from lepasserelle.vectors.hnsw import build_graph

        sections["hnsw"] = build_graph(vectors)
    return sections
