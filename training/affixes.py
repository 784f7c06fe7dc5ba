"""What is put around a name to tell a copy from its source: `click_copy`, `aiohttp-vendored`, `asyncclick`, `zod-mini`.

A copy's word (`fork`, `vendored`, `shaded`) tells that what is left is a copied project, whatever else its name may mean. A
variant's word (`lite`, `next`, `async`) tells it only where the rest is no plain word. Invariant: what is left is a whole name.
"""

import re
from collections.abc import Iterator

_COPY_NAMES = (
    "fork forked forks copy copied copies clone cloned vendor vendored vendoring vendors shaded shade shadow relocated repackaged "
    "repack bundled bundle embedded embed inlined inline mirror mirrored patched thirdparty 3rdparty extern external externals "
    "backport backported duplicate snapshot jarjar rebundled"
)
COPY_WORDS = frozenset(_COPY_NAMES.split())
_BEFORE_NAMES = (
    "lite light mini micro nano tiny small full slim ng next plus neo old legacy classic modern continued revived maintained "
    "reborn ultimate hyper super fast faster turbo better just my our custom unofficial community new lib "
    "async aio go py js ts rs cpp"
)
_AFTER_NAMES = (
    "lite light mini micro nano tiny small full slim ng next plus neo old legacy classic modern continued revived maintained "
    "reborn extended enhanced improved standalone single amalgamated header headers min dist es esm cjs umd mjs iife js ts py rs "
    "go rb swift php net dotnet csharp nvim vim cpp compat master main trunk alpha beta rc stable nightly latest edge canary "
    "binary bin prebuilt static shared core base async fix fixed"
)
_BEFORE, _AFTER = frozenset(_BEFORE_NAMES.split()), frozenset(_AFTER_NAMES.split())
_GLUED = re.compile(
    r"^(?:async|aio|mini|micro|nano|tiny|fast|ultra|hyper|neo|my|go|py)|"
    r"(?:js|lite|mini|fork|copy|plus|next|vendored|shaded|bundled|min|slim|light|full)$"
)
_LEAST_GLUED = 4
"""Letters of a name that is known within a word: `asyncclick`, and no `mygot`."""


def words_of(name: str) -> list[str]:
    """The words of a name in small letters, whatever stands between them."""
    return [word for word in re.split(r"[^a-z0-9]+", name.lower()) if word]


def cores(name: str) -> Iterator[tuple[str, bool]]:
    """(what is left, joined by hyphens; whether a copy's word was among what was taken off), for every step of taking words off."""
    words = words_of(name)
    is_copy = False
    while words:
        yield "-".join(words), is_copy
        if words[-1] in COPY_WORDS or words[0] in COPY_WORDS:
            is_copy = True
            words = words[:-1] if words[-1] in COPY_WORDS else words[1:]
        elif words[-1] in _AFTER:
            words = words[:-1]
        elif words[0] in _BEFORE:
            words = words[1:]
        else:
            return


def glued_cores(name: str) -> Iterator[str]:
    """What is left of a single word without such a word at its beginning or end."""
    for found in _GLUED.finditer(name):
        rest = name[: found.start()] + name[found.end() :]
        if len(rest) >= _LEAST_GLUED:
            yield rest
