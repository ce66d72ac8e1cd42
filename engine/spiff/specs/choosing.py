"""Ad-hoc subprocesses: people choose among open steps, in any order (BPMN 2.0.2 clause 13.3.5).

Every activity inside that no flow leads to is open from the beginning: doing it is choosing it. With a completion
condition what a person has done opens again as long as the condition does not hold; without one each is done once.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.spiff.elements import ACTIVITIES, PERSONAL, AdHoc
from engine.spiff.expressions import is_true

if TYPE_CHECKING:
    from engine.spiff.task import CaseTask

_AGAIN = PERSONAL | {"receiveTask"}  # What runs by itself would run for ever.


def goes_on(my_task: CaseTask, how: AdHoc) -> bool:
    """Look at the completion condition after an activity inside has completed; False: nothing more may begin."""
    inside = my_task.workflow
    remembered = inside.host.internal_data
    if "over" in remembered:
        return False
    if how.condition is None:
        return True
    if is_true(how.condition, inside.top_workflow.view(inside.scope)):
        remembered["over"] = True
        for other in list(inside.tokens()):
            if other is not my_task and (how.cancels or how.sequential or not _is_begun(other)):
                other.cancel()
        return False
    spec = my_task.task_spec
    if spec in inside.spec.first and spec.element.type in _AGAIN:
        spec._update(inside.task_tree.child(spec, None))
    return True


def _is_begun(task: CaseTask) -> bool:
    return task.task_spec.element.type in ACTIVITIES or task.task_spec.element.type == "boundaryEvent"
