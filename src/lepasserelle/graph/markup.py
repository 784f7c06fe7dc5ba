"""Text inside XML, as `xml.sax.saxutils` writes it; that imports `urllib` and `http`, which every command would pay for."""

from typing import Final

_TEXT: Final = {ord("&"): "&amp;", ord("<"): "&lt;", ord(">"): "&gt;"}
_ATTRIBUTE: Final = {**_TEXT, ord("\n"): "&#10;", ord("\r"): "&#13;", ord("\t"): "&#9;", ord('"'): "&quot;"}


def escape(text: str) -> str:
    """Between tags."""
    return text.translate(_TEXT)


def quoteattr(text: str) -> str:
    """As the value of an attribute, in quotes."""
    return f'"{text.translate(_ATTRIBUTE)}"'
