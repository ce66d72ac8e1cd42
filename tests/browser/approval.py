"""An approval of two levels as a file: a clerk writes, social work approves, its head decides."""

from __future__ import annotations

_NODES = {
    "start": ("startEvent", "开始", 36, 36),
    "write": ("manualTask", "写请示", 100, 80),
    "first": ("userTask", "初审", 100, 80),
    "true": ("exclusiveGateway", "查实了吗", 50, 50),
    "second": ("manualTask", "终审", 100, 80),
    "done": ("endEvent", "办结", 36, 36),
    "off": ("endEvent", "到此为止", 36, 36),
}
_FLOWS = [
    ("start", "write"), ("write", "first"), ("first", "true"), ("true", "second"), ("second", "done"), ("true", "off"),
]  # fmt: skip
_WHO = {
    "write": '<qc:candidate starter="true" />',
    "first": '<qc:candidate role="reviewer" unit=\'"swd"\' />'
    "<spiffworkflow:variableName>answer</spiffworkflow:variableName>",
}
_FORM = (
    '<spiffworkflow:properties><spiffworkflow:property name="formJsonSchemaFilename" '
    'value="complaint-answer.schema.json" /><spiffworkflow:property name="formUiSchemaFilename" '
    'value="complaint-answer.ui.json" /><spiffworkflow:property name="formView" value="answer" />'
    "</spiffworkflow:properties>"
)


def two_levels(key: str, name: str, *, decides: str = "lead") -> str:
    """Write the diagram. decides: the role at social work that has the last word."""
    who = {**_WHO, "second": f'<qc:candidate role="{decides}" unit=\'"swd"\' />'}
    who["first"] = _FORM + who["first"]
    nodes, shapes, at = [], [], 160
    for element, (kind, words, width, height) in _NODES.items():
        links = [f"<bpmn:incoming>{s}_{t}</bpmn:incoming>" for s, t in _FLOWS if t == element]
        links += [f"<bpmn:outgoing>{s}_{t}</bpmn:outgoing>" for s, t in _FLOWS if s == element]
        default = ' default="true_off"' if element == "true" else ""
        more = f"<bpmn:extensionElements>{who[element]}</bpmn:extensionElements>" if element in who else ""
        nodes.append(f'<bpmn:{kind} id="{element}" name="{words}"{default}>{more}{"".join(links)}</bpmn:{kind}>')
        x, y = (at, 200 - height // 2) if element != "off" else (at - 170, 330)
        shapes.append(
            f'<bpmndi:BPMNShape id="{element}_di" bpmnElement="{element}"><dc:Bounds x="{x}" y="{y}" width="{width}" '
            f'height="{height}" /></bpmndi:BPMNShape>'
        )
        at += width + 60
    condition = '<bpmn:conditionExpression>answer.finding = "属实"</bpmn:conditionExpression>'
    flows = "".join(
        f'<bpmn:sequenceFlow id="{s}_{t}" sourceRef="{s}" targetRef="{t}">'
        f"{condition if (s, t) == ('true', 'second') else ''}</bpmn:sequenceFlow>"
        for s, t in _FLOWS
    )
    edges = "".join(
        f'<bpmndi:BPMNEdge id="{s}_{t}_di" bpmnElement="{s}_{t}"><di:waypoint x="{n * 150 + 196}" y="200" />'
        f'<di:waypoint x="{n * 150 + 256}" y="200" /></bpmndi:BPMNEdge>'
        for n, (s, t) in enumerate(_FLOWS)
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?><bpmn:definitions '
        'xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" '
        'xmlns:bpmndi="http://www.omg.org/spec/BPMN/20100524/DI" xmlns:dc="http://www.omg.org/spec/DD/20100524/DC" '
        'xmlns:di="http://www.omg.org/spec/DD/20100524/DI" '
        'xmlns:spiffworkflow="http://spiffworkflow.org/bpmn/schema/1.0/core" xmlns:qc="urn:qingche:bpmn:1" '
        f'id="d_{key}" targetNamespace="t" expressionLanguage="https://www.omg.org/spec/DMN/20191111/FEEL/">'
        f'<bpmn:process id="{key}" name="{name}" isExecutable="true"><bpmn:extensionElements>'
        f'<qc:starter role="clerk" /></bpmn:extensionElements>{"".join(nodes)}{flows}</bpmn:process>'
        f'<bpmndi:BPMNDiagram id="g"><bpmndi:BPMNPlane id="p" bpmnElement="{key}">{"".join(shapes)}{edges}'
        "</bpmndi:BPMNPlane></bpmndi:BPMNDiagram></bpmn:definitions>"
    )
