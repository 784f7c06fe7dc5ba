"""The terms of a file's path: what its folders and its name say about what is inside.

Invariant: pure; depends on the path's text alone.
"""

from lepasserelle.terms.fold import normal
from lepasserelle.terms.split import TOKEN, pieces

_SAYS_NOTHING = frozenset({"src", "lib", "libs", "index", "main", "init", "mod", "packag"})


def path_terms(path: str) -> list[str]:
    """Distinct sub-terms of a posix path without its last suffix, in order; names that every project has
    (`src`, `index`) say nothing.
    """
    stem, dot, _suffix = path.rpartition(".")
    named = stem if dot and "/" not in _suffix and not stem.endswith("/") and stem else path
    terms = dict.fromkeys(term for token in TOKEN.findall(normal(named)) for term in pieces(token))
    return [term for term in terms if term not in _SAYS_NOTHING]
