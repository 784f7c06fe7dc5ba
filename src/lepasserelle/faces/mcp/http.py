"""Streamable HTTP, and who may connect: loopback by itself, elsewhere only with a token.

Not the protocol (the SDK's). Invariants: a request whose `Host` is not a name of the bound address, or that comes from a web page
of another origin, is refused before anything is read (DNS rebinding); bound to anything but loopback, every request needs the
token.
"""

import hmac
import ipaddress
import socket
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any, Final

import uvicorn
from mcp.server.lowlevel.server import Server
from mcp.server.transport_security import TransportSecuritySettings

from lepasserelle.errors import ConfigError

PATH: Final = "/mcp"
MOST_BODY_BYTES: Final = 4 << 20
_MOST_SESSIONS: Final = 256
_IDLE_S: Final = 1800.0
_BACKLOG: Final = 64
_LEAST_TOKEN_CHARS: Final = 16
_LOOPBACK_NAMES: Final = ("127.0.0.1", "localhost", "[::1]")

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]


def is_loopback(host: str) -> bool:
    """Whether only this machine reaches an address."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def check_binding(host: str, token: str | None) -> None:
    """Raises `ConfigError` when others could connect without a token, or when the token can be guessed."""
    if token is not None and (len(token) < _LEAST_TOKEN_CHARS or not token.isascii() or not token.isprintable() or " " in token):
        raise ConfigError(f"a token is at least {_LEAST_TOKEN_CHARS} printable ASCII characters without spaces; make a longer one")
    if token is None and not is_loopback(host):
        raise ConfigError(f"{host} is reached from other machines: give a token, or bind to 127.0.0.1")


def bind(host: str, port: int) -> socket.socket:
    """A listening socket; port 0 takes a free one. Raises `ConfigError` when the address cannot be had."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host.strip("[]"), port, type=socket.SOCK_STREAM)[0]
        listening = socket.socket(family, kind, protocol)
    except (OSError, OverflowError, UnicodeError) as error:
        raise ConfigError(f"cannot listen on {host}:{port}: {error}. Give an address of this machine") from error
    try:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind(address)
        listening.listen(_BACKLOG)
    except OSError as error:
        listening.close()
        raise ConfigError(f"cannot listen on {host}:{port}: {error.strerror or error}. Take another port, or 0 for any") from error
    return listening


async def serve_socket(protocol: Server[Any], host: str, listening: socket.socket, token: str | None) -> None:
    """Serve until the task is cancelled or the process gets a signal to end."""
    app: Application = protocol.streamable_http_app(
        streamable_http_path=PATH,
        max_request_body_size=MOST_BODY_BYTES,
        session_idle_timeout=_IDLE_S,
        max_sessions=_MOST_SESSIONS,
        transport_security=_security(host, listening.getsockname()[1]),
    )
    if token is not None:
        app = _with_token(app, token)
    config = uvicorn.Config(app, log_level="warning", access_log=False, server_header=False, timeout_graceful_shutdown=2)
    await uvicorn.Server(config).serve(sockets=[listening])


def _security(host: str, port: int) -> TransportSecuritySettings:
    names = _LOOPBACK_NAMES if is_loopback(host) else (f"[{host}]" if ":" in host.strip("[]") else host,)
    is_any = not is_loopback(host) and ipaddress_is_any(host)
    return TransportSecuritySettings(
        enable_dns_rebinding_protection=not is_any,
        allowed_hosts=[f"{name}:{port}" for name in names] + (list(names) if port == 80 else []),
        allowed_origins=[f"http://{name}:{port}" for name in names],
    )


def ipaddress_is_any(host: str) -> bool:
    """Whether it stands for every address of the machine, so that no `Host` can be expected."""
    try:
        return ipaddress.ip_address(host.strip("[]")).is_unspecified
    except ValueError:
        return False


def _with_token(app: Application, token: str) -> Application:
    expected = f"Bearer {token}".encode()

    async def guarded(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            given = [value for name, value in scope["headers"] if name == b"authorization"]
            if len(given) != 1 or not hmac.compare_digest(given[0], expected):
                headers = [(b"www-authenticate", b"Bearer"), (b"content-type", b"text/plain")]
                await send({"type": "http.response.start", "status": 401, "headers": headers})
                await send({"type": "http.response.body", "body": b"this server needs its token: Authorization: Bearer ..."})
                return
        await app(scope, receive, send)

    return guarded
