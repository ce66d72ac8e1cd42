"""Run BPMN and DMN durably; the public face of the engine.

Names are resolved when they are first used (PEP 562): `import engine.feel` loads neither the database layer
nor SpiffWorkflow.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

_HOMES = {
    "engine.checking": ("check_bytes",),
    "engine.spiff": ("capabilities", "run_in_memory"),
    "engine.library": ("publish", "publish_file"),
    "engine.packs": ("import_pack",),
    "engine.registers": ("load_csv", "put_rows", "retire_row"),
    "engine.commands": (
        "cancel_case",
        "claim",
        "complete_task",
        "release",
        "retry_job",
        "save_draft",
        "start_case",
        "stopped_jobs",
        "transfer",
        "use_clock",
    ),
    "engine.worker": ("Worker", "run_due"),
    "engine.history.access": ("record_access",),
    "engine.history.replay": ("replay",),
    "engine.history.timeline": ("timeline",),
    "engine.history.verify": ("verify",),
    "engine.model": (
        "Actor",
        "Attachment",
        "Case",
        "CaseItem",
        "Change",
        "Completion",
        "Definition",
        "Event",
        "InboxItem",
        "Page",
        "RegisterRow",
        "Task",
        "TimelineEntry",
        "Unit",
        "Verification",
    ),
    "engine.clock": ("Clock", "FixedClock", "SystemClock"),
    "engine.errors": (
        "EvaluationFailed",
        "Incident",
        "Invalid",
        "InvalidDefinition",
        "NotFound",
        "QingcheError",
        "Refused",
        "Stale",
        "StepLimit",
        "TaskGone",
        "TaskHeld",
    ),
}
_HOME_OF = {name: home for home, names in _HOMES.items() for name in names}
__all__ = sorted(_HOME_OF)


def __getattr__(name: str) -> Any:
    home = _HOME_OF.get(name)
    if home is None:
        raise AttributeError(f"module 'engine' has no attribute {name!r}")
    value = getattr(import_module(home), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return __all__
