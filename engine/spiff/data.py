"""What goes into an activity and comes out of it: data associations and the scripts around a task, read from the XML.

An association with an assignment or a transformation moves a value (BPMN 2.0.2 clause 10.4.2); one that only connects
two things is a picture, because the values of a case are shared. `preScript` and `postScript` are SpiffWorkflow's.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from engine.spiff.elements import ACTIVITIES, Around, Element, Findings
from engine.spiff.expressions import Expr
from engine.spiff.vocabulary import BPMN, Compile

_NAMED = ("dataInput", "dataOutput", "dataObject", "dataObjectReference", "dataStoreReference", "property")

Names = dict[str, str]


def read_names(root: Any) -> Names:
    """Return what each data element of the file is called; without a name it goes by its id."""
    return {node.get("id"): node.get("name") or node.get("id") for node in root.iter(*(BPMN + tag for tag in _NAMED))}


def read_around(node: Any, element: Element, names: Names, findings: Findings, compile_text: Compile) -> None:
    """Set `element.around` where something happens before or after the activity."""
    around = Around(
        inputs=list(_moves(node, "dataInputAssociation", "input", element, names, findings, compile_text)),
        outputs=list(_moves(node, "dataOutputAssociation", "output", element, names, findings, compile_text)),
        before=_script("preScript", element, compile_text),
        after=_script("postScript", element, compile_text),
    )
    if around != Around():
        element.around = around


def _script(name: str, element: Element, compile_text: Compile) -> Expr | None:
    text = element.extensions.get(name)
    return compile_text(text, "script", element.id, element.line) if text else None


def _moves(
    node: Any, tag: str, what: str, element: Element, names: Names, findings: Findings, compile_text: Compile
) -> Iterator[tuple[str, Expr]]:
    for association in node.iterchildren(BPMN + tag):
        pairs = [
            (found.find(BPMN + "from"), found.find(BPMN + "to")) for found in association.iter(BPMN + "assignment")
        ]
        transformation = association.find(BPMN + "transformation")
        if transformation is not None:
            pairs.append((transformation, association.find(BPMN + "targetRef")))
        if not pairs or element.type not in ACTIVITIES:
            why = "流程里的值大家共用，数据连线只作图示"
            findings.remark(element.id, f"“{element.name}”的数据连线不传值", why)
            continue
        for source, target in pairs:
            expr = compile_text(_text(source), what, element.id, association.sourceline)
            name = names.get(_text(target), _text(target))
            if not name:
                why = f"“{element.name}”的数据连线没有写传到哪里，请补上"
                findings.error("expression-missing", element.id, association.sourceline, why)
            elif expr is not None:
                yield name, expr


def _text(node: Any) -> str:
    return "" if node is None else "".join(node.itertext()).strip()
