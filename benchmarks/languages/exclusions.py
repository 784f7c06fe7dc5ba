"""Which tags are no definitions, as rules with reasons, and in which spellings a tag's name may stand among ours.

A rule is asked only for a tag that was not found; the first that holds excuses it, and is counted under its reason.
"""

import re
from bisect import bisect_right
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate

from languages.cases import Case
from languages.ctags import Tag
from lepasserelle.model import FileFacts, FlowKind, NodeKind
from lepasserelle.parse.grammar import grammar

_EVERY = frozenset[str]()
_MADE_UP = ("__anon", "anonymous", "AnonymousFunction", "AnonymousClass", "<lambda>", "<anonymous>")
_ECMASCRIPT = frozenset({"javascript", "typescript", "tsx"})
_LITERALS = ("string", "sigil", "comment", "haddock", "line_comment", "block_comment", "template_string", "string_literal")
_LUA_FUNCTION = re.compile(r"\bfunction\s+[\w.:]+\s*\(|[\w.\]]\s*=\s*function\s*\(")


class File:
    """What the rules may ask about a file."""

    def __init__(self, language: str, data: bytes, facts: FileFacts) -> None:
        self.language = language
        self.facts = facts
        self._data = data
        self._text = data.decode("utf-8", "replace").split("\n")

    def text(self, line: int) -> str:
        """A 1-based line."""
        return self._text[line - 1] if line <= len(self._text) else ""

    @cached_property
    def in_functions(self) -> set[int]:
        """Lines inside the body of a function, the line of its head not counted."""
        starts = [0, *accumulate(len(line) + 1 for line in self._data.split(b"\n"))]
        lines: set[int] = set()
        for definition in self.facts.definitions[1:]:
            if NodeKind(definition.kind).is_callable:
                lines.update(range(bisect_right(starts, definition.body_byte) + 1, definition.end_line + 1))
        return lines

    @cached_property
    def on_functions(self) -> set[int]:
        """Lines that a function stands on, that of its head too."""
        held = [d for d in self.facts.definitions[1:] if NodeKind(d.kind).is_callable]
        return {line for definition in held for line in range(definition.start_line, definition.end_line + 1)}

    @cached_property
    def in_literals(self) -> set[int]:
        """Lines inside a literal or a comment of several lines."""
        lines: set[int] = set()
        stack = [grammar(self.language).parser.parse(self._data).root_node]
        while stack:
            node = stack.pop()
            if node.type in _LITERALS:
                lines.update(range(node.start_point[0] + 2, node.end_point[0] + 2))
            else:
                stack.extend(node.named_children)
        return lines

    @cached_property
    def imported(self) -> set[str]:
        """Names that imports bind."""
        return {bound.alias for bound in self.facts.imports}

    @cached_property
    def parameters(self) -> set[tuple[str, int]]:
        """Names and lines of parameters."""
        return {(flow.target, flow.line) for flow in self.facts.flows if flow.kind == FlowKind.PARAMETER}

    @cached_property
    def assigned(self) -> set[tuple[str, int]]:
        """Names and lines of everything that is bound or assigned."""
        return {(flow.target.lstrip("$"), flow.line) for flow in self.facts.flows}


@dataclass(frozen=True, slots=True)
class Rule:
    """A reason, the kinds and languages for which it holds (none: all), and the test."""

    reason: str
    languages: frozenset[str]
    kinds: frozenset[str]
    holds: Callable[[Tag, File], bool]


def _begins_member(tag: Tag, file: File) -> bool:
    name = re.escape(tag.name)
    text = file.text(tag.line)
    return bool(re.search(rf"\b{name}\b", text)) and not re.search(rf"\b{name}\b(?!\s*[.(]?\$?\.)", text)


def _own_name(tag: Tag, file: File) -> bool:
    return bool(re.search(rf"[=:(,]\s*(async\s+)?function\b\s*\*?\s*{re.escape(tag.name)}\b", file.text(tag.line)))


def _hash_key(tag: Tag, file: File) -> bool:
    return bool(re.search(rf"{re.escape(tag.name)}\s*(=>|==|=~)", file.text(tag.line)))


def _half_of_a_name(tag: Tag, file: File) -> bool:
    return not tag.name.isascii() or bool(re.search(rf"\w*[^\x00-\x7f]\w*{re.escape(tag.name)}", file.text(tag.line)))


def _word_of_an_expression(tag: Tag, file: File) -> bool:
    text = file.text(tag.line)
    return (tag.name, tag.line) not in file.assigned and ("=>" in text or ")" in text)


