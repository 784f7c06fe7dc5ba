r"""Whether a regular expression asks for the end of a line: `\n`, however it is written, as ripgrep refuses it.

Not a parser: it reads signs one by one, as RE2 does, and knows where one ends. A set of several signs (`[\n ]`, `\s`) may hold
a line end: the others are found. Invariant: linear in the pattern; a pattern that RE2 refuses may get either answer.
"""

from typing import Final

from lepasserelle.late import late

_SIGN: Final = late(
    r"\\Q(?P<quoted>.*?)(?:\\E|\Z)"
    r"|(?P<end>\n|\\n|\\x\{0*[aA]\}|\\x0[aA]|\\012|\[(?:\n|\\n|\\x\{0*[aA]\}|\\x0[aA]|\\012)\])"
    r"|\\."
    r"|\[\^?\]?(?:\\.|\[:\^?\w+:\]|[^\]\\])*\]"
    r"|.",
    16,  # re.DOTALL, without the module
)


def asks_for_line_end(expression: str) -> bool:
    """Whether some sign of it is a line end and nothing else."""
    return any(found["end"] or "\n" in (found["quoted"] or "") for found in _SIGN.finditer(expression))
