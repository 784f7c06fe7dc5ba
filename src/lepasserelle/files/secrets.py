"""Does this text hold a secret? Private key blocks and tokens of well-known form, by strict patterns.

Not here: guessing by entropy or by variable names (it fires on ordinary code; `AWS_SECRET_ACCESS_KEY` is the one
exception), and secrets by file name (see `naming`).
Invariant: a pattern needs the issuer's own prefix and length; a placeholder (`AKIAIOSFODNN7EXAMPLE`, `ghp_xxxx…`) is no secret.
"""

import re
from collections.abc import Callable
from functools import cache
from itertools import pairwise
from typing import Final, NamedTuple

from lepasserelle.files import encoded
from lepasserelle.late import late

SECRET_RULES_VERSION: Final = 9
"""Grows whenever a pattern here or a name in `naming` changes, so that ingest looks again at files that it already has."""


class _Rule(NamedTuple):
    kind: str
    probe: bytes
    """Must occur: a plain search is some hundred times faster than the pattern. Empty: see `_AFTER_UNDERSCORE`."""
    source: bytes
    """Of the pattern. Its group 1 is the part that is judged."""
    is_real: Callable[[bytes], bool]
    """Whether that part can be a secret."""


def _rule(kind: str, probe: str, pattern: bytes, is_real: Callable[[bytes], bool] | None = None) -> _Rule:
    """One whose part must look random, unless it is judged otherwise."""
    return _Rule(kind, probe.encode(), pattern, is_real or _looks_random)


@cache
def _pattern(source: bytes) -> re.Pattern[bytes]:
    """Compiled when a text first may hold such a secret: most texts hold none, and a search reads none at all."""
    return re.compile(source)


