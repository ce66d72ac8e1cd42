"""A test client that behaves like a browser at our forms."""

from __future__ import annotations

import re
from typing import Any

from flask.testing import FlaskClient

PASSWORD = "a good pass phrase"
# The cheapest argon2 there is: what is tested is the door, not the lock's strength.
CHEAP = [1, 8, 1]


class Browser(FlaskClient):
    """A client that sends forms as a browser would: with the token of the page it looked at."""

    def open(self, *args: Any, **options: Any) -> Any:
        """Send a request; the whole answer is read at once, so that files served are closed."""
        return super().open(*args, **{"buffered": True, **options})

    def token(self, page: str = "/login") -> str:
        """Return the CSRF token printed on a page."""
        found = re.search(r'name="csrf_token" value="([^"]+)"', self.get(page).text)
        assert found, f"no form on {page}"
        return found.group(1)

    def send(self, path: str, data: dict[str, Any] | None = None, *, page: str = "/login", **options: Any) -> Any:
        """Post a form with a fresh token taken from `page`."""
        return self.post(path, data={"csrf_token": self.token(page), **(data or {})}, **options)

    def sign_in(self, login: str, password: str = PASSWORD) -> Any:
        """Sign in through the login page."""
        return self.send("/login", {"login": login, "password": password})
