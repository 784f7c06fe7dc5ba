"""What is known of the path that a script sources: all of it, or what stands behind its last variable. Not which file that is."""

import re
from typing import Final

SHELL: Final = "shell"
"""The family of languages whose scripts source each other."""
LOADING: Final = (".bats", ".ebuild")
"""Scripts that take in others by words of their own (`load helper`, `inherit eclass`), which are not read."""

_EXPANDED: Final = re.compile(r".*(?:\$\w+|\$[@*#?!$-]|[)}`])[\"']?(.*)", re.DOTALL)


def known_path(text: str) -> str | None:
    """The path as far as it is known, in any folder where it begins with a variable (`lib.sh` of `"$HERE/lib.sh"`); None where
    its name is not.
    """
    found = _EXPANDED.fullmatch(text) if is_open(text) else None
    if found is None:
        return text.replace('"', "").replace("'", "")
    known = found.group(1).replace('"', "").replace("'", "")
    return known.lstrip("/") or None if known[:1] == "/" else None


def is_open(text: str) -> bool:
    """Whether a part of the path is not known."""
    return "$" in text or "`" in text
