"""The engine's error tree; every refusal a caller can meet is one of these.

QingcheError
├── NotFound            missing, or hidden from this actor: the two look alike
├── Refused             understood, and not allowed by a rule that may be named
│   ├── TaskGone        somebody else finished, claimed or cancelled it first
│   ├── CaseSuspended   the case waits until it is resumed
│   ├── CannotOperate   an operation on a running case that its state does not allow
│   ├── DutiesApart     two administrators' roles that no one person may hold
│   └── Stale           the case moved on since the caller read it
├── Invalid             the input itself is wrong: where and why is in the fields
└── Incident            a definition could not be carried on with; a person must look
    ├── CallFailed      another system did not answer as it should
    └── CallRefused     the deployment does not let definitions call it

Each class carries a stable `code`, named `fields` and a message template in Chinese and English.
They know nothing of HTTP; `webapp/errors.py` maps codes to statuses. Values of a case never go into
fields that reach a log.
"""

from __future__ import annotations

from typing import ClassVar


class QingcheError(Exception):
    """Base of every refusal; `code` is stable and documented, `fields` fill the message."""

    code: ClassVar[str] = "error"
    zh: ClassVar[str] = "没有完成"
    en: ClassVar[str] = "Not done"

    def __init__(self, **fields: object) -> None:
        self.fields = fields
        super().__init__(self.message("en"))

    def message(self, locale: str = "zh") -> str:
        """Say what is wrong, where and what to do, in `zh` or `en`."""
        template = self.zh if locale.startswith("zh") else self.en
        try:
            return template.format(**self.fields)
        except (KeyError, IndexError, ValueError):
            return template


class NotFound(QingcheError):
    code = "not-found"
    zh = "没有找到。可能编号不对，或不由您的岗位办"
    en = "Not found. The number may be wrong, or it is not yours to handle"


class Refused(QingcheError):
    code = "refused"
    zh = "这一步现在不能办"
    en = "This cannot be done now"


class FormNotOpen(Refused):
    """fields: name (of the process), why (a sentence). Its form is not yet, or no longer, to be used."""

    code = "form-not-open"
    zh = "《{name}》现在不能发起：{why}"
    en = "“{name}” cannot be started now: {why}"


class NotOpen(Refused):
    """fields: name (of the process). Its terms let nobody begin it here and now."""

    code = "not-open"
    zh = "《{name}》现在不能发起"
    en = "“{name}” cannot be started now"


class NotOpenYet(NotOpen):
    """fields: name (of the process), day."""

    code = "not-open-yet"
    zh = "《{name}》现在不能发起：{day} 起可以发起"
    en = "“{name}” cannot be started now: it can be started from {day} on"


class OpenNoLonger(NotOpen):
    """fields: name (of the process), day."""

    code = "open-no-longer"
    zh = "《{name}》现在不能发起：{day} 已到期，不再发起"
    en = "“{name}” cannot be started now: {day} was the last day"


class NotForUnit(NotOpen):
    """fields: name (of the process)."""

    code = "not-for-unit"
    zh = "《{name}》只由指定的单位发起，您的单位不在其中"
    en = "“{name}” is started by named units only, and yours is not among them"


class TaskGone(Refused):
    """fields: by (post or unit that acted), at (aware datetime), what (completed|claimed|cancelled)."""

    code = "task-gone"
    zh = "{by} {at} 已办了这一步"
    en = "{by} already did this step at {at}"


class TaskHeld(Refused):
    code = "task-held"
    zh = "这一步已由 {by} 领取（{at}）"
    en = "{by} holds this step since {at}"


class CaseSuspended(Refused):
    """fields: case, by, at (aware datetime), reason."""

    code = "case-suspended"
    zh = "这件事由 {by} 暂停了，恢复后再办。原因：{reason}"
    en = "The case was suspended by {by} and goes on when it is resumed. Reason: {reason}"


