"""The Model Context Protocol: tools with which a coding agent asks an index.

- `server`      one server for any number of sessions: `build_server`, `serve_streams`, `serve_stdio`, `serve_http`
- `tools`       the table of tools: name, description, request
- `schemas`     the JSON schemas that clients are shown
- `workplace`   one open index, asked from many sessions at once; indexes in the background
- `streams`     lines of JSON on a pair of byte streams
- `http`        streamable HTTP, who may connect
- `entry`, `relay`, `ledger`, `lines`, `parent`   the small process that a client starts, and what it hands on
- `rendezvous`, `starting`   where relays and the server they share meet, and how it comes to be
- `shared`, `host`           the process behind the relays, and its clients
- `standalone`, `opening`    one process for one client, or for HTTP; opening the index
- `command`, `install`       the command `leindex mcp`; telling clients about it

Not here: any answer (`LeIndex.answer`). Only `server`, `streams` and `http` import the SDK of the
protocol, which takes a second and 45 MB: whoever wants to stay small does not import them.
"""
