"""What the browser may do with our pages, and how often it may ask."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from functools import wraps
from typing import Any

from flask import Flask, Response, abort, current_app, g, request
from flask import session as browser
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from flask_wtf import CSRFProtect
from werkzeug.middleware.proxy_fix import ProxyFix


def _caller() -> str:
    # Whole offices share one address: who is signed in is counted by sign-in, only strangers by address.
    token = browser.get("_user_id")
    return f"sign-in {token}" if token else get_remote_address()


csrf = CSRFProtect()
limiter = Limiter(_caller)

_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


def init_app(app: Flask) -> None:
    """Put limits, CSRF and headers on every route of `app`."""
    limiter.init_app(app)
    limiter.exempt(app.view_functions["static"])
    csrf.init_app(app)
    app.before_request(_refuse_zeros)
    app.after_request(_add_headers)
    app.context_processor(lambda: {"csp_nonce": g.get("csp_nonce")})
    if app.config["PROXIES"]:
        hops = int(app.config["PROXIES"])
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]


def allows_inline_styles(view: Callable[..., Any]) -> Callable[..., Any]:
    """Let the page of a designer set style attributes, and `<style>` elements that carry the page's nonce.

    bpmn-js and dmn-js position things with style attributes, their cell editor adds `<style>` elements;
    scripts stay as strict as everywhere.
    """

    @wraps(view)
    def relaxed(*args: Any, **kwargs: Any) -> Any:
        g.csp_nonce = secrets.token_urlsafe(16)
        return view(*args, **kwargs)

    return relaxed


def content_policy(*, ancestors: str, nonce: str | None = None) -> str:
    """Return the Content-Security-Policy: nothing from elsewhere, no inline script; styles relaxed by a nonce."""
    styles = f"style-src 'self' 'nonce-{nonce}'; style-src-attr 'unsafe-inline'" if nonce else "style-src 'self'"
    return (
        f"default-src 'self'; script-src 'self'; {styles}; img-src 'self' data:; font-src 'self' data:; "
        f"connect-src 'self'; object-src 'none'; base-uri 'self'; form-action 'self'; frame-ancestors {ancestors}"
    )


_OF_FORMS = ("f/", "f!")


def _refuse_zeros() -> None:
    """Refuse U+0000, which nobody types: PostgreSQL keeps no text with it, and a name cut there is another name."""
    given = [request.path]
    for pairs in (request.args, request.form):
        for name, text in pairs.items(multi=True):
            # What is typed into a form is judged field by field, so that nobody loses the rest of it.
            given += [name] if name.startswith(_OF_FORMS) else [name, text]
    given += [file.filename or "" for _, file in request.files.items(multi=True)]
    if any("\0" in text for text in given):
        abort(400)


def _add_headers(response: Response) -> Response:
    for name, value in _HEADERS.items():
        response.headers.setdefault(name, value)
    config = current_app.config
    policy = content_policy(ancestors=config["FRAME_ANCESTORS"], nonce=g.get("csp_nonce"))
    response.headers.setdefault("Content-Security-Policy", policy)
    if config["FRAME_ANCESTORS"] == "'none'":
        response.headers.setdefault("X-Frame-Options", "DENY")
    if request.is_secure:
        response.headers.setdefault("Strict-Transport-Security", "max-age=31536000")
    if request.endpoint == "static":
        # Names under dist/assets carry a hash of the content and never change what they mean.
        lasting = "/dist/assets/" in request.path and response.status_code == 200
        response.headers["Cache-Control"] = "public, max-age=31536000, immutable" if lasting else "no-cache"
    else:
        response.headers.setdefault("Cache-Control", "private, no-store")
    return response
