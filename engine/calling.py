"""Call another system over HTTP for a service task: only where the deployment allows it, within time and size.

No lock is held and no transaction open meanwhile. The address is resolved once and the connection made to what was
checked, so a name cannot answer differently the second time. No redirect is followed.
"""

from __future__ import annotations

import http.client
import re
import socket
import ssl
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from email.message import Message
from typing import Any
from urllib.parse import SplitResult, urlsplit

import orjson

from engine.errors import CallFailed, CallRefused
from engine.outside import Allowed, NotAllowed

_PORTS = {"http": 80, "https": 443}
_KEPT = ("content-type", "location", "etag", "retry-after")
_SECRET = re.compile(r"\{secret:([A-Za-z0-9_.-]+)\}")
_TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_CHUNK = 64 * 1024
_LONGEST_WAIT_S = 3600


class _TooLarge(Exception):
    """An answer goes on beyond what is read."""


@dataclass(frozen=True, slots=True)
class Outside:
    """What this deployment lets definitions reach: hosts, secrets by name, and how much is read of an answer.

    secret: answers None for a name that is not set. Nothing may be called by default.
    """

    allowed: Allowed = field(default_factory=Allowed)
    secret: Callable[[str], str | None] = lambda _name: None
    most_bytes: int = 256 * 1024


def call(outside: Outside, request: Mapping[str, Any], *, key: str, element_id: str) -> dict[str, Any]:
    """Make the request of a service task once; returns {"status", "headers", "body"}.

    request: as `engine.spiff` made it. key: sent as Idempotency-Key, the same for every try. A body that says it is
    JSON comes back parsed, any other as text. Raises CallRefused for what is not allowed, CallFailed for what may work
    later.
    """
    try:
        parts, host, port = _address(request["url"])
        until = time.monotonic() + request["timeout_s"]
        address = _resolved(outside.allowed, host, port, request["timeout_s"])
        headers, body = _message(outside, request, key)
    except NotAllowed as why:
        raise CallRefused(element_id=element_id, why=str(why)) from None
    except OSError as why:
        said = "没有按时答复" if isinstance(why, TimeoutError) else type(why).__name__
        raise CallFailed(element_id=element_id, why=said, status=None) from why
    connection = _Connection(host, port, address, secure=parts.scheme == "https", until=until)
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    with _Ended(connection, until) as limit:
        try:
            connection.request(request["method"], path, body, headers)
            answer = connection.getresponse()
            content = _read(answer, outside.most_bytes)
            if limit.passed or answer.length:
                raise http.client.HTTPException("cut short")
        except _TooLarge:
            said = f"答复超过 {outside.most_bytes // 1024} KB"
            raise CallFailed(element_id=element_id, why=said, status=answer.status) from None
        except (OSError, http.client.HTTPException, ValueError) as fault:
            said = "没有按时答复" if limit.passed or isinstance(fault, TimeoutError) else type(fault).__name__
            raise CallFailed(element_id=element_id, why=said, status=None) from fault
    kept = {name: answer.headers[name] for name in _KEPT if name in answer.headers}
    try:
        return {"status": answer.status, "headers": kept, "body": _body(answer.headers, content)}
    except ValueError as why:
        raise CallFailed(element_id=element_id, why="答复写着是 JSON，却读不出来", status=answer.status) from why


def wait_asked_for(response: Mapping[str, Any]) -> int | None:
    """Return how many seconds an answer asks to wait before the next try, at most an hour."""
    asked = str(response["headers"].get("retry-after", ""))
    return min(int(asked), _LONGEST_WAIT_S) if asked.isdecimal() else None


def _address(url: str) -> tuple[SplitResult, str, int]:
    try:
        parts = urlsplit(url)
        port = parts.port or _PORTS.get(parts.scheme, 0)
    except ValueError:
        raise NotAllowed("地址写得不对") from None
    if parts.scheme not in _PORTS or not parts.hostname or parts.username is not None:
        raise NotAllowed("地址要以 http:// 或 https:// 开头，不能带用户名")
    if re.search(r"[\x00-\x20\x7f]", url) or not url.isascii():
        raise NotAllowed("地址里有空格或要先转码的字")
    return parts, parts.hostname, port


