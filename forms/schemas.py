"""Plain JSON Schema 2020-12 validation through jsonschema-rs, with nothing ever fetched from a network."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

import jsonschema_rs as rs

from forms import formats

Schema = dict[str, Any]
AnySchema = Schema | bool
Check = Callable[..., bool]


def validate(
    schema: AnySchema, data: Any, *, formats: bool = False, resources: Mapping[str, Any] | None = None
) -> bool:
    """Tell whether `data` is valid against `schema`.

    `$schema` decides the draft; without one it is 2020-12, where `format` only annotates: `formats=True` asserts it.
    resources: absolute URI -> schema, for references outside the schema. A reference that cannot be resolved and a
    schema that is itself invalid raise ValueError.
    """
    return build(schema, formats_on=formats, resources=resources).is_valid(data)


def build(schema: AnySchema, *, formats_on: bool, resources: Mapping[str, Any] | None = None) -> rs.Validator:
    """Compile a validator; raises ValueError when the schema is wrong or a reference is unknown."""
    if resources:
        return _fresh(schema, formats_on, resources)
    try:
        text = json.dumps(schema, ensure_ascii=False)
    except (TypeError, ValueError):
        return _fresh(schema, formats_on, None)
    return _compiled(text, formats_on)


@lru_cache(maxsize=256)
def _compiled(text: str, formats_on: bool) -> rs.Validator:  # noqa: FBT001 - part of the cache key
    return _fresh(json.loads(text), formats_on, None)


def _fresh(schema: AnySchema, formats_on: bool, resources: Mapping[str, Any] | None) -> rs.Validator:  # noqa: FBT001
    registry = rs.Registry(list(resources.items())) if resources else None
    try:
        return rs.validator_for(
            schema,
            validate_formats=formats_on,
            formats=formats.CHECKS if formats_on else None,
            registry=registry,
            offline=True,
        )
    except rs.ReferencingError as error:
        raise ValueError(str(error)) from error


ROOT_URI = "urn:qingche:root"


def accepts(validator: rs.Validator, value: Any) -> bool:
    """Ask a validator; a value it cannot read (a lone surrogate, a foreign type) is not valid."""
    try:
        return validator.is_valid(value)
    except (ValueError, TypeError):
        pass
    try:
        # Text that was typed wrongly is a kind of str of its own, which the validator does not know.
        return validator.is_valid(json.loads(json.dumps(value)))
    except (ValueError, TypeError):
        return False


def build_part(part: AnySchema, root: AnySchema) -> rs.Validator:
    """Compile one subschema of `root`, whose local references still mean the root."""
    moved = _absolute(part)
    bare = (
        {key: value for key, value in root.items() if key not in ("$id", "$schema")} if isinstance(root, dict) else root
    )
    registry = rs.Registry([(ROOT_URI, bare)])
    return rs.Draft202012Validator(
        moved, validate_formats=True, formats=formats.CHECKS, registry=registry, offline=True
    )


def _absolute(part: Any) -> Any:
    if isinstance(part, dict):
        return {
            key: ROOT_URI + value
            if key in ("$ref", "$dynamicRef") and isinstance(value, str) and value.startswith("#")
            else _absolute(value)
            for key, value in part.items()
            if key not in ("$id", "$schema", "$anchor", "$dynamicAnchor")
        }
    if isinstance(part, list):
        return [_absolute(item) for item in part]
    return part
