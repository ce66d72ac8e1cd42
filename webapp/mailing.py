"""Heads by mail: once a day the newest signed heads go to people who keep them outside the platform.

Called by the worker. What was sent last stands in a file of VAR; a mail that fails is tried again with the next seal.
"""

from __future__ import annotations

import json
import smtplib
import ssl
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import datetime, timedelta
from email.message import EmailMessage
from email.utils import format_datetime, make_msgid
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy.orm import Session

from engine.canonical import from_iso, iso
from engine.history.heads import HEADS_FILE, Head, fingerprint
from engine.history.seals import heads

_TIMEOUT_S = 10.0
_SENT = "heads-mailed.json"


def mailer(app: Flask) -> Callable[[Session, datetime], None]:
    """Return the chore that mails the heads made since the last mail, when it is time; nothing without a host."""
    config, sent = app.config, Path(app.config["VAR"]) / _SENT

    def mail_heads(session: Session, at: datetime) -> None:
        receivers = receivers_of(config)
        if not config["MAIL_HOST"] or not receivers:
            return
        number, before = _last(sent)
        if before is not None and at < before + timedelta(hours=float(config["HEADS_MAIL_HOURS"])):
            return
        found = [head for head in heads(session) if head.number > number]
        session.rollback()
        if found:
            _send(config, message(config, receivers, found, at))
            sent.write_text(json.dumps({"number": found[-1].number, "at": iso(at)}), encoding="ascii")

    return mail_heads


def receivers_of(config: Mapping[str, Any]) -> list[str]:
    """Return whom heads are mailed to; the setting is a list, or text with commas."""
    listed = config["HEADS_MAIL_TO"]
    return [one.strip() for one in (listed.split(",") if isinstance(listed, str) else listed) if str(one).strip()]


def message(config: Mapping[str, Any], receivers: list[str], found: list[Head], at: datetime) -> EmailMessage:
    """Write the mail: the newest head in it, all of `found` in a file beside it."""
    newest = found[-1]
    mail = EmailMessage()
    mail["From"], mail["To"] = config["MAIL_FROM"], ", ".join(receivers)
    mail["Subject"] = f"{config['SITE_NAME']}：历史记录封条 第 {newest.number} 号 / signed head {newest.number}"
    mail["Date"], mail["Message-ID"] = format_datetime(at), make_msgid(domain="qingche.invalid")
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content(
        "请把这封信留在平台以外的地方。以后有人怀疑记录被改过，拿它就能查。\n"
        "Keep this mail outside the platform: with it anybody can check later that nothing was altered.\n\n"
        f"第 {newest.number} 号封条 head {newest.number}　{newest.at}　{newest.size} events\n"
        f"公钥指纹 key fingerprint　{fingerprint(newest.key)}\n\n{newest.line}\n\n"
        "核对：把上面花括号那一行粘到平台的“查验真伪”页，或者 qingche verify --heads heads.txt\n"
    )
    lines = "".join(f"{head.line}\n" for head in found)
    mail.add_attachment(lines.encode("ascii"), maintype="text", subtype="plain", filename=HEADS_FILE)
    return mail


def _last(sent: Path) -> tuple[int, datetime | None]:
    # A file that cannot be read costs one mail too many, never one too few.
    with suppress(OSError, ValueError, KeyError, TypeError):
        told = json.loads(sent.read_text("ascii"))
        return int(told["number"]), from_iso(told["at"])
    return 0, None


def _send(config: Mapping[str, Any], mail: EmailMessage) -> None:
    host, _colon, port = str(config["MAIL_HOST"]).partition(":")
    how = str(config["MAIL_TLS"])
    trusted = ssl.create_default_context()
    if how == "tls":
        server: smtplib.SMTP = smtplib.SMTP_SSL(host, int(port or 465), timeout=_TIMEOUT_S, context=trusted)
    else:
        server = smtplib.SMTP(host, int(port or 587), timeout=_TIMEOUT_S)
    with server:
        if how == "starttls":
            server.starttls(context=trusted)
        if config["MAIL_USER"]:
            server.login(str(config["MAIL_USER"]), str(config["MAIL_PASSWORD"]))
        # One receiver the server refuses keeps none of the others from getting it; if it refuses all, this raises.
        server.send_message(mail)