def _resolved(allowed: Allowed, host: str, port: int, timeout_s: float) -> str:
    """Resolve and check a name within the time of the whole call; raises TimeoutError, and what `address_of` does."""
    found: list[str | Exception] = []

    def resolve() -> None:
        try:
            found.append(allowed.address_of(host, port))
        except (NotAllowed, OSError) as why:
            found.append(why)

    # A name server that does not answer cannot be interrupted: it is left to its own thread.
    thread = threading.Thread(target=resolve, name="qingche-resolver", daemon=True)
    thread.start()
    thread.join(timeout_s)
    if not found:
        raise TimeoutError
    if isinstance(found[0], Exception):
        raise found[0]
    return found[0]


def _message(outside: Outside, request: Mapping[str, Any], key: str) -> tuple[dict[str, str], bytes | None]:
    headers = {"Accept": "application/json", "User-Agent": "qingche", "Idempotency-Key": key}
    body, content = request["body"], None
    if body is not None:
        text = isinstance(body, str)
        headers["Content-Type"] = "text/plain; charset=utf-8" if text else "application/json"
        content = body.encode() if text else orjson.dumps(body)
    for name, value in request["headers"].items():
        headers = {known: kept for known, kept in headers.items() if known.lower() != name.lower()}
        headers[name] = _with_secrets(outside, value, request["secrets"])
        if not _TOKEN.fullmatch(name) or not re.fullmatch(r"[\x20-\x7e\t]*", headers[name]):
            raise NotAllowed(f"请求头 {name} 写得不对")
    return headers, content


def _with_secrets(outside: Outside, value: str, named: list[str]) -> str:
    def put(found: re.Match[str]) -> str:
        name = found.group(1)
        secret = outside.secret(name) if name in named else None
        if secret is None:
            raise NotAllowed(f"没有设置名为 {name} 的密钥")
        return secret

    return _SECRET.sub(put, value)


def _read(answer: http.client.HTTPResponse, most: int) -> bytes:
    """Read a body whole, or not at all."""
    content = b""
    while chunk := answer.read(_CHUNK):
        content += chunk
        if len(content) > most:
            raise _TooLarge
    return content


def _body(headers: Message, content: bytes) -> Any:
    if not content:
        return None
    kind = headers.get_content_type()
    if kind == "application/json" or kind.endswith("+json"):
        return orjson.loads(content)
    charset = headers.get_content_charset() or "utf-8"
    try:
        return content.decode(charset, "replace")
    except LookupError:
        return content.decode("utf-8", "replace")


class _Connection(http.client.HTTPConnection):
    """A connection to the address that was checked, under the name that was asked for."""

    def __init__(self, host: str, port: int, address: str, *, secure: bool, until: float) -> None:
        super().__init__(host, port)
        self._until = until
        self.default_port = _PORTS["https" if secure else "http"]
        self.opened: socket.socket | None = None  # `sock` is forgotten once the answer's head was read
        self._address = address
        self._tls = ssl.create_default_context() if secure else None

    def connect(self) -> None:
        """Connect to the checked address; with TLS the certificate must be the name's."""
        left = self._until - time.monotonic()
        if left <= 0:
            raise TimeoutError
        self.sock = socket.create_connection((self._address, self.port), left)
        if self._tls is not None:
            tls = self._tls.wrap_socket(self.sock, server_hostname=self.host, do_handshake_on_connect=False)
            # Opened before the handshake: that takes its time, too, and can be cut off.
            self.sock = self.opened = tls
            tls.do_handshake()
        self.opened = self.sock


class _Ended:
    """Cut a connection off at a moment of the monotonic clock: a timeout of its socket starts anew with every byte."""

    def __init__(self, connection: _Connection, until: float) -> None:
        self.passed = False
        self._connection = connection
        self._timer = threading.Timer(max(0.0, until - time.monotonic()), self._cut)
        self._timer.daemon = True

    def __enter__(self) -> _Ended:
        self._timer.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._timer.cancel()
        self._connection.close()

    def _cut(self) -> None:
        self.passed = True
        sock = self._connection.opened
        if sock is not None:
            # A socket that is closed meanwhile has nothing left to cut.
            with suppress(OSError):
                sock.shutdown(socket.SHUT_RDWR)
