"""Which nodes mean something like this: the encoder, exact search, and HNSW. Does not know what a node is."""

from lepasserelle.vectors.build import EXACT_LIMIT, build
from lepasserelle.vectors.encoder import Bags, Encoder, NoEncoder
from lepasserelle.vectors.search import Vectors

__all__ = ["EXACT_LIMIT", "Bags", "Encoder", "NoEncoder", "Vectors", "build"]
