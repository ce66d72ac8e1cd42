"""Link events: a jump on one level, read as a flow that is not drawn (BPMN 2.0.2 clause 10.5.1).

Several throws may lead to one catch of the same name; both must stand in the same process or subprocess.
"""

from __future__ import annotations

from engine.spiff.elements import Body, Element, Findings, Flow


def connect(body: Body, findings: Findings) -> None:
    """Add a flow from each link throw to its catch; a name without exactly one catch is an error."""
    catches: dict[str, list[Element]] = {}
    for node in body.nodes:
        if _is_link(node, "intermediateCatchEvent"):
            catches.setdefault(_name(node), []).append(node)
    for node in body.nodes:
        if not _is_link(node, "intermediateThrowEvent"):
            continue
        found = catches.get(_name(node), [])
        if len(found) == 1:
            flow = Flow(f"{node.id}~{found[0].id}", node.id, found[0].id, _name(node), node.line, node.order)
            body.flows.append(flow)
        else:
            why = "找不到同名的链接目标" if not found else "有几个同名的链接目标"
            findings.error("link-event", node.id, node.line, f"“{node.name}”{why}，请在同一层里只留一个")
    for same in catches.values():
        for node in same[1:]:
            findings.error("link-event", node.id, node.line, f"“{node.name}”的链接名已有别的目标在用，请改名")


def _is_link(node: Element, type: str) -> bool:
    return node.type == type and node.event is not None and node.event.kind == "link"


def _name(node: Element) -> str:
    return node.event.name if node.event is not None else ""
