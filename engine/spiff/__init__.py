"""The execution core on SpiffWorkflow: parse a BPMN file, move one case by one step. No I/O, no clock of its own.

The only package that imports SpiffWorkflow. `live` has the steps, `reading` the file, `window` the saved state.
"""

from __future__ import annotations

from engine.spiff.elements import Element, FormUse, Program, Start
from engine.spiff.face import (
    CaseFacts,
    Closed,
    ErrorUncaught,
    NoSuchStart,
    NoSuchTask,
    NoWayOut,
    Opened,
    Outcome,
    Ports,
    Report,
    Run,
    Step,
)
from engine.spiff.firings import firings
from engine.spiff.keys import key_text
from engine.spiff.live import (
    Live,
    answer,
    cancel,
    complete,
    deliver,
    digest,
    dump,
    end_call,
    fire,
    hear,
    load,
    request,
    start,
    throw,
)
from engine.spiff.migrate import Obstacle, check, compare, migrate, waiting
from engine.spiff.modify import OPERATIONS, operate, places
from engine.spiff.reading import Parsed, parse
from engine.spiff.renewing import Renewed, renewed, rules_that_differ
from engine.spiff.running import check_bytes, run_in_memory
from engine.spiff.starts import evaluate, first_due, next_due, start_holds
from engine.spiff.support import Capability, capabilities

__all__ = [
    "OPERATIONS",
    "Capability",
    "CaseFacts",
    "Closed",
    "Element",
    "ErrorUncaught",
    "FormUse",
    "Live",
    "NoSuchStart",
    "NoSuchTask",
    "NoWayOut",
    "Obstacle",
    "Opened",
    "Outcome",
    "Parsed",
    "Ports",
    "Program",
    "Renewed",
    "Report",
    "Run",
    "Start",
    "Step",
    "answer",
    "cancel",
    "capabilities",
    "check",
    "check_bytes",
    "compare",
    "complete",
    "deliver",
    "digest",
    "dump",
    "end_call",
    "evaluate",
    "fire",
    "firings",
    "first_due",
    "hear",
    "key_text",
    "load",
    "migrate",
    "next_due",
    "operate",
    "parse",
    "places",
    "renewed",
    "request",
    "rules_that_differ",
    "run_in_memory",
    "start",
    "start_holds",
    "throw",
    "waiting",
]
