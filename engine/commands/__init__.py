"""Every write to cases and tasks; each takes the caller's session, locks one case at most and commits nothing."""

from engine.commands.batches import Batch, CaseResult, batches_of, read_batch
from engine.commands.clocks import use_clock
from engine.commands.definitions import resume_definition, set_start_terms, suspend_definition
from engine.commands.ending import cancel_case
from engine.commands.erasing import erase_value
from engine.commands.holding import claim, read_draft, release, save_draft, transfer
from engine.commands.incidents import StoppedJob, retry_job, stopped_jobs
from engine.commands.legal_holds import LegalHold, legal_holds, lift_hold, place_hold
from engine.commands.messages import Delivery, broadcast, correlate
from engine.commands.migrating import (
    Line,
    Verdict,
    able_of_trial,
    dry_run,
    may_migrate,
    migrate_case,
    order_migration,
    order_trial,
    plan,
    program_of_version,
    running_versions,
)
from engine.commands.operating import (
    correction,
    edit_values,
    modification,
    modify_case,
    repetition,
    restart_case,
    set_due,
)
from engine.commands.ordering import MOST_CASES
from engine.commands.previewing import Consequences, preview
from engine.commands.standing import Found, Standing, Token, operable, operable_cases, standing
from engine.commands.starting import start_case
from engine.commands.suspending import resume_case, suspend_case
from engine.commands.work import complete_task

__all__ = [
    "MOST_CASES",
    "Batch",
    "CaseResult",
    "Consequences",
    "Delivery",
    "Found",
    "LegalHold",
    "Line",
    "Standing",
    "StoppedJob",
    "Token",
    "Verdict",
    "able_of_trial",
    "batches_of",
    "broadcast",
    "cancel_case",
    "claim",
    "complete_task",
    "correction",
    "correlate",
    "dry_run",
    "edit_values",
    "erase_value",
    "legal_holds",
    "lift_hold",
    "may_migrate",
    "migrate_case",
    "modification",
    "modify_case",
    "operable",
    "operable_cases",
    "order_migration",
    "order_trial",
    "place_hold",
    "plan",
    "preview",
    "program_of_version",
    "read_batch",
    "read_draft",
    "release",
    "repetition",
    "restart_case",
    "resume_case",
    "resume_definition",
    "retry_job",
    "running_versions",
    "save_draft",
    "set_due",
    "set_start_terms",
    "standing",
    "start_case",
    "stopped_jobs",
    "suspend_case",
    "suspend_definition",
    "transfer",
    "use_clock",
]
