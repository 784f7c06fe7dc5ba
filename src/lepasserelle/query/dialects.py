r"""What a regular expression says in the syntax of ripgrep (Rust) that is read otherwise, without an error, by RE2.

Not a parser: signs are read one by one, as `query.line_ends` does. What makes no sense as RE2 is refused (`[a-z&&[^m]]`,
`\b{start}`); what may be meant as it is read (`\<`, `x{,3}`, `[a[b]]`) is told beside the answer. Invariant: linear in the pattern.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from lepasserelle.late import late

if TYPE_CHECKING:
    import re

_DOTALL: Final = 16  # as in `re`, without the module
_SIGN: Final = late(
    r"\\Q.*?(?:\\E|\Z)"
    r"|(?P<half>\\b\{(?:start|end|start-half|end-half)\})"
    r"|(?P<border>\\[<>])"
    r"|\\."
    r"|(?P<set>\[\^?\]?(?:\\.|\[:\^?\w+:\]|[^\]\\])*\](?P<closed>\]?))"
    r"|(?P<least>\{,\d+\})"
    r"|.",
    _DOTALL,
)
_OPERATION: Final = late(r"(?:\\.|\[:\^?\w+:\]|[^\\])(?P<operation>&&|~~|--)(?!\Z)", _DOTALL)

_IN_A_SET: Final = late(r"\\.", _DOTALL)
_SPACES: Final = {r"\s": "[:space:]", r"\S": "[:^space:]"}


def refused_in_re2(expression: str) -> str:
    """Why it cannot be meant as RE2 reads it, with what to write instead; empty: nothing is wrong."""
    for found in _SIGN.finditer(expression):
        if found["half"]:
            return f"`{found['half']}` is the border of a word for ripgrep only; write `\\b`"
        operation = _OPERATION.search(found["set"][1:].removesuffix("]")) if found["set"] else None
        if operation:
            sign = operation["operation"]
            return (
                f"`{sign}` between sets is for ripgrep only; name the characters that are left, or write `\\{sign[0]}` for the sign"
            )
    return ""


def as_re2(expression: str) -> str:
    r"""The same in the words of RE2, whose `\s` leaves out the vertical tab, which is white space to ripgrep (and to Python)."""
    if "\\s" not in expression and "\\S" not in expression:
        return expression
    return "".join(_with_vertical_tab(found) for found in _SIGN.finditer(expression))


def _with_vertical_tab(found: "re.Match[str]") -> str:
    sign = found[0]
    if found["set"]:
        return _IN_A_SET.sub(lambda inner: _SPACES.get(inner[0], inner[0]), sign)
    return f"[{_SPACES[sign]}]" if sign in _SPACES else sign


def read_otherwise(expression: str) -> str:
    """What RE2 makes of signs that ripgrep reads otherwise, once each; empty: there are none."""
    return "; ".join(dict.fromkeys(_otherwise(expression)))


def _otherwise(expression: str) -> Iterator[str]:
    for found in _SIGN.finditer(expression):
        if found["border"]:
            yield f"`{found['border']}` is the sign `{found['border'][1]}` (`\\b` is the border of a word)"
        elif found["least"]:
            yield f"`{found['least']}` is read as it stands (`{{0{found['least'][1:]}` counts)"
        elif found["closed"] and "[" in found["set"][1:].replace("[:", ""):
            yield f"`{found['set']}` is one set and the sign `]` (a set holds no other set)"
