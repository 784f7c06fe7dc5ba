"""TypeScript, by its grammar wheel."""

from lepasserelle.parse.specs.ecmascript import ecmascript

SPEC = ecmascript("typescript", ("tree_sitter_typescript", "language_typescript"), "ecmascript+typescript")
"""The tables of TypeScript."""
