"""The JSON interface for other systems, version 1: one module per resource, each with a `blueprint`."""

from __future__ import annotations

from importlib import import_module
from pkgutil import iter_modules

from flask import Blueprint

from webapp.security import csrf


def blueprints() -> list[Blueprint]:
    """Return the blueprint of every module of this package that has one, in order of name.

    No cookie opens these routes, so no form of a browser can be tricked into using them.
    """
    modules = (import_module(f"{__name__}.{found.name}") for found in iter_modules(__path__))
    found = [module.blueprint for module in modules if hasattr(module, "blueprint")]
    for blueprint in found:
        csrf.exempt(blueprint)
    return found
