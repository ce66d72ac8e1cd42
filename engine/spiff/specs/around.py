"""What an activity does with data before it begins and after it has completed.

Inputs are its own: they lie over the values of the case while it runs, and what it writes under their names is gone
with it unless an output takes it out.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from engine.spiff.expressions import Expr
from engine.spiff.scope import Scope
from engine.spiff.typed import to_json

if TYPE_CHECKING:
    from engine.spiff.elements import Around
    from engine.spiff.task import CaseTask


def prepare(my_task: CaseTask, around: Around) -> None:
    """Give an activity its inputs and run the script before it."""
    top = my_task.workflow.top_workflow
    if around.inputs and my_task.own_scope is None:
        my_task.own_scope = Scope({}, my_task.workflow.scope, isolated=False)
    for name, expr in around.inputs:
        value = expr.strict(top.view(my_task.scope))
        try:
            my_task.scope.put_here(name, value, top.recorder.ports)
        except ValueError as why:
            raise expr.failed(str(why)) from why
    if around.before is not None:
        run_script(my_task, around.before)


def conclude(my_task: CaseTask, around: Around) -> None:
    """Run the script after an activity, then take its outputs out."""
    top = my_task.workflow.top_workflow
    if around.after is not None:
        run_script(my_task, around.after)
    inner = my_task.scope
    outer = inner.outer if around.inputs and my_task.task_spec.loop_spec is None and inner.outer else inner
    for name, expr in around.outputs:
        try:
            outer.put_feel(name, expr.strict(top.view(inner)), top.recorder.ports)
        except ValueError as why:
            raise expr.failed(str(why)) from why


def run_script(my_task: CaseTask, script: Expr) -> None:
    """Evaluate a FEEL context; its entries become values."""
    top = my_task.workflow.top_workflow
    made: Any = script.strict(top.view(my_task.scope))
    if not isinstance(made, dict):
        raise script.failed("a script must be a context such as {total: 1 + 2}")
    try:
        to_json(made)
    except ValueError as why:
        raise script.failed(str(why)) from why
    for name, value in made.items():
        my_task.scope.put_feel(name, value, top.recorder.ports)
