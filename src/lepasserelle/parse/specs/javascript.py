"""JavaScript with JSX, by its grammar wheel; the tables that TypeScript shares."""

from lepasserelle.parse.specs.ecmascript import ecmascript

SPEC = ecmascript("javascript", ("tree_sitter_javascript", "language"), "ecmascript+javascript+jsx")
"""The tables of JavaScript."""
