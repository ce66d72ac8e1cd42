"""The JSON a request sent, for the API and for the scripts of our own pages."""

from __future__ import annotations

from typing import Any

from flask import request

from engine.canonical import canonical


def sent_json() -> Any:
    """Return what was sent; None for what is no JSON, too deep, or no text (half a character)."""
    try:
        body = request.get_json(silent=True, force=True)
        canonical(body).encode()
    except (RecursionError, ValueError, TypeError):
        return None
    return body
