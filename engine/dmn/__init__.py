"""DMN 1.1 to 1.5 on engine.feel: decision tables, boxed expressions, requirement graphs, services.

    value = evaluate(Path("route.dmn"), "去向", {"金额": 1200})

No I/O beyond reading the file it is handed, no clock; a leaf beside engine.feel. See docs/guide/dmn.md.
"""

from __future__ import annotations

from engine.dmn.checks import check, summary
from engine.dmn.drawing import Box, Drawn, Grid, draw
from engine.dmn.errors import DmnError, InvalidModel, UnknownElement
from engine.dmn.evaluating import evaluate
from engine.dmn.explaining import DecisionTold, Explanation, explain
from engine.dmn.inputs import inputs_schema
from engine.dmn.trials import run_trials, trials_in, untrue

__all__ = [
    "Box",
    "DecisionTold",
    "DmnError",
    "Drawn",
    "Explanation",
    "Grid",
    "InvalidModel",
    "UnknownElement",
    "check",
    "draw",
    "evaluate",
    "explain",
    "inputs_schema",
    "run_trials",
    "summary",
    "trials_in",
    "untrue",
]
