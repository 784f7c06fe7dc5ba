"""What is peculiar to Bash: commands as calls, variables and sourced files."""

from lepasserelle.model import ImportFlag, NodeKind
from lepasserelle.parse import parse


def test_commands_are_calls_and_control_words_are_not() -> None:
    """Arguments are counted; an unquoted expansion can be any number of words."""
    facts = parse(b'f() { g a "$b" && h $c; return 1; }', "bash")
    assert [(r.chain, r.arity) for r in facts.references if r.role == 0] == [("g", 2), ("h", -1)]


def test_local_names_stay_inside() -> None:
    """What is not declared `local` is written for all; `declare -g` too."""
    facts = parse(b"f() { local a=1; a=2; B=3; declare -g C=4; }", "bash")
    assert [r.chain for r in facts.references if r.role == 2] == ["B", "C"]


def test_sourced_files_are_imports() -> None:
    """A variable in the path stays as written."""
    facts = parse(b'source ./a.sh\n. "$D/b.sh"\n', "bash")
    assert [(i.module, i.name, i.flags) for i in facts.imports] == [
        ("./a.sh", "*", ImportFlag.INCLUDE),
        ("$D/b.sh", "*", ImportFlag.INCLUDE),
    ]


def test_aliases_and_handlers_are_seen() -> None:
    """An alias is a macro; the function of a trap is called, that of a completion read."""
    facts = parse(b"alias ll='ls -l'\ntrap tidy EXIT\ncomplete -F _done done\n", "bash")
    assert [(d.name, NodeKind(d.kind)) for d in facts.definitions[1:]] == [("ll", NodeKind.MACRO)]
    assert [r.chain for r in facts.references if r.role == 1] == ["_done"]
    assert [(r.chain, r.arity) for r in facts.references if r.role == 0 and r.chain == "tidy"] == [("tidy", 0)]