RULES = (
    Rule("a name that ctags made up", _EVERY, _EVERY, lambda tag, _: tag.name.startswith(_MADE_UP)),
    Rule(
        "a variable inside a function is a local",
        _ECMASCRIPT | {"python", "kotlin"},
        frozenset({"variable", "constant", "property"}),
        lambda tag, file: tag.line in file.in_functions,
    ),
    Rule(
        "a variable inside a function is a local",
        frozenset({"php"}),
        frozenset({"variable"}),
        lambda tag, file: tag.line in file.on_functions and (tag.name, tag.line) in file.assigned,
    ),
    Rule("only the begin of a member expression", _ECMASCRIPT | {"python"}, _EVERY, _begins_member),
    Rule(
        "an object literal, which ctags calls a class",
        frozenset({"javascript"}),
        frozenset({"class"}),
        lambda tag, file: not re.search(r"\bclass\b|\bfunction\b", file.text(tag.line)),
    ),
    Rule("own name of a function that is named by what it is assigned to", _ECMASCRIPT, frozenset({"function"}), _own_name),
    Rule(
        "the name does not stand on the line",
        _ECMASCRIPT | {"python"},
        _EVERY,
        lambda tag, file: tag.name.strip("#'\"") not in file.text(tag.line),
    ),
    Rule("inside a literal or a comment", _EVERY, _EVERY, lambda tag, file: tag.line in file.in_literals),
    Rule(
        "an array, which ctags calls a function",
        frozenset({"bash"}),
        frozenset({"function"}),
        lambda tag, file: re.search(rf"(^|[\s;&|]){re.escape(tag.name.rstrip('='))}\+?=\(", file.text(tag.line)) is not None,
    ),
    Rule("no function on that line", frozenset({"lua"}), _EVERY, lambda tag, file: not _LUA_FUNCTION.search(file.text(tag.line))),
    Rule("an import, held as one", frozenset({"c_sharp"}), frozenset({"typedef"}), lambda tag, file: tag.name in file.imported),
    Rule("a hash key or a comparison, which ctags calls a constant", frozenset({"ruby"}), frozenset({"constant"}), _hash_key),
    Rule(
        "a parameter, which ctags calls a field",
        frozenset({"c_sharp"}),
        frozenset({"field"}),
        lambda tag, file: (tag.name, tag.line) in file.parameters,
    ),
    Rule(
        "a word of an expression, which ctags calls a field", frozenset({"c_sharp"}), frozenset({"field"}), _word_of_an_expression
    ),
    Rule(
        "an annotation, which ctags calls a constant",
        frozenset({"java"}),
        frozenset({"enumConstant"}),
        lambda tag, file: f"@{tag.name}" in file.text(tag.line),
    ),
    Rule(
        "a parameter, which ctags calls a method or a constant",
        frozenset({"kotlin"}),
        frozenset({"method", "constant"}),
        lambda tag, file: not re.search(rf"\b(fun|va[lr])\b[^=]*\b{re.escape(tag.name)}\b", file.text(tag.line)),
    ),
    Rule(
        "a companion without a name belongs to its class",
        frozenset({"kotlin"}),
        frozenset({"object"}),
        lambda tag, file: tag.name == "Companion" and "companion object" in file.text(tag.line),
    ),
    Rule("half of a name that is not ASCII", frozenset({"java"}), _EVERY, _half_of_a_name),
)


def excuse(case: Case, tag: Tag, file: File) -> str:
    """Why a tag is no definition; empty when it is one."""
    stated = case.no_definitions.get(tag.kind)
    if stated:
        return f"{tag.kind}: {stated}"
    if tag.name in case.words:
        return "a word of the language"
    for rule in RULES:
        if (
            (not rule.languages or case.language in rule.languages)
            and (not rule.kinds or tag.kind in rule.kinds)
            and rule.holds(tag, file)
        ):
            return rule.reason
    return ""


def spellings(case: Case, tag: Tag) -> set[str]:
    """The name of a tag as we would write it: without quotes and `#`, last part of a qualified name, `==` for `operator ==`."""
    name = tag.name.strip("#'\"")
    written = {tag.name, name}
    if case.language in ("lua", "elixir"):
        written.add(re.split(r"[.:]", name)[-1])
    elif case.language == "cpp":
        written |= {name.replace("operator ", "operator"), name.strip("()")}
    elif case.language == "c_sharp" and tag.kind != "namespace":
        written.add(name.removeprefix("operator ").removeprefix("~").rpartition(".")[2])
    elif case.language == "ruby":
        written |= {name.removesuffix("="), f"{name}?", f"{name}!"}
    elif case.language == "haskell":
        written.add(name.strip("()"))
    return written
