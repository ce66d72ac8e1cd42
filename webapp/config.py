"""Settings: defaults, then `QINGCHE_*` environment variables, then what the caller of `create_app` passes."""

from __future__ import annotations

import contextlib
import json
import os
import secrets
import tempfile
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
    "CALL_HOSTS": [],
    "CALL_MOST_KB": 256,
    "BROKER_URL": "",
    "JOB_LEASE_SECONDS": 120,
    "HASH": "",
    "HEADS_FOLDER": "",
    "HEADS_MAIL_TO": [],
    "HEADS_MAIL_HOURS": 24,
    "MAIL_HOST": "",
    "MAIL_FROM": "qingche@localhost",
    "MAIL_TLS": "starttls",
    "MAIL_USER": "",
    "MAIL_PASSWORD": "",
    "PUBLISH_BY_TWO": False,
}

_SECRETS = frozenset({"MAIL_PASSWORD"})

# What each setting is for; docs/reference/settings.md is made from this.
MEANING: dict[str, str] = {
    "DATABASE_URL": "the database: a SQLite file or postgresql://…; a relative file counts from the working directory",
    "VAR": "the folder for the secret key and other files of the deployment",
    "DURABLE": "SQLite waits for the disk on every commit; off only for tests and seeding",
    "SITE_NAME": "what the place calls itself, under the mark",
    "SITE_NAME_EN": "the same for readers of English",
    "TIMEZONE": "the zone dates and times are shown in",
    "HTTPS": "the site is reached over TLS: cookies are marked Secure and bound to the host",
    "TRUSTED_HOSTS": "host names the site answers to; everything else is refused",
    "PROXIES": "how many reverse proxies stand in front and set X-Forwarded-For, -Proto and -Host",
    "FRAME_ANCESTORS": "who may embed the pages in a frame, as in Content-Security-Policy: 'none' or a portal's origin",
    "IDLE_MINUTES": "a sign-in ends after so long without use",
    "SESSION_HOURS": "a sign-in ends after so long, however busy",
    "LOCK_AFTER": "wrong passwords in a row that lock a name",
    "LOCK_MINUTES": "how long a name stays locked",
    "ARGON2": "cost of password hashes: passes, KiB of memory, lanes",
    "MAX_CONTENT_LENGTH": "the largest request taken, in bytes; attachments included",
    "MAX_FORM_MEMORY_SIZE": "the largest text of a form, in bytes",
    "MAX_FORM_PARTS": "the most fields of a form",
    "RATELIMIT_ENABLED": "limit how often one sign-in, or one stranger's address, may ask",
    "RATELIMIT_DEFAULT": "that limit",
    "RATELIMIT_STORAGE_URI": "where counts are kept; memory:// counts in each process by itself",
    "RATELIMIT_HEADERS_ENABLED": "tell clients their count in headers",
    "LOGIN_RATE": "how often one address may try to sign in",
    "CALL_HOSTS": "hosts that service tasks may call: host, host:port, *.domain, an address; a network (10.0.0.0/8) "
    "lets listed names lie in it; empty: nothing is called",
    "BROKER_URL": "redis://… distributes jobs to `qingche worker` on any number of machines; empty: the server's own "
    "threads do them",
    "JOB_LEASE_SECONDS": "how long a job stays with a worker that died before another takes it over",
    "HASH": "sha256 or sm3: the hash of the history of a new database, chosen for good by `qingche init`; a database "
    "with another one is not served; empty: the database's own, sha256 for a new one",
    "HEADS_FOLDER": "where signed heads of the history are published (heads.txt); best on another machine; empty: VAR",
    "HEADS_MAIL_TO": "addresses the newest heads are mailed to, outside the platform; a list, or one text with commas",
    "HEADS_MAIL_HOURS": "so many hours lie between two such mails",
    "MAIL_HOST": "the mail server, host or host:port (587, with MAIL_TLS=tls 465); empty: no mail is sent",
    "MAIL_FROM": "the sender's address",
    "MAIL_TLS": "starttls, tls or none; certificates are checked against those the system trusts",
    "MAIL_USER": "the name to log in to the mail server with; empty: without",
    "MAIL_PASSWORD": "its password; best from the environment only",
    "PUBLISH_BY_TWO": "processes, forms and decisions are published when a second designer or administrator approves",
    "CALL_MOST_KB": "the largest answer of a called service that is taken, in KiB",
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


def told(config: Mapping[str, Any]) -> dict[str, str]:
    """Return as text what is not left at its default, without passwords: fit to be recorded and read by auditors."""
    defaults = {**DEFAULTS, "VAR": str(Path(DEFAULTS["VAR"]).resolve()), "DATABASE_URL": _default_database()}
    return {
        name: _shown(name, config[name]) for name, default in sorted(defaults.items()) if config.get(name) != default
    }


def _shown(name: str, value: Any) -> str:
    if name in _SECRETS:
        return "***" if value else ""
    if isinstance(value, str) and "://" in value:
        return _without_password(value)
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _without_password(url: str) -> str:
    """Write an address without its password and its query, where passwords stand, too."""
    scheme, rest = url.split("?", 1)[0].split("://", 1)
    place, slash, path = rest.partition("/")
    user, at, host = place.rpartition("@")
    name, colon, _password = user.partition(":")
    return f"{scheme}://{name}{colon}{'***' if colon else ''}{at}{host}{slash}{path}"


def _default_database() -> str:
    return f"sqlite:///{Path(str(DEFAULTS['DATABASE_URL']).removeprefix('sqlite:///')).resolve()}"


def absolute_url(url: str) -> str:
    """Anchor a relative SQLite path at the working directory, so that every process opens the same file."""
    prefix = "sqlite:///"
    if not url.startswith(prefix) or url.startswith("sqlite:////") or url == "sqlite:///:memory:":
        return url
    path = Path(url.removeprefix(prefix)).resolve()
    path.parent.mkdir(parents=True, exist_ok=True)
    return f"sqlite:///{path}"


def _kept_secret(path: Path) -> str:
    """Read the secret of this installation; the first process to ask makes it, whole before it has its name."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.exists():
        handle, fresh = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        try:
            with os.fdopen(handle, "w", encoding="ascii") as file:
                file.write(secrets.token_hex(32))
            with contextlib.suppress(FileExistsError):
                os.link(fresh, path)
        finally:
            Path(fresh).unlink()
    return path.read_text("ascii").strip()
