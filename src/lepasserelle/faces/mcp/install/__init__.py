"""Telling a client of the protocol about `leindex mcp`: what its configuration is to hold, and putting it there without harm.

- `clients`   the clients: where each keeps its configuration, and in which shape
- `jsonc`     one member more in a text of JSON, with or without comments
- `toml`      one table more in a text of TOML
- `writing`   a text becomes a file; what was there is kept beside it

Not here: the command. Invariant: everything in a file but our own entry is left as it was, byte for byte, or nothing is written.
"""
