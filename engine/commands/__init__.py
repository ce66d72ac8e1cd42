"""Every write to cases and tasks; each takes the caller's session, locks one case at most and commits nothing."""

from engine.commands.clocks import use_clock
from engine.commands.ending import cancel_case
from engine.commands.holding import claim, read_draft, release, save_draft, transfer
from engine.commands.incidents import retry_job
from engine.commands.starting import start_case
from engine.commands.work import complete_task

__all__ = [
    "cancel_case",
    "claim",
    "complete_task",
    "read_draft",
    "release",
    "retry_job",
    "save_draft",
    "start_case",
    "transfer",
    "use_clock",
]
