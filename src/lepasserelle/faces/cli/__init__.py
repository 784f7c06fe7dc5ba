"""The command line: options, tables, colour, progress and JSON. Computes no answer."""
