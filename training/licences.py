"""Which licences permit that their text is learned from.

Invariant: a licence is known by its whole name. One that only begins like a permissive one (`BSL-1.1`, `MIT-no-commercial`)
is none.
"""

import re

_PERMISSIVE = re.compile(
    r"mit(?:-0|-cmu|-modern-variant|-style)?|mit license|the mit license|mit no attribution license|expat|x11|isc|isc license|"
    r"0bsd|bsd|(?:the |new |modified |simplified )?bsd(?: license)?|bsd-?[234](?:-clause)?(?:-views|-patent|-lbnl|-clear|-hsqldb)?|"
    r"[23]-clause bsd(?: license)?|bsd [23]-clause(?: license)?|bsd-(?:derived|like|style|c3)|"
    r"apache|apache(?:[ -]license)?(?:[ -]version)?[ -]v?2(?:\.0)?(?: license)?|"
    r"apache(?: software)? license|apache modified|"
    r"apache-2-llvm-exceptions?|llvm-exception|bsl-1(?:\.0)?|boost|boost software license(?: 1\.0)?|go|"
    r"python software foundation(?: license)?|psf|psf-2\.0|python-2\.0(?:\.1)?|cnri-python|zlib|zlib-libpng-like-permissive|"
    r"libpng(?:-2\.0)?|libtiff|(?:the )?unlicense|wtfpl|cc0|cc0-1\.0|public[ -]domain|zope public license|zpl(?:-[12]\.[01])?|"
    r"repoze public license|hpnd|ncsa|ruby|blueoak-1\.0\.0|blue oak model license 1\.0\.0|cc-by-4\.0|openssl|php-3\.01|"
    r"unicode-3\.0|unicode-dfs-201[56]|icu|curl"
)
_WRITTEN_OUT = {
    "the unlicense (unlicense)": "unlicense",
    "isc license (iscl)": "isc",
    "mit no attribution license (mit-0)": "mit-0",
    "bsd-derived (http://www.repoze.org/license.txt)": "bsd-derived",
    "bsd-like (http://repoze.org/license.html)": "bsd-like",
    "boost software license 1.0 (bsl-1.0)": "bsl-1.0",
    "cc0 1.0 universal (cc0 1.0) public domain dedication": "cc0-1.0",
    "historical permission notice and disclaimer (hpnd)": "hpnd",
    "university of illinois/ncsa open source license": "ncsa",
    "blue oak model license (blueoak-1.0.0)": "blueoak-1.0.0",
    "zlib/libpng license": "zlib",
    "apache license, version 2.0": "apache-2.0",
}
"""Names in which a joining word or a bracket stands, by what they are called for short."""

_EXCEPTIONS = frozenset({"llvm-exception"})
"""What may stand after `WITH`: it permits more, where others (`Commons-Clause`) permit less."""

_TOKEN = re.compile(r"\s*([();,/]|\b(?:and|or|with)\b)\s*")


def is_permissive(licence: str) -> bool:
    """Whether every licence that a package names permits this use. One that names none is refused.

    All of those that are joined by `and`, `;` or `,` must permit it, one of those that are joined by `or` or `/`. `and` binds more
    than `or`, `/` more than `and` (SPDX 2.3, annex D, for the words).
    """
    text = licence.lower().strip()
    for written_out, short in _WRITTEN_OUT.items():
        text = text.replace(written_out, short)
    tokens = [token for token in (token.strip() for token in _TOKEN.split(text)) if token]
    permitted = _either(tokens)
    return permitted and not tokens


def _either(tokens: list[str]) -> bool:
    """Consumes what `or` joins. Every part is read, also where the answer is known."""
    permitted = _all(tokens)
    while tokens and tokens[0] == "or":
        del tokens[0]
        permitted = _all(tokens) or permitted
    return permitted


def _all(tokens: list[str]) -> bool:
    """Consumes what `and` joins; `, and` joins once."""
    permitted = _choice(tokens)
    while tokens and tokens[0] in {"and", ";", ","}:
        while tokens and tokens[0] in {"and", ";", ","}:
            del tokens[0]
        permitted = _choice(tokens) and permitted
    return permitted


def _choice(tokens: list[str]) -> bool:
    """Consumes what a stroke joins."""
    permitted = _one(tokens)
    while tokens and tokens[0] == "/":
        del tokens[0]
        permitted = _one(tokens) or permitted
    return permitted


def _one(tokens: list[str]) -> bool:
    """Consumes a name with its exception, or what stands in brackets."""
    name = tokens.pop(0) if tokens else ""
    if name == "(":
        permitted = _either(tokens)
        closed = bool(tokens) and tokens.pop(0) == ")"
        return permitted and closed
    permitted = _PERMISSIVE.fullmatch(name) is not None
    if tokens and tokens[0] == "with":
        del tokens[0]
        permitted = bool(tokens) and tokens.pop(0) in _EXCEPTIONS and permitted
    return permitted
