"""Which parts of BPMN 2.0.2 run, and how: the one list behind the reference page and the palette of the editor.

A test holds a diagram for every row: what runs is run, what is refused is refused.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

State = Literal["runs", "runs with remark", "picture only", "refused"]


@dataclass(frozen=True, slots=True)
class Capability:
    """One element of BPMN, or one way to use it.

    element: name of the XML element; variant: the attribute, child or event definition that makes the difference,
    empty for the plain element; zh and en say what is special about it, empty when nothing is.
    """

    group: str
    element: str
    variant: str
    state: State
    zh: str = ""
    en: str = ""


def capabilities() -> list[Capability]:
    """Return every part of BPMN with what becomes of it, grouped, in the order of the standard."""
    return list(_ALL)


def _rows(group: str, *rows: tuple[str, str, State] | tuple[str, str, State, str, str]) -> list[Capability]:
    return [Capability(group, *row) for row in rows]


_TASKS = _rows(
    "activities",
    ("task", "", "runs", "当作人工任务", "treated as a manual task"),
    ("userTask", "", "runs"),
    ("manualTask", "", "runs"),
    ("scriptTask", "", "runs", "FEEL 或受限的 Python", "FEEL, or a subset of Python"),
    ("serviceTask", "", "runs", "qc:call 直接调用，否则等外部系统来办", "qc:call calls out; else an external task"),
    (
        "sendTask", "", "runs", "写了消息就发给等它的事，否则等外部系统发出",
        "sends its message to who waits for it; without one it waits for an external worker",
    ),
    ("receiveTask", "", "runs"),
    ("receiveTask", "instantiate", "runs"),
    ("businessRuleTask", "", "runs", "按 DMN 决策", "decided by DMN"),
    ("callActivity", "", "runs", "开一个下级事项", "opens a child case"),
    ("subProcess", "", "runs"),
    ("subProcess", "triggeredByEvent", "runs"),
    ("transaction", "", "runs"),
    ("adHocSubProcess", "", "runs", "没有连线的步骤都可以办", "every step no flow leads to is open"),
    ("adHocSubProcess", "completionCondition", "runs"),
    ("adHocSubProcess", "cancelRemainingInstances", "runs", "已经打开的算已经开始", "what is open counts as begun"),
    ("adHocSubProcess", "ordering=Sequential", "runs"),
    (
        "adHocSubProcess", "ordering=Sequential with subprocess", "refused",
        "一次只办一步的临时子流程里不能有分几次办的步骤", "in turn, a step must be done in one go",
    ),
    ("activity", "isForCompensation", "runs"),
    ("activity", "standardLoopCharacteristics", "runs"),
    ("activity", "standardLoopCharacteristics without end", "refused", "要写条件或上限", "needs a condition"),
    ("activity", "multiInstanceLoopCharacteristics parallel", "runs"),
    ("activity", "multiInstanceLoopCharacteristics sequential", "runs"),
    ("activity", "loopCardinality", "runs"),
    ("activity", "loopDataInputRef", "runs"),
    ("activity", "completionCondition", "runs"),
    ("activity", "behavior=None", "runs"),
    ("activity", "behavior=One", "runs"),
    ("activity", "behavior=Complex", "runs"),
    ("activity", "dataInputAssociation with assignment", "runs"),
    ("activity", "dataOutputAssociation with assignment", "runs"),
    ("activity", "startQuantity", "refused", "请删去或写 1", "must be 1"),
    ("activity", "completionQuantity", "refused", "请删去或写 1", "must be 1"),
    ("activity", "preScript", "runs", "SpiffWorkflow 的写法", "as SpiffWorkflow writes it"),
    ("activity", "postScript", "runs", "SpiffWorkflow 的写法", "as SpiffWorkflow writes it"),
)  # fmt: skip
_FLOWS = _rows(
    "gateways and flows",
    ("exclusiveGateway", "", "runs"),
    (
        "exclusiveGateway",
        "flow without condition",
        "refused",
        "每条出线要有条件或是默认出口",
        "needs a condition or default",
    ),
    ("parallelGateway", "", "runs"),
    ("parallelGateway", "flow with condition", "refused", "请改用包容网关", "use an inclusive gateway"),
    ("inclusiveGateway", "", "runs"),
    ("eventBasedGateway", "", "runs"),
    ("eventBasedGateway", "instantiate", "runs"),
    ("eventBasedGateway", "instantiate eventGatewayType=Parallel", "runs"),
    ("eventBasedGateway", "eventGatewayType=Parallel", "refused", "只能用来启动流程", "only to begin a case"),
    ("complexGateway", "", "runs", "一条进线，按条件分开", "one flow in: a split by conditions"),
    ("complexGateway", "activationCondition", "runs", "能用 activationCount", "may use activationCount"),
    ("complexGateway", "join without activationCondition", "refused", "要写什么时候往下走", "must say when to go on"),
    ("sequenceFlow", "", "runs"),
    ("sequenceFlow", "conditionExpression out of an activity", "runs"),
    ("sequenceFlow", "conditionExpression out of an event", "runs with remark", "照样看条件", "looked at all the same"),
    ("sequenceFlow", "default out of an activity", "runs"),
    ("sequenceFlow", "several out of an activity", "runs", "同时走所有出线", "all are taken"),
    ("sequenceFlow", "several into an activity", "runs", "来一次办一次", "done once for each token"),
    ("sequenceFlow", "none out of an activity", "runs", "这一支到此结束", "the branch ends there"),
    ("sequenceFlow", "across a subprocess border", "refused", "请在同一层里连", "connect on one level"),
)
_EVENTS = _rows(
    "events",
    *(("startEvent", kind, "runs") for kind in ("", "message", "timer", "signal", "conditional", "multiple")),
    ("startEvent", "parallelMultiple", "refused", "流程不能等几种事件都到齐才启动", "a case begins by one event"),
    ("startEvent", "several", "runs with remark", "不指定就从第一个空的开始", "the first none start is the default"),
    ("startEvent", "none at all", "runs with remark", "前面没有连线的都从头开始", "all that no flow leads to begins"),
    ("startEvent", "several in a subprocess", "refused", "子流程里只能有一个空的开始事件", "one none start only"),
    *(
        ("startEvent", f"{kind} of an event subprocess", "runs")
        for kind in ("message", "timer", "signal", "conditional", "error", "escalation", "compensate", "multiple")
    ),
    ("startEvent", "isInterrupting=false", "runs"),
    *(
        ("intermediateCatchEvent", kind, "runs")
        for kind in ("message", "timer", "signal", "conditional", "link", "multiple", "parallelMultiple")
    ),
    ("intermediateCatchEvent", "", "refused", "请写要等什么", "must say what it waits for"),
    ("intermediateCatchEvent", "error", "refused", "错误只能由边界事件或事件子流程接住", "only at a border"),
    *(
        ("intermediateThrowEvent", kind, "runs")
        for kind in ("", "message", "signal", "escalation", "compensate", "link", "multiple")
    ),
    *(
        ("endEvent", kind, "runs")
        for kind in ("", "message", "signal", "error", "escalation", "terminate", "cancel", "compensate", "multiple")
    ),
    ("endEvent", "cancel outside a transaction", "refused", "只能放在事务子流程里", "only inside a transaction"),
    *(
        ("boundaryEvent", kind, "runs")
        for kind in (
            "message", "timer", "signal", "conditional", "error", "escalation", "cancel", "compensate", "multiple",
            "parallelMultiple",
        )
    ),
    ("boundaryEvent", "cancelActivity=false", "runs"),
    ("boundaryEvent", "error with cancelActivity=false", "refused", "错误必须打断任务", "an error always interrupts"),
    ("boundaryEvent", "compensate without association", "refused", "要连到一个补偿任务", "needs a handler"),
)  # fmt: skip
_PICTURES = _rows(
    "data, pictures and the rest",
    ("association", "compensation", "runs"),
    ("dataObject", "", "picture only", "流程里的值大家共用", "values are shared by the whole case"),
    ("dataObjectReference", "", "picture only"),
    ("dataStoreReference", "", "picture only", "台账用 qc:lookup 读", "registers are read by qc:lookup"),
    ("dataInputAssociation", "", "picture only", "写了 assignment 的才传值", "only an assignment moves a value"),
    ("ioSpecification", "", "picture only"),
    ("property", "", "picture only"),
    ("laneSet", "", "picture only", "由谁办写在 qc:candidate", "candidates say who does it"),
    ("participant", "", "picture only"),
    ("messageFlow", "", "picture only"),
    ("textAnnotation", "", "picture only"),
    ("group", "", "picture only"),
    ("category", "", "picture only"),
    ("callChoreography", "", "refused", "编排不能运行", "choreographies do not run"),
)
_ALL = (*_TASKS, *_FLOWS, *_EVENTS, *_PICTURES)
