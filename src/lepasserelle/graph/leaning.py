"""On what an answer leans that is not known yet: the outermost question that is still open, and whether anything was cut short.

One number says both: the depth of that question, `NEVER` where there is none, and `CUT` more where something was cut short.
"""

from typing import Final

NEVER: Final = 1 << 30
CUT: Final = -1 << 31
ONLY_CUT: Final = CUT + NEVER
"""What was cut short leans on no open question: asked as deep or deeper it could give no more."""


def both(one: int, other: int) -> int:
    """On what leans whatever leans on one and on another."""
    if one >= 0 and other >= 0:
        return min(one, other)
    return CUT + min(one - CUT if one < 0 else one, other - CUT if other < 0 else other)


def is_closed(leans: int, depth: int) -> bool:
    """Whether something that was cut short leans on no question that is further out than one that closes."""
    return leans < 0 and leans - CUT >= depth
