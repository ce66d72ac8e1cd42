"""The HTML pages, one module per screen family; each has a `blueprint` named like the module."""

from __future__ import annotations

from importlib import import_module
from pkgutil import iter_modules

from flask import Blueprint


def blueprints() -> list[Blueprint]:
    """Return the blueprint of every module of this package that has one, in order of name."""
    modules = (import_module(f"{__name__}.{found.name}") for found in iter_modules(__path__))
    return [module.blueprint for module in modules if hasattr(module, "blueprint")]