class CannotOperate(Refused):
    """fields: why (plain words), element_id where one is meant."""

    code = "cannot-operate"
    zh = "不能这样改：{why}"
    en = "This change is not possible: {why}"


class DutiesApart(Refused):
    """fields: roles (the names of the two that one person would hold)."""

    code = "duties-apart"
    zh = "三员分立：系统管理、安全管理、审计三个岗位不能由同一个人担任，也不能互相代办（{roles}）。请换一个人"
    en = "The administrators of system, security and audit must be three people, deputies too ({roles}). Name another"


class Stale(Refused):
    code = "stale"
    zh = "这件事刚刚有了变化，请看过最新情况再办"
    en = "The case has just changed; read it again before acting"


class Invalid(QingcheError):
    code = "invalid"
    zh = "填写有误：{why}"
    en = "Invalid input: {why}"


class InvalidDefinition(Invalid):
    """fields: name (file), errors (list of {code, element_id, line, message})."""

    code = "invalid-definition"
    zh = "{name} 没有通过检查，没有发布"
    en = "{name} did not pass the check and was not published"


class Incident(QingcheError):
    code = "incident"
    zh = "流程走不下去：{why}"
    en = "The case cannot go on: {why}"


class EvaluationFailed(Incident):
    """fields: element_id, what (condition|candidate|due|timer|script|loop|…), text, why."""

    code = "evaluation-failed"
    zh = "“{element_id}”的{what}算不出结果：{text}（{why}）"
    en = "The {what} of {element_id} cannot be evaluated: {text} ({why})"
    labels: ClassVar[dict[str, str]] = {
        "condition": "条件",
        "candidate": "候选人",
        "due": "期限",
        "timer": "定时",
        "script": "脚本",
        "loop": "循环",
        "lookup": "查表",
        "set": "赋值",
        "input": "传入值",
        "output": "传回值",
        "unit": "单位",
        "title": "标题",
        "fact": "要点",
        "reader": "可见范围",
        "correlation": "消息对应",
        "payload": "消息内容",
        "decision": "决策",
        "service": "服务调用",
        "response": "服务答复",
    }

    def message(self, locale: str = "zh") -> str:
        """Say it with the Chinese word for the part of the element."""
        if not locale.startswith("zh"):
            return super().message(locale)
        what = str(self.fields.get("what"))
        return self.zh.format(**{**self.fields, "what": self.labels.get(what, what)})


class CallFailed(Incident):
    """fields: element_id, why, status (HTTP, or None when there was no answer), retry_after_s (or None)."""

    code = "call-failed"
    zh = "“{element_id}”调用外部服务没有成功：{why}"
    en = "The service call of {element_id} did not succeed: {why}"


class CallRefused(Incident):
    """fields: element_id, why; the deployment does not allow the call, so trying again would not help."""

    code = "call-refused"
    zh = "“{element_id}”要调用的外部服务不允许调用：{why}"
    en = "The service call of {element_id} is not allowed: {why}"


class AmbiguousMessage(Refused):
    """fields: name, several (how many cases or definitions might take it)."""

    code = "ambiguous-message"
    zh = "消息“{name}”有 {several} 个都可以收，请带上能分清的关联键"
    en = "{several} could take the message {name}; send it with a key that tells them apart"


class NobodyWaits(Refused):
    """fields: name."""

    code = "nobody-waits"
    zh = "没有哪件事在等消息“{name}”"
    en = "Nothing waits for the message {name}"


class JobGivenUp(Incident):
    """fields: attempts."""

    code = "job-given-up"
    zh = "试了 {attempts} 次，每次都没有做完就中断了，不再自动重试"
    en = "Begun {attempts} times and never finished; not tried again by itself"


class StepLimit(Incident):
    code = "step-limit"
    zh = "流程在“{element_id}”附近不停地转，已停下"
    en = "The case keeps turning near {element_id} and was stopped"
