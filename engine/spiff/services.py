"""What a service task asks of another system: `qc:call` read from the file, and the request it becomes."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from engine.feel.durations import parse_duration
from engine.spiff.elements import Element, Findings, Service
from engine.spiff.typed import to_json

if TYPE_CHECKING:
    from engine.spiff.expressions import Expr
    from engine.spiff.scope import TaskView
    from engine.spiff.vocabulary import Compile

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
_ADDRESS = re.compile(r"https?://[^\s\"]+")
_SECRET = re.compile(r"\{secret:([A-Za-z0-9_.-]+)\}")
_LONGEST = timedelta(minutes=2)
_MOST_ATTEMPTS = 100


def read_call(child: Any, element: Element, findings: Findings, compile_text: Compile) -> None:
    """Set `element.service` from a `qc:call`; what is wrong with it is noted."""
    get, line, eid = child.get, child.sourceline, element.id
    method = (get("method") or "GET").strip().upper()
    if method not in METHODS:
        findings.error("bad-call", eid, line, f"“{eid}”的 qc:call 的 method 只能是 {'、'.join(METHODS)}")
    attempts = (get("attempts") or "5").strip()
    if not attempts.isdecimal() or not 1 <= int(attempts) <= _MOST_ATTEMPTS:
        findings.error("bad-call", eid, line, f"“{eid}”的 qc:call 的 attempts 要写 1 到 {_MOST_ATTEMPTS} 的整数")
        attempts = "5"
    timeout = parse_duration((get("timeout") or "PT10S").strip())
    if not isinstance(timeout, timedelta) or not timedelta(0) < timeout <= _LONGEST:
        findings.error("bad-call", eid, line, f"“{eid}”的 qc:call 的 timeout 要写两分钟以内的时长，如 PT10S")
        timeout = timedelta(seconds=10)
    url = get("url").strip()
    address = compile_text(f'"{url}"' if _ADDRESS.fullmatch(url) else url, "service", eid, line)

    def optional(name: str, what: str = "service") -> Expr | None:
        return compile_text(get(name), what, eid, line) if (get(name) or "").strip() else None

    headers, body = optional("headers"), optional("body")
    mapping, error = optional("map", "response"), optional("error", "response")
    if address is not None:
        element.service = Service(
            method, address, headers, body, timeout.total_seconds(), get("result"), mapping, error, int(attempts)
        )


def request_of(service: Service, view: TaskView) -> dict[str, Any]:
    """Return {"method", "url", "headers", "body", "timeout_s", "attempts", "secrets"} with the values of this moment.

    secrets: the names the definition itself writes as `{secret:name}`; what a value of the case says names none.
    """
    url = service.url.strict(view)
    if not isinstance(url, str) or not url:
        raise service.url.failed("expected the address as a text")
    return {
        "method": service.method,
        "url": url,
        "headers": _headers(service.headers, view),
        "body": _body(service.body, view),
        "timeout_s": service.timeout_s,
        "attempts": service.attempts,
        "secrets": sorted(set(_SECRET.findall(service.headers.text))) if service.headers is not None else [],
    }


def _headers(expr: Expr | None, view: TaskView) -> dict[str, str]:
    if expr is None:
        return {}
    found = expr.strict(view)
    if not isinstance(found, dict) or not all(isinstance(value, str) for value in found.values()):
        raise expr.failed("expected a context of texts")
    return {str(name): value for name, value in found.items()}


def _body(expr: Expr | None, view: TaskView) -> Any:
    if expr is None:
        return None
    try:
        return to_json(expr.strict(view))[0]
    except ValueError as why:
        raise expr.failed(str(why)) from why
