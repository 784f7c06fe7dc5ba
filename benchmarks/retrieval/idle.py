"""Why weights stay that earn nothing on the sets of the table, by the names of its rows. What no figure keeps is said to be so."""

from typing import Final

_BUILT: Final = "no figure: 0.0004 of any set at most, and another value would build every index anew"

REASONS: Final[dict[str, str]] = {
    "calls": "no figure: 0.002 of the names kept it before decision 343; from double on paraphrases lose 0.008",
    "lexical: BM25F weight of scope": "no figure: 0.003 of the names kept it before decision 343",
    "lexical: BM25F b of path": _BUILT,
    "lexical: BM25F b of scope": _BUILT,
    "terms: share of a repeated word": "no figure: questions seldom repeat a word, and names gain without it",
    "query: files in folders of a named folder": "questions that name a folder (decision 320), which no set has",
    "query: the foremost of several places": "traces, whose innermost frame is meant (decision 320), which no set has",
    "query: files whose own nodes are candidates": "bounds time: half of it and double give the same",
    "query: candidates of named files": "bounds time: half of it and double give the same",
    "query: share of names that two builds of a module share": (
        "paths alone would do here; files of one stem that offer other names are no forms (decision 331)"
    ),
    "query: a slip in a word": "questions without a known word, which no set has",
}
