"""Prints the facts of one file, for people who write queries: `python -m lepasserelle.parse.show FILE LANGUAGE`."""

import sys
from pathlib import Path

from lepasserelle.model import FileFacts, FlowKind, ImportFlag, NodeFlag, NodeKind, Role
from lepasserelle.parse import parse


def shown(facts: FileFacts) -> list[str]:
    """One line a fact."""
    lines = []
    for number, d in enumerate(facts.definitions):
        lines.append(
            f"{number} {NodeKind(d.kind).word} {d.name!r} parent={d.parent} lines={d.start_line}-{d.end_line} {d.signature!r}"
        )
        lines.append(f"    {NodeFlag(d.flags)!r} bases={d.bases} decorators={d.decorators} receiver={d.receiver!r}")
        lines.append(f"    complexity={d.complexity} documentation={d.documentation[:60]!r}")
    for i in facts.imports:
        place = f"level={i.level} scope={i.scope} line={i.line}"
        lines.append(f"import {i.module!r} name={i.name!r} alias={i.alias!r} {place} {ImportFlag(i.flags)!r}")
    lines += [f"{Role(r.role).name.lower()} {r.chain} scope={r.scope} line={r.line} arity={r.arity}" for r in facts.references]
    lines += [f"flow {FlowKind(f.kind).name.lower()} {f.target} <- {f.source} scope={f.scope} line={f.line}" for f in facts.flows]
    lines += [f"problem {p.line}: {p.message}" for p in facts.problems]
    return [f"package {facts.package!r}, {facts.line_count} lines", *lines]


if __name__ == "__main__":
    sys.stdout.write("\n".join(shown(parse(Path(sys.argv[1]).read_bytes(), sys.argv[2]))) + "\n")
