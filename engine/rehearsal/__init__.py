"""Try a process out in the real engine: a database in memory, the real organisation, a clock that is moved by hand."""

from engine.rehearsal.coverage import Coverage, coverage_of
from engine.rehearsal.play import NoTurn, Play, Post, Turn
from engine.rehearsal.running import Result, run_scenario
from engine.rehearsal.scenario import BadScenario, Scenario, read_scenario, write_scenario
from engine.rehearsal.stage import Stage, empty_stage
from engine.rehearsal.steps import perform

__all__ = [
    "BadScenario",
    "Coverage",
    "NoTurn",
    "Play",
    "Post",
    "Result",
    "Scenario",
    "Stage",
    "Turn",
    "coverage_of",
    "empty_stage",
    "perform",
    "read_scenario",
    "run_scenario",
    "write_scenario",
]
