"""A relay and a shared server with no protocol behind them but lines of JSON-RPC, as processes that tests can harm.

`mcp_echo.py relay FOLDER [IDLE_S]` is a relay; `mcp_echo.py server FOLDER IDLE_S --lock-descriptor N` is what it starts.
"""

import json
import os
import sys
from pathlib import Path
from typing import Any

from lepasserelle.faces.mcp.rendezvous import Rendezvous, remove_left, rendezvous

BUSY = [0]


class Session:
    """One client of the server."""

    def __init__(self, visitor: Any) -> None:
        self.visitor = visitor
        self.heard: list[str] = []

    async def run(self) -> None:
        """Until the client has said its last."""
        import anyio

        held = b""
        try:
            while True:
                *lines, held = (held + await self.visitor.receive()).split(b"\n")
                for line in lines:
                    await self.take(line)
        except (anyio.EndOfStream, anyio.BrokenResourceError):
            return

    async def take(self, line: bytes) -> None:
        """One message."""
        try:
            message = json.loads(line)
        except ValueError:
            await self.say({"jsonrpc": "2.0", "id": None, "error": {"code": -32700, "message": "no JSON"}})
            return
        method = message.get("method")
        if method is None:
            self.heard.append(f"reply {message['id']} {message.get('result')}")
        elif "id" not in message:
            self.heard.append(method)
        else:
            result = await self.answer(method, message.get("params") or {})
            await self.say({"jsonrpc": "2.0", "id": message["id"], "result": result})

    async def answer(self, method: str, params: dict[str, Any]) -> Any:
        """What a method gives."""
        if method == "die":
            os.kill(os.getpid(), 9)
        if method == "half":
            await self.visitor.send(b'{"jsonrpc":"2.0","id":')
            os.kill(os.getpid(), 9)
        if method == "big":
            return "x" * params["bytes"]
        if method == "ask":
            await self.say({"jsonrpc": "2.0", "id": "s1", "method": "roots/list"})
        if method == "sleep":
            import asyncio

            BUSY[0] += 1
            await asyncio.sleep(params["s"])
            BUSY[0] -= 1
        if method == "busy":
            import asyncio

            while not BUSY[0]:
                await asyncio.sleep(0.01)
        if method == "initialize":
            self.heard.append(method)
        return {"pid": os.getpid(), "heard": self.heard, "params": params}

    async def say(self, message: dict[str, Any]) -> None:
        """One message to the client."""
        await self.visitor.send(json.dumps(message).encode() + b"\n")


def place_of(folder: str) -> Rendezvous:
    """Where they meet."""
    return rendezvous(Path(folder), None)


def serve(folder: str, idle_s: float, descriptor: int | None) -> None:
    """Be the server."""
    from lepasserelle.faces.mcp.shared import serve_at

    def session(visitor: Any) -> Any:
        return Session(visitor).run()

    with (Path(folder) / "served").open("a") as file:
        file.write(f"{os.getpid()}\n")
    if (Path(folder) / "broken").exists():
        sys.exit("the index is made of cheese")
    serve_at(place_of(folder), session, Path(folder), idle_s=idle_s, is_busy=lambda: BUSY[0] > 0, lock_descriptor=descriptor)


def relay(folder: str, idle_s: str) -> None:
    """Be a relay."""
    from lepasserelle.faces.mcp.relay import run
    from lepasserelle.faces.mcp.starting import meet

    command = [sys.executable, "-P", __file__, "server", folder, idle_s]
    run(lambda: meet(place_of(folder), command), lambda: remove_left(place_of(folder)))


if __name__ == "__main__":
    role, given, *rest = sys.argv[1:]
    if role == "relay":
        relay(given, rest[0] if rest else "600")
    else:
        serve(given, float(rest[0]), int(rest[2]) if len(rest) > 2 else None)
