"""The description of this interface, made from the routes themselves."""

from __future__ import annotations

import re
from typing import Any

from flask import Blueprint, current_app

from webapp.access import anyone, rule

blueprint = Blueprint("openapi", __name__, url_prefix="/api/v1")

_PROBLEM = {
    "type": "object",
    "required": ["status", "code"],
    "properties": {
        "type": {"type": "string"},
        "status": {"type": "integer"},
        "code": {"type": "string", "description": "stable; see docs/reference/errors.md"},
        "title": {"type": "string"},
        "detail": {"type": ["string", "null"]},
        "problems": {
            "type": "array",
            "items": {"type": "object", "properties": {"pointer": {"type": "string"}, "message": {"type": "string"}}},
        },
    },
}
_REFUSALS = {
    "401": "no token, or one that is not valid now",
    "404": "missing, or not this token's",
    "409": "too late: done by somebody else, locked by another worker, suspended",
    "422": "the body is wrong, or the process cannot go on with it",
}


@blueprint.get("/openapi.json")
@rule(anyone)
def describe() -> dict[str, Any]:
    """Return the OpenAPI 3.1 description."""
    paths: dict[str, dict[str, Any]] = {}
    for found in current_app.url_map.iter_rules():
        view = current_app.view_functions[found.endpoint]
        if not found.rule.startswith("/api/v1/") or found.endpoint == "openapi.describe":
            continue
        path = re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", found.rule)
        for method in sorted((found.methods or set()) & {"GET", "POST", "PUT", "PATCH", "DELETE"}):
            paths.setdefault(path, {})[method.lower()] = _operation(found.endpoint, view, found.arguments)
    return {
        "openapi": "3.1.0",
        "info": {"title": "Qingche", "version": "1"},
        "paths": paths,
        "components": {
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
            "schemas": {"Problem": _PROBLEM},
        },
        "security": [{"token": []}],
    }


def _operation(endpoint: str, view: Any, arguments: set[str]) -> dict[str, Any]:
    described: dict[str, Any] = {
        "operationId": endpoint.replace(".", "_"),
        "summary": (view.__doc__ or "").strip().splitlines()[0],
        "responses": {
            "200": {"description": "done", "content": {"application/json": {"schema": {"type": "object"}}}},
            **{status: _refusal(text) for status, text in _REFUSALS.items()},
        },
    }
    if arguments:
        described["parameters"] = [
            {"name": name, "in": "path", "required": True, "schema": {"type": "string"}} for name in sorted(arguments)
        ]
    schema = getattr(view, "body_schema", None)
    if schema is not None:
        described["requestBody"] = {"required": True, "content": {"application/json": {"schema": schema}}}
    return described


def _refusal(text: str) -> dict[str, Any]:
    schema = {"$ref": "#/components/schemas/Problem"}
    return {"description": text, "content": {"application/problem+json": {"schema": schema}}}
