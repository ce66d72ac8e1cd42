"""What each finding says, in Chinese and English."""

from __future__ import annotations

from typing import Any

TEXTS: dict[str, tuple[str, str]] = {
    "join-never": (
        "“{name}”永远等不齐：进来的几条线不会都有人走到，事情会停在这里。分开用的是“选一条”，合并也要用“选一条”",
        "{name} waits for ever: its incoming flows are never all taken. Join with the kind of gateway that splits",
    ),
    "join-may-wait": (
        "“{name}”有的走法等不齐，事情会停在这里。请看分开和合并的网关是不是一样",
        "{name} may wait for ever on some ways through. Check that splits and joins are of the same kind",
    ),
    "taken-twice": (
        "“{name}”会办两次：前面同时走的几条线到这里没有先合并。要等齐再办，请用并行网关合并",
        "{name} may be done twice: branches side by side meet here unjoined. Join them with a parallel gateway",
    ),
    "dead-branch": (
        "“{name}”永远走不到：画了线，但没有一种走法能到这里",
        "{name} is never reached: flows lead here, but no way through takes them",
    ),
    "no-end": (
        "从“{name}”起，事情再也办不完：只能来回走，没有一条线通到结束",
        "From {name} on the case can never end: it only goes round",
    ),
    "endless-loop": (
        "“{name}”所在的一圈没有出口，也没有要人办、要等时间或等消息的一步，会一直空转",
        "The loop around {name} has no way out and nothing in it that waits: it would spin for ever",
    ),
    "busy-loop": (
        "“{name}”所在的一圈没有要人办、要等时间或等消息的一步，全靠条件停下；停不下来时系统会中断它",
        "Nothing in the loop around {name} waits; only its conditions end it, or the engine stops it",
    ),
    "undecided": (
        "“{name}”的走法太多，没能全部查完：查到的问题都列出来了，没列出来的不等于没有",
        "{name} has too many ways through to check them all: what is listed is true, but there may be more",
    ),
    "no-form": (
        "“{name}”没有表单，办的人只能点“办完”，什么也不用填",
        "{name} has no form: whoever does it can only say that it is done",
    ),
    "self-approval": (
        "“{name}”和前一步“{other}”由同样的人办，同一个人可以自己批自己的。请换成别的岗位，或写明不能是同一个人",
        "{name} may be done by the same people as {other} before it: somebody could approve their own work",
    ),
    "unknown-name": (
        "“{name}”用到了“{read}”，可是没有哪一步填它：到时候事情会停下，等人处理",
        "{name} reads {read}, which no step fills in: the case would stop there with an incident",
    ),
    "unknown-name-near": (
        "“{name}”用到了“{read}”，没有哪一步填它。是不是“{near}”写错了",
        "{name} reads {read}, which no step fills in. Is {near} meant?",
    ),
    "red-line": ("“{name}”碰到了减负红线（{why}），请去掉", "{name} crosses a red line ({why}); remove it"),
}


def finding(
    code: str, element_id: str | None, line: int | None, *, severity: str = "remark", **fields: str
) -> dict[str, Any]:
    """Make a finding: {code, element_id, line, message, severity, en}, `en` the message in English."""
    zh, en = TEXTS[code]
    return {
        "code": code,
        "element_id": element_id,
        "line": line,
        "message": zh.format(**fields),
        "severity": severity,
        "en": en.format(**fields),
    }
