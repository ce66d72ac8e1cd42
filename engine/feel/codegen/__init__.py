"""Syntax tree to closures: `generate(tree, builtins)` is the face; one module per family of nodes."""

from __future__ import annotations

from engine.feel.codegen import expressions, iteration, operators, references, testing
from engine.feel.codegen.base import Code, Program, Scope, generate

__all__ = ["Code", "Program", "Scope", "expressions", "generate", "iteration", "operators", "references", "testing"]
