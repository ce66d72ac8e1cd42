"""What a request sends as JSON, checked against the schema the description shows."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any

import jsonschema_rs

from engine.errors import Invalid
from webapp.sent import sent_json

_MOST_PROBLEMS = 20


def takes(schema: Mapping[str, Any]) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Give a view the request's JSON object as `body`; what the schema refuses is answered 422 with each place.

    schema: a JSON Schema of an object; it is shown in /api/v1/openapi.json.
    """
    validator = jsonschema_rs.validator_for(dict(schema))

    def mark(view: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(view)
        def checked(*args: Any, **kwargs: Any) -> Any:
            body = sent_json()
            problems = [
                {"pointer": "".join(f"/{part}" for part in error.instance_path), "message": error.message}
                for error, _ in zip(validator.iter_errors(body), range(_MOST_PROBLEMS), strict=False)
            ]
            if problems:
                raise Invalid(why=problems[0]["message"], problems=problems)
            return view(*args, body=body, **kwargs)

        checked.body_schema = dict(schema)  # type: ignore[attr-defined]
        return checked

    return mark
