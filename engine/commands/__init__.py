"""Every write to cases and tasks; each takes the caller's session, locks one case at most and commits nothing."""

from engine.commands.clocks import use_clock
from engine.commands.ending import cancel_case
from engine.commands.holding import claim, read_draft, release, save_draft, transfer
from engine.commands.incidents import StoppedJob, retry_job, stopped_jobs
from engine.commands.starting import start_case
from engine.commands.work import complete_task

__all__ = [
    "StoppedJob",
    "cancel_case",
    "claim",
    "complete_task",
    "read_draft",
    "release",
    "retry_job",
    "save_draft",
    "start_case",
    "stopped_jobs",
    "transfer",
    "use_clock",
]
