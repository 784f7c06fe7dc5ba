"""The weights of the ranking, in one table, each with its reason. What each is worth by measurement: the table of the same names in
`benchmarks/retrieval/WEIGHTS.md`, which holds those of other layers as well (decisions 279 and 339).

Not the formula: `rank` has it. Invariant: immutable; a weight of zero turns its signal off.
"""

import msgspec

from lepasserelle.model import NodeKind


class Weights(msgspec.Struct, frozen=True):
    """How much each signal counts. Evidence adds up to about 4 and is multiplied by what a node is; a name comes on top."""

    words: float = 0.55
    """BM25F of the node, relative to the best one."""
    meaning: float = 1.8
    """Cosine of the node, relative to the best one: sees neighbours that share no word."""
    window: float = 1.0
    """Cosine of a long node's nearest window, beside its own: a passage in the middle of much else."""
    name: float = 0.4
    """Its name consists of the question's words: the definition of the thing asked for, not a mention."""
    file_words: float = 0.2
    """BM25F of the file as one text, relative to the best: several good places in one file make each of them likelier."""
    file_meaning: float = 0.8
    """Sum of the best three cosines in the file, relative to the best file: a file that is about the thing."""
    path: float = 1.4
    """The question's words stand in the path."""
    exact_name: float = 10.0
    """The question is its qualified name, the end of it, or its path: more than all else together, and nothing lowers it."""
    named_file: float = 5.0
    """A sentence holds the file's path, or its folder's: more than all evidence, and less than what is itself named."""
    bare_name: float = 1.0
    """The question is one bare name, and that of something public that stands in no other definition: a member is written with what
    it belongs to."""
    quoted_name: float = 0.25
    """A sentence quotes its name, or spells it like code: about it, or about what is around it."""
    spelled_name: float = 2.0
    """The question's words, joined, spell a member with what it belongs to ("session commit"): as far as they are all of it."""
    callee: float = 0.06
    """What a hit calls in another file gets so much of its score: where the work is done."""
    namesake: float = 0.1
    """The same, when both have one name: a thin wrapper and what it wraps."""
    folded_name: float = 1.5
    """The same but for upper and lower case."""
    symbol_meaning: float = 0.3
    """For a question that is a symbol, meaning counts so much of itself: the name is meant, not its neighbours."""
    test: float = 0.5
    """Tests repeat the words of what they test."""
    secondary: float = 0.5
    """So do examples and generated or vendored code."""
    prose: float = 0.6
    """Text about code (Markdown, plain text, data) repeats every word of it."""
    older: float = 0.5
    """A folder named by a version has a newer one beside it: the newer is meant, unless the question names the older."""
    variant: float = 0.75
    """A file that builds on a hit's file and bears its names is a form of it: the one beneath is meant, unless the question names
    the folder of the form."""
    error_type: float = 0.7
    """An error's name and message say what went wrong with a thing; the thing itself is elsewhere."""
    private: float = 0.95
    """A helper is reached through what is public."""
    wanted_kind: float = 1.25
    """The question says class, function, …"""
    calls: float = 0.06
    """What is called from many places, logarithmically: the code votes for it."""
    file_calls: float = 0.21
    """The same for its file: the core of a project more than a variant beside it."""
    extent: float = 0.2
    """How long it is, logarithmically, for a question that describes and gives no name: where much is done, it is done."""
    repeated_file: float = 0.5
    """Each further hit in one file counts so much of the one before: ten hits should be more than one place."""
    further_share: float = 0.4
    """A further place of a file is named under its best one when it scores at least so much of it."""
    pool: int = 200
    """Nodes taken from each retrieval before they are ranked together."""
    short_list: int = 100
    """Candidates whose names and paths are read."""


KIND_WEIGHTS: dict[NodeKind, float] = {
    NodeKind.MODULE: 0.8,  # a file as a whole is an answer when nothing in it is
    NodeKind.VARIABLE: 0.8,  # a name without behaviour
    NodeKind.CONSTANT: 0.85,
    NodeKind.FIELD: 0.75,
    NodeKind.PROPERTY: 0.85,
    NodeKind.ENUM_MEMBER: 0.75,
    NodeKind.LAMBDA: 0.7,  # its definition is around it
    NodeKind.CLASS: 1.1,  # where behaviour is gathered
    NodeKind.INTERFACE: 1.05,
}
"""By what a node is; kinds not named here count 1."""

PROSE_LANGUAGES = frozenset(
    {"markdown", "text", "rst", "restructuredtext", "json", "toml", "yaml", "xml", "html", "css", "ini", "csv"}
)
"""Languages of files that are not code: what `Weights.prose` lowers."""
