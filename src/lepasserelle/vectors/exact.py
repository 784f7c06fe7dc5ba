"""The oracle: the nearest vectors by comparing with every one.

Not an index. Also the faster path below `exact_limit` vectors (decision 062).
Invariant: exact to the last bit on any machine: products of i8 summed over up to 1 040 dimensions stay below 2^24, where f32 holds
every integer, so BLAS may add in any order.
"""

import sys

import numpy as np
from numpy.typing import NDArray

MAX_DIMENSIONS = 1040
_KERNEL_PAYS_BYTES = 1 << 26
"""So much is compared before the native kernel is imported: eleven questions over 23 000 nodes (decision 191)."""
_BLOCK_ROWS = 512
"""Small enough that OpenBLAS keeps to one thread (two threads on a busy machine took ten times as long) and the block stays in
cache.
"""


def similarities(vectors: NDArray[np.int8], query: NDArray[np.int8]) -> NDArray[np.float32]:
    """Dot product of the query with each row; whole numbers."""
    if vectors.shape[1] > MAX_DIMENSIONS:
        raise ValueError(f"{vectors.shape[1]} dimensions: above {MAX_DIMENSIONS} sums of i8 products are not exact in f32")
    if _kernel.pays(vectors.nbytes):
        return _kernel.similarities(vectors, query)
    result = np.empty(len(vectors), dtype=np.float32)
    wanted = query.astype(np.float32)
    uses_blas = not _address_space_is_limited()
    buffer = np.empty((min(_BLOCK_ROWS, len(vectors)), vectors.shape[1]), dtype=np.float32)
    for start in range(0, len(vectors), _BLOCK_ROWS):
        block = vectors[start : start + _BLOCK_ROWS]
        part = buffer[: len(block)]
        np.copyto(part, block)
        if uses_blas:
            np.dot(part, wanted, out=result[start : start + len(block)])
        else:
            np.einsum("ij,j->i", part, wanted, out=result[start : start + len(block)])
    return result


class _Kernel:
    """Products of i8 in the processor's own instructions, by numkong: a third of the time, and nothing is converted.

    Importing it takes as long as some thirty questions over a project of 20 000 nodes, so a process that asks once does without,
    and gets the same whole numbers.
    """

    def __init__(self, pays_above_bytes: int = _KERNEL_PAYS_BYTES) -> None:
        self._left_bytes = pays_above_bytes

    def pays(self, compared_bytes: int) -> bool:
        """Whether this process has compared so much that the import pays."""
        self._left_bytes -= min(compared_bytes, max(self._left_bytes, 0))
        return self._left_bytes <= 0 and compared_bytes > 0

    def similarities(self, vectors: NDArray[np.int8], query: NDArray[np.int8]) -> NDArray[np.float32]:
        """As the function of that name."""
        import numkong

        packed = numkong.dots_pack(np.ascontiguousarray(query)[None])  # `cdist` calls a function for each row: a third more time
        return np.asarray(numkong.dots_packed(np.ascontiguousarray(vectors), packed), dtype=np.float32).reshape(-1)


def _address_space_is_limited() -> bool:
    """Then OpenBLAS is not called: it takes a buffer of 32 MB for each thread that computes, and ends the process when it is
    refused one. Without it 100 000 rows take 9 ms instead of 6.
    """
    if sys.platform == "win32":
        return False
    import resource

    return resource.getrlimit(resource.RLIMIT_DATA)[0] != resource.RLIM_INFINITY


_kernel = _Kernel()
