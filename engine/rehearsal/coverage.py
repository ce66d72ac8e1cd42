"""What of a diagram a play went through: elements that were completed, flows that were walked."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from engine.spiff.elements import Program
from engine.store.stage import Done

_JOINS = frozenset({"parallelGateway", "inclusiveGateway"})


@dataclass
class Coverage:
    """Ids reached of ids there are, by process; several plays are added up with `|`."""

    elements: dict[str, set[str]] = field(default_factory=dict)
    flows: dict[str, set[str]] = field(default_factory=dict)
    programs: dict[str, Program] = field(default_factory=dict)

    def __or__(self, other: Coverage) -> Coverage:
        keys = {*self.programs, *other.programs}
        return Coverage(
            {key: self.elements.get(key, set()) | other.elements.get(key, set()) for key in keys},
            {key: self.flows.get(key, set()) | other.flows.get(key, set()) for key in keys},
            {**self.programs, **other.programs},
        )

    def of(self, process: str) -> dict[str, object]:
        """Tell what of one process was reached: percentages, and the ids that were not."""
        program = self.programs[process]
        elements = set(program.elements)
        flows = {flow.id for body in program.bodies() for flow in body.flows}
        seen, walked = self.elements.get(process, set()) & elements, self.flows.get(process, set()) & flows
        return {
            "process": process,
            "elements": _percent(seen, elements),
            "flows": _percent(walked, flows),
            "unreached": sorted(elements - seen),
            "unwalked": sorted(flows - walked),
        }


def coverage_of(programs: Mapping[str, Program], events: Iterable[Done]) -> Coverage:
    """Fold the events of a play. programs: by case id.

    A flow was walked when its target is come to after its source was done and no other flow into the target is
    younger; into a gateway that waits for several, all that were done count.
    """
    found = Coverage(programs={program.id: program for program in programs.values()})
    paths: dict[str, list[tuple[str, str]]] = {}
    for done in events:
        paths.setdefault(done.case_id, []).extend((each[0], each[1]) for each in done.body.get("path", []))
    for case_id, path in paths.items():
        program = programs[case_id]
        found.elements.setdefault(program.id, set()).update(one for one, what in path if what != "cancelled")
        found.flows.setdefault(program.id, set()).update(_walked(program, path))
    return found


def _walked(program: Program, path: list[tuple[str, str]]) -> set[str]:
    into: dict[str, list[tuple[str, str]]] = {}
    for body in program.bodies():
        for flow in body.flows:
            into.setdefault(flow.target, []).append((flow.source, flow.id))
    done: dict[str, int] = {}
    walked: set[str] = set()
    for place, (element_id, what) in enumerate(path):
        ways = [(done[source], flow_id) for source, flow_id in into.get(element_id, ()) if source in done]
        if ways and program.elements[element_id].type in _JOINS and what == "completed":
            walked.update(flow_id for _, flow_id in ways)
        elif ways:
            walked.add(max(ways)[1])
        if what == "completed":
            done[element_id] = place
    return walked


def _percent(part: set[str], whole: set[str]) -> int:
    return 100 * len(part) // len(whole) if whole else 100