def _looks_random(body: bytes) -> bool:
    """Whether it can be a real token: not one character over and over, not the alphabet in order, no word for "put yours here"."""
    plain = re.sub(rb"\\n|[\s\"'+]", b"", body) or body
    if len(set(plain)) < min(10, len(plain) // 2):
        return False
    steps = sum(1 for first, second in pairwise(plain) if second - first in (0, 1))
    return steps < 0.5 * len(plain) and not _PLACEHOLDER.search(plain)


_PLACEHOLDER: Final = late(rb"(?i)example|placeholder|your[_-]?|xxxx|redacted|dummy|changeme|insert")

_NOT_BEFORE: Final = rb"(?<![A-Za-z0-9_])"
_NOT_AFTER: Final = rb"(?![A-Za-z0-9_])"

_AWS_NAME: Final = "aws_secret_access_key"
"""The one rule by name: the value has no prefix, but name and length together are AWS' own form. Looked for in any case."""

_AWS_PROBE: Final = _AWS_NAME.encode()

_COMMENT: Final = rb"[ \t]*(?:#+|//+|\*|--|;+)[ \t]*"
"""How a line in a comment begins, in the usual languages."""

_BETWEEN: Final = (
    rb"[\s\"'+,|>]|[bBuUrR]{1,2}(?=[\"'])|\\[rn]|\\(?=\r?\n)"
    rb"|\.{1,2}(?=\s{0,200}(?:[\"']|PHP_EOL))|PHP_EOL|&#(?:x0?[aAdD]|1[03]);|<br[ \t]*/?>"
)
"""What joins the first line of a key to the next: line ends, and how texts are put together in a program, in XML or in HTML."""

_RULES: Final = (
    _rule(
        "private key",
        "PRIVATE KEY",
        rb"-----BEGIN (?:[A-Z0-9]{1,12} ){0,2}PRIVATE KEY(?: BLOCK)?-----"
        rb"(?:" + _BETWEEN + rb"|(?:Version|Comment|Proc-Type|DEK-Info|Charset):(?:[^\n\\]|\\(?!n))*+(?:\\n|\n)){1,200}+"
        rb"((?:[A-Za-z0-9+/=]|\\n|\s[\"'+ ]*+){64,}+)",  # possessive: one way to read a blank, or time doubles with each
    ),
    _rule(
        "private key",
        "PRIVATE KEY",
        rb"-----BEGIN (?:[A-Z0-9]{1,12} ){0,2}PRIVATE KEY(?: BLOCK)?-----[ \t\r]*"
        rb"(?:\n" + _COMMENT + rb"(?:(?:Version|Comment|Proc-Type|DEK-Info|Charset):[^\n]*)?\r?(?=\n)){0,8}"
        rb"\n" + _COMMENT + rb"([A-Za-z0-9+/]{60,}={0,2})[ \t\r]*(?:\n|$)",
    ),
    _rule(
        "private key",
        "PuTTY-User-Key-File-",
        rb"Private-Lines:[ \t]*\d{1,4}(?:" + _BETWEEN + rb"){1,200}+(?:" + _COMMENT + rb")?"
        rb"([A-Za-z0-9+/=]{40,}+)",  # the shortest is Ed25519's: 36 bytes in one line of 48
    ),
    _rule(
        "AWS secret key",
        _AWS_NAME,
        rb"(?i:(?<![A-Za-z0-9])AWS_SECRET_ACCESS_KEY)[\"']?[ \t]*(?::=|=>|[:=])[ \t]*[\"']?([A-Za-z0-9+/]{40})(?![A-Za-z0-9+/=])",
    ),
    _rule("age key", "AGE-SECRET-KEY-1", rb"AGE-SECRET-KEY-1([0-9A-Z]{58})" + _NOT_AFTER),
    _rule("AWS access key", "AKIA", _NOT_BEFORE + rb"AKIA((?![0-9A-Z]{0,13}EXAMPLE)[2-7A-Z]{16})" + _NOT_AFTER),
    _rule("AWS access key", "ASIA", _NOT_BEFORE + rb"ASIA((?![0-9A-Z]{0,13}EXAMPLE)[2-7A-Z]{16})" + _NOT_AFTER),
    _rule("GitLab token", "glpat-", _NOT_BEFORE + rb"glpat-([A-Za-z0-9_\-]{20,})"),
    _rule("Slack token", "xox", _NOT_BEFORE + rb"xox[abprs]-(\d{9,15}-(?:\d{9,15}-)*[A-Za-z0-9]{16,})"),
    _rule("Slack token", "xapp-", _NOT_BEFORE + rb"xapp-\d-(A[A-Z0-9]{8,}-\d{9,15}-[a-f0-9]{64})" + _NOT_AFTER),
    _rule("Slack webhook", "hooks.slack.com/", rb"hooks\.slack\.com/services/(T[A-Z0-9]{8,}/B[A-Z0-9]{8,}/[A-Za-z0-9]{24})"),
    _rule("Google API key", "AIza", _NOT_BEFORE + rb"AIza([A-Za-z0-9_\-]{35})(?![A-Za-z0-9_\-])"),
    _rule("Google OAuth secret", "GOCSPX-", _NOT_BEFORE + rb"GOCSPX-([A-Za-z0-9_\-]{28})(?![A-Za-z0-9_\-])"),
    _rule("OpenAI key", "T3BlbkFJ", _NOT_BEFORE + rb"sk-([A-Za-z0-9_\-]{20,}T3BlbkFJ[A-Za-z0-9_\-]{20,})"),
    _rule("Anthropic key", "sk-ant-", _NOT_BEFORE + rb"sk-ant-(?:api|admin|oat)\d\d-([A-Za-z0-9_\-]{80,})"),
    _rule("npm token", ":_authToken", rb"(?m)^[ \t]*//\S+:_authToken\s*=\s*\"?([A-Za-z0-9_\-+/=.]{16,})"),
    _rule("npm password", ":_password", rb"(?m)^[ \t]*//\S+:_password\s*=\s*\"?([A-Za-z0-9+/=]{16,})"),
    _rule("PyPI token", "pypi-AgEIcHlwaS5vcmc", rb"pypi-AgEIcHlwaS5vcmc([A-Za-z0-9_\-]{50,})"),
    _rule("SendGrid key", "SG.", _NOT_BEFORE + rb"SG\.([A-Za-z0-9_\-]{22}\.[A-Za-z0-9_\-]{43})(?![A-Za-z0-9_\-])"),
    _rule("Twilio key", "SK", _NOT_BEFORE + rb"SK([0-9a-f]{32})" + _NOT_AFTER),
    _rule(
        "password in an address",
        "://",
        rb"://[^\s:/?#@\"'<>{}$%\[\]()]{0,64}:((?=[^@]{0,80}\d)(?=[^@]{0,80}[A-Za-z])[A-Za-z0-9_\-+=~!*.%]{16,80})"
        rb"@(?![A-Za-z0-9.\-]*example)[A-Za-z0-9]",
    ),
    _rule("Azure storage key", "AccountKey=", rb"AccountKey=([A-Za-z0-9+/]{86}==)"),
    _rule("Vault token", "hvs.CAES", _NOT_BEFORE + rb"hvs\.CAES([A-Za-z0-9_\-]{80,})"),
    _rule(
        "login of a registry",
        "auths",
        rb"\\?\"auth\\?\"\s{0,20}:\s{0,20}\\?\"([A-Za-z0-9+/]{12,4096}={0,2})\\?\"",  # in a text of JSON, too
        encoded.is_login,
    ),
    _rule(
        "JSON Web Token",
        "eyJ",
        rb"(?:(?<![A-Za-z0-9_\-])|(?<=\\n))"
        rb"(eyJ[A-Za-z0-9_\-]{12,}+\.eyJ[A-Za-z0-9_\-]{8,}+\.[A-Za-z0-9_\-]{43,}+)",  # the shortest signature is HS256's
        encoded.is_web_token,
    ),
    _rule("GitHub token", "", _NOT_BEFORE + rb"gh[pousr]_([A-Za-z0-9]{36,251})" + _NOT_AFTER),
    _rule("GitHub token", "", rb"github_pat_([A-Za-z0-9]{22}_[A-Za-z0-9]{59})" + _NOT_AFTER),
    _rule("Stripe key", "", _NOT_BEFORE + rb"[sr]k_live_([A-Za-z0-9]{24,})" + _NOT_AFTER),
    _rule("npm token", "", _NOT_BEFORE + rb"npm_([A-Za-z0-9]{36})" + _NOT_AFTER),
    _rule("Hugging Face token", "", _NOT_BEFORE + rb"hf_([A-Za-z0-9]{34})" + _NOT_AFTER),
    _rule("DigitalOcean token", "", rb"do[op]_v1_([a-f0-9]{64})" + _NOT_AFTER),
    _rule("Shopify token", "", rb"shp(?:at|ss)_([a-fA-F0-9]{32})" + _NOT_AFTER),
)

_AFTER_UNDERSCORE: Final = late(rb"_[A-Za-z0-9]{22}")
"""All prefixes that end in an underscore are followed by this; asking once instead of ten times halves the cost."""

_BEFORE_UNDERSCORE: Final = (
    b"ghp", b"gho", b"ghu", b"ghs", b"ghr", b"github_pat", b"sk_live", b"rk_live", b"npm", b"hf", b"doo_v1", b"dop_v1",
    b"shpat", b"shpss",
)  # fmt: skip
"""All that stands before it in a rule: names of tests are as long as tokens, and each would have eight patterns tried."""


def secret_kind(data: bytes) -> str:
    """What kind of secret the text holds, the first rule that finds one; empty: none."""
    long_part = any(data.endswith(_BEFORE_UNDERSCORE, 0, match.start()) for match in _AFTER_UNDERSCORE.finditer(data))
    named = _AWS_PROBE in data.lower()
    for kind, probe, source, is_real in _RULES:
        may_be = named if probe == _AWS_PROBE else probe in data if probe else long_part
        if may_be and any(is_real(match[1]) for match in _pattern(source).finditer(data)):
            return kind
    return ""
