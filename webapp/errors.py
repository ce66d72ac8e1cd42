"""One table from error codes to statuses, and pages that say what, where and what now; never a trace."""

from __future__ import annotations

import logging
import secrets
from dataclasses import dataclass
from pathlib import Path
from traceback import extract_tb
from urllib.parse import quote

from flask import Flask, Response, current_app, jsonify, make_response, redirect, request
from flask_babel import gettext as _
from flask_limiter import RateLimitExceeded
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException, SecurityError
from werkzeug.wrappers import Response as Answer

from engine.errors import Incident, QingcheError
from webapp import db
from webapp.access import MustChangePassword, NoPost, NotSignedIn
from webapp.language import language
from webapp.shell import render

log = logging.getLogger("qingche.web")

# The most specific code wins; a code that is not listed takes the status of its nearest listed parent class.
STATUS: dict[str, int] = {
    "error": 500,
    "not-found": 404,
    "refused": 409,
    "task-gone": 409,
    "task-held": 409,
    "stale": 409,
    "invalid": 422,
    "invalid-definition": 422,
    "incident": 500,
    "evaluation-failed": 500,
    "step-limit": 500,
}


@dataclass(frozen=True)
class Wording:
    """One error page: its title and what to do now."""

    title: str
    advice: str


def init_app(app: Flask) -> None:
    """Answer every error of `app`."""
    app.register_error_handler(NotSignedIn, _ask_to_sign_in)
    app.register_error_handler(NoPost, _no_post)
    app.register_error_handler(MustChangePassword, _ask_for_a_password)
    app.register_error_handler(QingcheError, _refuse)
    app.register_error_handler(CSRFError, _refuse_forged)
    app.register_error_handler(RateLimitExceeded, _too_many)
    app.register_error_handler(SecurityError, _wrong_host)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(Exception, _unexpected)


def status_of(error: QingcheError) -> int:
    """Return the HTTP status of an engine error."""
    for kind in type(error).__mro__:
        code = kind.__dict__.get("code")
        if code in STATUS:
            return STATUS[code]
    return 500


def wants_json() -> bool:
    """Say whether the client asked for JSON rather than a page; other systems always get JSON."""
    if request.path.startswith("/api/"):
        return True
    accepted = request.accept_mimetypes
    return max(accepted["application/json"], accepted["application/problem+json"]) > accepted["text/html"]


def wording(status: int) -> Wording:
    """Return title and advice for a status."""
    pages = {
        400: Wording(_("这个请求没有看懂"), _("请回到上一页再试。如果是收藏的地址，请从收件箱重新进来。")),
        404: Wording(_("没有找到这件事"), _("可能编号不对，或不由您的岗位办。请从收件箱或“一键查所有”里找。")),
        405: Wording(_("这个地址不能这样打开"), _("请从收件箱重新进来。")),
        409: Wording(_("这一步已经变了"), _("请看过最新情况再办。")),
        413: Wording(_("文件太大，没有收下"), _("请分成几份，或压缩后再传。您填的还在上一页。")),
        415: Wording(_("这种文件收不了"), _("请换一种格式再传。")),
        422: Wording(_("填写有误，没有保存"), _("请回到上一页改好再提交。")),
        429: Wording(_("来得太快了，请稍等"), _("过一分钟再试。您填的还在上一页。")),
    }
    fault = Wording(
        _("平台出了故障，没有保存"), _("您填的还在上一页，可先复制。请过几分钟再试，仍不行就把编号告诉系统管理岗。")
    )
    return pages.get(status, fault)


def answer(
    status: int,
    *,
    code: str,
    detail: str | None = None,
    reference: str | None = None,
    words: Wording | None = None,
    problems: object = None,
) -> Response:
    """Build the answer for an error: a page in the product's words, or problem+json when asked."""
    words = words or wording(status)
    if wants_json():
        problem: dict[str, object] = {"type": "about:blank", "status": status, "code": code}
        problem |= {"title": words.title, "detail": detail}
        if reference:
            problem["reference"] = reference
        if problems:
            problem["problems"] = problems
        reply = jsonify(problem)
        reply.mimetype = "application/problem+json"
    else:
        reply = make_response(
            render("error.html", status=status, words=words, detail=detail, reference=reference, code=code)
        )
    reply.status_code = status
    return reply


