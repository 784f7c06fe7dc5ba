"""Is this base64 a secret? What is encoded says more than its letters: a token's header, a user and his password.

Not here: where such texts stand (see `secrets`).
"""

import base64
import binascii
from typing import Final

from lepasserelle.files.documents import json_object
from lepasserelle.late import late

LEAST_PASSWORD: Final = 8
"""Bytes of a registry's password below which it is taken for a sample (`user:pass`)."""

_SAMPLE_TOKEN: Final = late(
    rb"(?i)example|placeholder|john ?doe|\"sub\"\s*:\s*\"(?:1234567890|user|test|me)\"|\"(?:foo|bar|dummy)\""
)
"""Payloads of documentation: those of jwt.io (`1234567890`, John Doe) and of RFC 7519 (`http://example.com/is_root`)."""

_SAMPLE_PASSWORD: Final = late(
    rb"(?i)^(?:my|the|some|user|test|fake|docker|registry|super|secret|[_-])*(?:pass|passwd|password|pwd|token|secret)[\d!_-]*$"
)
"""Words that say what would stand there."""


def is_web_token(token: bytes) -> bool:
    """Whether `header.payload.signature` is a signed JSON Web Token (RFC 7519): its header names an algorithm, its payload is an
    object, and it is none of documentation's.
    """
    header, payload, _ = token.split(b".")
    claims = _decoded(payload)
    algorithm = (json_object(_decoded(header)) or {}).get("alg", "none")
    return algorithm != "none" and bool(json_object(claims)) and not _SAMPLE_TOKEN.search(claims)


def is_login(encoded: bytes) -> bool:
    """Whether it is `user:password`, as `docker login` keeps it, with a password that somebody may have."""
    user, colon, password = _decoded(encoded).partition(b":")
    if not (user and colon) or len(password) < LEAST_PASSWORD or not (user + password).isascii():
        return False
    return password != user and len(set(password)) >= LEAST_PASSWORD // 2 and not _SAMPLE_PASSWORD.search(password)


def _decoded(text: bytes) -> bytes:
    """Nothing when it is no base64, in either alphabet."""
    bare = text.rstrip(b"=").translate(_PLAIN)
    try:
        return base64.b64decode(bare + b"=" * (-len(bare) % 4))
    except (binascii.Error, ValueError):
        return b""


_PLAIN: Final = bytes.maketrans(b"-_", b"+/")
