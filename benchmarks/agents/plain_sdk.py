"""What eight sessions would run without sharing: the official SDK's own server over standard streams, with one empty tool."""

from mcp.server import MCPServer

server = MCPServer("plain")


@server.tool()
def search(query: str) -> str:
    """Finds nothing."""
    return query


if __name__ == "__main__":
    server.run("stdio")
