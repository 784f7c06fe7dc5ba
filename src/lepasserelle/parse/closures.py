"""What a closure is given that names no parameter (`it`, `$0`), or one without a type, by the method that takes it: the receiver
itself (`let`), or what the receiver holds (`forEach`); and what its own receiver is (`apply`). Which methods these are, the query
says.
"""

from operator import itemgetter

from tree_sitter import Node

from lepasserelle.model.facts import GIVEN_RECEIVER
from lepasserelle.parse.captures import Buckets
from lepasserelle.parse.chains import Chains
from lepasserelle.parse.draft import Draft
from lepasserelle.parse.scopes import Scopes
from lepasserelle.parse.spec import LanguageSpec

Given = tuple[int, Draft, str, str]
"""First byte, scope, name, chain of what is given; `?` where that is not known."""


def collect(spec: LanguageSpec, buckets: Buckets, scopes: Scopes, values: Chains) -> list[Given]:
    """One for each closure of which it is known, and for those within them that hide the name without a parameter."""
    found: dict[int, tuple[Node, str, str]] = {}
    received: list[Given] = []
    for captured in buckets.by_role["given"]:
        closure, names = captured["given"][0], captured.get("given.name")
        if "given.receiver" in captured:
            source = values.chain(captured["given.source"][0])
            received.append((closure.start_byte, scopes.function_at(closure.start_byte + 1), GIVEN_RECEIVER, source))
            continue
        if names is None and (closure.start_byte in found or _has_parameters(spec, closure)):
            continue
        source = values.chain(captured["given.source"][0])
        chain = "?" if source == "?" else source + (spec.element if "given.each" in captured else "")
        found[closure.start_byte] = closure, values.name(names[0]) if names else spec.unnamed_parameter, chain
    if any(name == spec.unnamed_parameter for _, name, _ in found.values()):
        for closure in buckets.nodes("given.closure"):
            if closure.start_byte not in found and not _has_parameters(spec, closure):
                found[closure.start_byte] = closure, spec.unnamed_parameter, "?"
    given = [(start, scopes.function_at(start + 1), name, chain) for start, (_, name, chain) in found.items()]
    return sorted([*given, *received], key=itemgetter(0, 2))


def _has_parameters(spec: LanguageSpec, closure: Node) -> bool:
    return any(child.type in spec.closure_parameters for child in closure.named_children)
