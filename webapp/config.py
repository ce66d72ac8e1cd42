"""Settings: defaults, then `QINGCHE_*` environment variables, then what the caller of `create_app` passes."""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

from flask import Flask

# Each name is also an environment variable with the prefix QINGCHE_; values are read as JSON where they parse.
DEFAULTS: dict[str, Any] = {
    "DATABASE_URL": "sqlite:///var/qingche.db",
    "VAR": "var",
    "DURABLE": True,
    "SITE_NAME": "样例市基层事项平台",
    "SITE_NAME_EN": "Sample City grassroots platform",
    "TIMEZONE": "Asia/Shanghai",
    "HTTPS": False,
    "TRUSTED_HOSTS": ["127.0.0.1", "localhost", "[::1]"],
    "PROXIES": 0,
    "FRAME_ANCESTORS": "'none'",
    "IDLE_MINUTES": 60,
    "SESSION_HOURS": 12,
    "LOCK_AFTER": 5,
    "LOCK_MINUTES": 15,
    "ARGON2": [3, 65536, 4],
    "MAX_CONTENT_LENGTH": 64 * 1024 * 1024,
    "MAX_FORM_MEMORY_SIZE": 8 * 1024 * 1024,
    "MAX_FORM_PARTS": 5000,
    "RATELIMIT_ENABLED": True,
    "RATELIMIT_DEFAULT": "1200 per minute",
    "RATELIMIT_STORAGE_URI": "memory://",
    "RATELIMIT_HEADERS_ENABLED": False,
    "LOGIN_RATE": "300 per minute",
}


def load(app: Flask, overrides: Mapping[str, Any] | None = None) -> None:
    """Fill `app.config`; relative paths become absolute, a missing secret key is made once and kept in VAR."""
    app.config.from_mapping(DEFAULTS)
    app.config.from_prefixed_env("QINGCHE")
    app.config.from_mapping(overrides or {})
    config = app.config
    config["VAR"] = str(Path(config["VAR"]).resolve())
    config["DATABASE_URL"] = absolute_url(config["DATABASE_URL"])
    if not config.get("SECRET_KEY"):
        config["SECRET_KEY"] = _kept_secret(Path(config["VAR"]) / "secret.key")
    https = bool(config["HTTPS"])
    config.update(
        SQLALCHEMY_DATABASE_URI=config["DATABASE_URL"],
        # The __Host- prefix binds the cookie to this origin; browsers accept it over TLS only.
        SESSION_COOKIE_NAME="__Host-qingche" if https else "qingche",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SECURE=https,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_REFRESH_EACH_REQUEST=False,
        PERMANENT_SESSION_LIFETIME=timedelta(hours=config["SESSION_HOURS"]),
        # A token lives as long as the session it is bound to: a form left open over lunch still posts.
        WTF_CSRF_TIME_LIMIT=None,
        SESSION_PROTECTION=None,
        PREFERRED_URL_SCHEME="https" if https else "http",
    )


def absolute_url(url: str) -> str:
    """Anchor a relative SQLite path at the working directory, so that every process opens the same file."""
    prefix = "sqlite:///"
    if not url.startswith(prefix) or url.startswith("sqlite:////") or url == "sqlite:///:memory:":
        return url
    path = Path(url.removeprefix(prefix)).resolve()
    path.parent.mkdir(parents=True, exist_ok=True)
    return f"sqlite:///{path}"


def _kept_secret(path: Path) -> str:
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text("ascii").strip()
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(secrets.token_hex(32))
    return path.read_text("ascii").strip()
