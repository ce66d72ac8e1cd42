"""What a form must not ask for: check-ins, points, rankings, photographs of people (DESIGN.md section 8)."""

from __future__ import annotations

import re

_RED_LINES: tuple[tuple[re.Pattern[str], str, str], ...] = (
    (re.compile(r"打卡|签到(?!表|册)|check-?in", re.IGNORECASE), "不搞打卡签到", "no check-ins"),
    (re.compile(r"积分|加分|扣分"), "不搞积分", "no points"),
    (re.compile(r"排名|排行|名次|末位|ranking|leaderboard", re.IGNORECASE), "不排名", "no rankings"),
    (
        re.compile(r"工作照|现场工作照片|自拍|合影|人脸|本人照片|在岗照片|selfie", re.IGNORECASE),
        "不要求人的照片",
        "no photographs of people",
    ),
    (
        re.compile(
            r"(下班后|夜间|晚上|周末|节假日)[^，。；,.;]{0,6}(提醒|催办|通知)|after.?hours remind", re.IGNORECASE
        ),
        "下班后不催办",
        "no reminders after hours",
    ),
)
NO_FORCED_PICTURES = {True: "不强制拍照", False: "no forced photographs"}
_NOT = re.compile(r"(不得|不要|不再|不用|不|无需|禁止|严禁|取消|no |not )[^，。；,.;]{0,8}$", re.IGNORECASE)
_LONGEST = 5000


def crossed(words: str, locale: str = "zh") -> str | None:
    """Name the red line that a text crosses; a text that says not to do it crosses none."""
    for pattern, zh, en in _RED_LINES:
        for hit in pattern.finditer(words[:_LONGEST]):
            if not _NOT.search(words[max(0, hit.start() - 30) : hit.start()]):
                return zh if locale.startswith("zh") else en
    return None
