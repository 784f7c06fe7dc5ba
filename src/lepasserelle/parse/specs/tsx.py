"""TypeScript with JSX, by its grammar wheel."""

from lepasserelle.parse.specs.ecmascript import ecmascript

SPEC = ecmascript("tsx", ("tree_sitter_typescript", "language_tsx"), "ecmascript+typescript+jsx")
"""The tables of TSX."""
