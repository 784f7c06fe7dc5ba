"""The numbers of BM25F, and the formula.

Robertson, Zaragoza and Taylor, "Simple BM25 extension to multiple weighted fields" (2004): the weighted, length-normalised counts
of all fields are added first and saturate together, so a word in name and body does not count as two words.

    tf~(t, d) = Σ over fields f of  weight_f · tf(t, d, f) / (1 − b_f + b_f · length(d, f) / average length(f))
    score     = Σ over terms t of   idf(t) · tf~ / (k1 + tf~)        idf(t) = ln(1 + (N − df + ½) / (df + ½))

Invariant: elementwise IEEE arithmetic only, so that equal input gives equal bits.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from lepasserelle.terms import FIELD_COUNT, Field


class FieldWeight(NamedTuple):
    """How a field counts."""

    weight: float
    length_normalisation: float
    """b of BM25: 0 ignores how long the field is, 1 divides by it."""


K1 = 1.2
"""Where repetition stops to matter; the customary value."""

FIELDS: dict[Field, FieldWeight] = {
    Field.NAME: FieldWeight(5.0, 0.4),  # what a thing is called is what it is
    Field.SIGNATURE: FieldWeight(1.5, 0.5),  # parameters and types; holds the name once more
    Field.DOCUMENTATION: FieldWeight(2.0, 0.6),  # written in the words that people ask with
    Field.BODY: FieldWeight(1.0, 0.75),  # long, and mostly about other things
    Field.PATH: FieldWeight(1.0, 0.3),  # shared by the whole file
    Field.SCOPE: FieldWeight(1.5, 0.3),  # shared by all members
}

WEIGHTS: NDArray[np.float64] = np.array([FIELDS[Field(f)].weight for f in range(FIELD_COUNT)])
NORMALISATION: NDArray[np.float64] = np.array([FIELDS[Field(f)].length_normalisation for f in range(FIELD_COUNT)])

IMPACT_SCALE = 65535
"""tf~ / (k1 + tf~) lies in [0, 1) and is stored as u16."""


def inverse_document_frequency(document_frequency: NDArray[np.int64], documents: int) -> NDArray[np.float32]:
    """Idf of terms that stand in so many of all documents; always positive."""
    df = document_frequency.astype(np.float64)
    return np.log1p((documents - df + 0.5) / (df + 0.5)).astype(np.float32)


_STEPS = 128
"""Averages are rounded to so many steps below the next power of two: by a hundredth at most."""


def average_length(field_lengths: NDArray[np.integer]) -> NDArray[np.float64]:
    """Of each field over the nodes that have it, from (its terms in all nodes, how many nodes have it), shape (2, fields).

    Rounded, so that it stays the same after an edit, and with it what is stored of all that was not edited (decision 379). It
    divides lengths that differ a hundredfold, at a power below one.
    """
    total, having = field_lengths.astype(np.float64)
    mantissa, exponent = np.frexp(total / np.maximum(1, having))
    return np.asarray(np.ldexp(np.rint(mantissa * _STEPS) / _STEPS, exponent), dtype=np.float64)


def impact(weighted_frequency: NDArray[np.float64]) -> NDArray[np.uint16]:
    """Saturated frequency, in 65535ths, at least 1."""
    saturated = weighted_frequency / (K1 + weighted_frequency)
    return np.maximum(1, np.rint(saturated * IMPACT_SCALE)).astype(np.uint16)
