"""The version of facts, apart from them: who asks for lines compares it and reads no facts."""

FACTS_VERSION = 74
"""Grows whenever the parser would say something else about the same bytes, or their terms would be other ones; stored facts of
another version are parsed anew."""
