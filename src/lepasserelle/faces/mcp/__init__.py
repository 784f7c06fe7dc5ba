"""The Model Context Protocol: tools with which a coding agent asks an index.

- `server`      one server for any number of sessions: `build_server`, `serve_streams`, `serve_stdio`, `serve_http`
- `tools`       the table of tools: name, description, request
- `arguments`   what a client sent → a request, or the sentence that says what is wrong with it
- `workplace`   one open index, asked from many sessions at once; indexes in the background
- `streams`     lines of JSON on a pair of byte streams
- `http`        streamable HTTP, who may connect

Not here: any answer (`LeIndex.answer`), nor the command `leindex mcp`. Only `server`, `streams` and `http` import the SDK of the
protocol, which takes a second and 45 MB: whoever wants to stay small does not import them.
"""