def _ask_to_sign_in(_error: NotSignedIn) -> Answer:
    if wants_json():
        reply = answer(401, code="not-signed-in", detail=_("请先登录"))
        reply.headers["WWW-Authenticate"] = "Bearer"
        return reply
    # What was posted is lost with the sign-in; a GET comes back to where it wanted to go.
    wanted = request.full_path.rstrip("?") if request.method == "GET" else "/"
    return redirect("/login" if wanted == "/" else f"/login?next={quote(wanted)}")


def _ask_for_a_password(_error: MustChangePassword) -> Answer:
    if wants_json():
        return answer(403, code="password-change", detail=_("请先改密码"))
    return redirect("/password")


def _no_post(_error: NoPost) -> Response:
    # For who holds no post nothing is there: the status is that of a missing page, the words say why.
    words = Wording(_("您的账号现在没有岗位"), _("请找本单位的系统管理岗安排岗位，安排好后再登录。"))
    return answer(404, code="no-post", words=words)


def _refuse(error: QingcheError) -> Response:
    status = status_of(error)
    if isinstance(error, Incident) and request.path.startswith("/api/"):
        # The process cannot go on with what was sent: the other system's to know, no fault of the platform.
        status = 422
    db.abandon()
    if status >= 500:
        return _fault(error, error.code)
    detail = None if status == 404 else error.message(language())
    return answer(status, code=error.code, detail=detail, problems=error.fields.get("problems"))


def _refuse_forged(_error: CSRFError) -> Response:
    detail = _("没有保存。这一页打开后登录状态变了，请刷新这一页再提交")
    return answer(400, code="csrf", detail=detail)


def _too_many(error: RateLimitExceeded) -> Response:
    reply = answer(429, code="too-many")
    reply.headers["Retry-After"] = "60"
    return reply


def _wrong_host(_error: SecurityError) -> Response:
    # Flask built no addresses for this request, so no page can be rendered; nothing of the host is echoed.
    text = "这个网址不是本平台的地址。请从单位门户或收藏的网址进入。\n"
    return Response(text, status=400, content_type="text/plain; charset=utf-8")


def _http(error: HTTPException) -> Response | HTTPException:
    status = error.code or 500
    if error.response is not None or status < 400:
        return error
    if status >= 500:
        return _fault(error, "error")
    reply = answer(status, code={404: "not-found", 413: "too-large", 405: "method"}.get(status, "bad-request"))
    for name, value in error.get_headers():
        if name.lower() in {"allow", "retry-after"}:
            reply.headers[name] = value
    return reply


def _unexpected(error: Exception) -> Response:
    return _fault(error, "error")


def _fault(error: Exception, code: str) -> Response:
    reference = secrets.token_hex(4).upper()
    # Kind and places only: messages of other libraries may quote a case's values. Developers see it all.
    places = " < ".join(
        f"{Path(at.filename).name}:{at.lineno}" for at in reversed(extract_tb(error.__traceback__)[-8:])
    )
    log.error(
        "request_failed reference=%s path=%s error=%s at=%s",
        reference,
        request.path,
        type(error).__name__,
        places,
        exc_info=error if current_app.debug or current_app.testing else None,
    )
    try:
        db.abandon()
        return answer(500, code=code, reference=reference)
    except Exception:  # noqa: BLE001 - the page that reports a fault must not fail with it
        log.error("error_page_failed reference=%s", reference)
        text = f"平台出了故障，没有保存。请过几分钟再试，仍不行就把编号 {reference} 告诉系统管理岗。\n"
        return Response(text, status=500, content_type="text/plain; charset=utf-8")
