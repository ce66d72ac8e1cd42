"""Link events: a jump on one level, read as a flow that is not drawn (BPMN 2.0.2 clause 10.5.1).

Several throws may lead to one catch of the same name; both must stand in the same process or subprocess.
"""

from __future__ import annotations

from engine.spiff.elements import Body, Element, Findings, Flow


def connect(body: Body, findings: Findings) -> None:
    """Add a flow from each link throw to its catch.

    A name without exactly one catch, or without a throw, is an error; so is a flow drawn between the two ends.
    """
    throws = [node for node in body.nodes if _is_link(node, "intermediateThrowEvent")]
    catches: dict[str, list[Element]] = {}
    for node in body.nodes:
        if _is_link(node, "intermediateCatchEvent"):
            catches.setdefault(_name(node), []).append(node)
    if not throws and not catches:
        return
    sources = {node.id: node for node in throws}
    targets = {node.id: node for same in catches.values() for node in same}
    for flow in body.flows:
        end = sources.get(flow.source) or targets.get(flow.target)
        if end is not None:
            _refuse(end, f"：链接两头只凭名字相连，连线“{flow.id}”请删去", findings)
    for node in throws:
        found = catches.get(_name(node), [])
        if len(found) == 1:
            flow = Flow(f"{node.id}~{found[0].id}", node.id, found[0].id, _name(node), node.line, node.order)
            body.flows.append(flow)
        else:
            why = "找不到同名的链接目标" if not found else "有几个同名的链接目标"
            _refuse(node, f"{why}，请在同一层里只留一个", findings)
    names = {_name(node) for node in throws}
    for name, same in catches.items():
        if name not in names:
            _refuse(same[0], "没有同名的链接跳过来，请在同一层里画一个，或删去", findings)
        for node in same[1:]:
            _refuse(node, "的链接名已有别的目标在用，请改名", findings)


def _refuse(node: Element, why: str, findings: Findings) -> None:
    findings.error("link-event", node.id, node.line, f"“{node.name}”{why}")


def _is_link(node: Element, type: str) -> bool:
    return node.type == type and node.event is not None and node.event.kind == "link"


def _name(node: Element) -> str:
    return node.event.name if node.event is not None else ""
