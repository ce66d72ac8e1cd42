"""A browser without a screen: signs in, starts tickets and submits their first form."""

from __future__ import annotations

import http.client
import re
from collections.abc import Callable, Iterator
from http import HTTPStatus
from http.cookies import SimpleCookie
from typing import Any
from urllib.parse import urlencode

from engine.canonical import parse
from engine.store import driver
from engine.store.base import Session, open_engine
from webapp.bench.deployment import PASSWORD

Answer = tuple[int, str, str]  # status, Location, body
Send = Callable[[str, str, list[tuple[str, str]] | None], Answer]

_TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')
_TICKETS = driver.Statement(
    "SELECT v.after FROM event_values v JOIN cases c ON v.stream = 'case:' || c.id "
    "WHERE c.definition = 'ticket' AND v.seq = 2 AND v.pointer = '#input' ORDER BY c.started_at DESC"
)


def wire(port: int) -> Send:
    """Send requests over one kept connection.

    Cookies are kept as of the sign-in: what pages would say next (the session gathers it) is not what is measured.
    """
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    cookies: dict[str, str] = {}

    def send(method: str, path: str, form: list[tuple[str, str]] | None) -> Answer:
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in cookies.items())}
        body = None
        if form is not None:
            body = urlencode(form)
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        connection.request(method, path, body, headers)
        response = connection.getresponse()
        text = response.read().decode()
        if response.status != HTTPStatus.SEE_OTHER:
            for name, morsel in SimpleCookie(", ".join(response.headers.get_all("Set-Cookie") or [])).items():
                cookies[name] = morsel.value
        return response.status, response.headers.get("Location") or "", text

    return send


class Client:
    """One signed-in person."""

    def __init__(self, send: Send, login: str) -> None:
        self._send = send
        self._token = self._token_of("/login")
        status, _, _ = send("POST", "/login", [*self._csrf(), ("login", login), ("password", PASSWORD)])
        assert status == 302, f"sign-in of {login} answered {status}"
        self._token = self._token_of("/start")

    def start(self, definition: str) -> str:
        """Start a case; returns the address of its first task."""
        status, place, _ = self._send("POST", f"/start/{definition}", self._csrf())
        assert status == 303, f"start answered {status}"
        return place

    def submit(self, task: str, form: list[tuple[str, str]]) -> str:
        """Submit a task's form: read, validated, stepped and committed when this returns; answers where it leads."""
        status, place, text = self._send("POST", task, [*self._csrf(), ("action", "submit"), *form])
        assert status == 303, f"submit answered {status}: {re.findall(r'<li><a href=.#[^>]*>.*?</a>', text)}"
        return place

    def read(self, task: str) -> None:
        """Open a task's page."""
        status, _, _ = self._send("GET", task, None)
        assert status == 200, f"page answered {status}"

    def _csrf(self) -> list[tuple[str, str]]:
        return [("csrf_token", self._token)]

    def _token_of(self, page: str) -> str:
        _, _, text = self._send("GET", page, None)
        found = _TOKEN.search(text)
        assert found is not None, f"no form on {page}"
        return found[1]


def ticket_form(url: str, *, consult: bool = False) -> list[tuple[str, str]]:
    """Return the fields of the newest ticket of the sample data, as a browser posts them.

    consult: of the newest that consults others, whose step also writes the job of the deadline; else without that.
    """
    engine = open_engine(url)
    with Session(engine) as session:
        tickets = [parse(row[0]) for row in driver.rows(session, _TICKETS, {})]
    engine.dispose()
    if consult:
        return list(posted(next(values for values in tickets if values.get("consult"))))
    values = {name: value for name, value in tickets[0].items() if not name.startswith("consult")}
    return list(posted({**values, "consult": False}))


def posted(value: Any, name: str = "f") -> Iterator[tuple[str, str]]:
    """Write a value as the fields of a form."""
    if isinstance(value, dict):
        for key, member in value.items():
            yield from posted(member, f"{name}/{key}")
    elif isinstance(value, list):
        for index, member in enumerate(value):
            if isinstance(member, dict):
                yield f"{name}[]", str(index)
                yield from posted(member, f"{name}/{index}")
            else:
                yield from posted(member, name)
    elif isinstance(value, bool):
        yield name, str(value).lower()
    elif value is not None:
        yield name, str(value)
