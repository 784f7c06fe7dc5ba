"""Bytes to facts and problems. One `LanguageSpec` a language over its grammar, as data; the only package that knows tree-sitter. Looks at one file alone, never at its path."""
