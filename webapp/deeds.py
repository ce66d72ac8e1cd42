"""What an entry of the operation log says, in the reader's words: what was done, and to what."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString
from sqlalchemy.orm import Session

from engine import organisation, posts
from engine.canonical import from_iso
from engine.errors import NotFound
from engine.history.log import Entry
from webapp.accounts.roster import names_of
from webapp.looks import post_of
from webapp.wording import moment

BOOKS: Mapping[str, LazyString] = {
    "access": _l("登录与查看"),
    "organisation": _l("单位、岗位与账号"),
    "artifacts": _l("发布"),
    "registers": _l("台账"),
    "keys": _l("签名密钥"),
    "settings": _l("系统设置"),
}
DEEDS: Mapping[str, LazyString] = {
    "sign-in": _l("登录"),
    "sign-in-failed": _l("登录失败"),
    "sign-in-locked": _l("登录时账号已锁"),
    "sign-out": _l("退出"),
    "password-changed": _l("改了自己的密码"),
    "refused": _l("没有权限，没有打开"),
    "personal-read": _l("看了个人信息"),
    "field-read": _l("看了一项的经过"),
    "file-read": _l("打开附件"),
    "replayed": _l("重放"),
    "printed": _l("打印"),
    "export": _l("导出"),
    "case-exported": _l("导出档案包"),
    "sampled": _l("抽查"),
    "operated": _l("看了运行情况"),
    "external-fetched": _l("外部系统取走任务"),
    "token-added": _l("发出系统口令"),
    "token-revoked": _l("收回系统口令"),
    "published": _l("发布"),
    "suspended": _l("停用"),
    "resumed": _l("恢复"),
    "start-terms-set": _l("定了谁在什么时候可以发起"),
    "unit-created": _l("新设单位"),
    "unit-changed": _l("改了单位"),
    "unit-closed": _l("撤销单位"),
    "post-put": _l("设岗或改岗位权限"),
    "post-held": _l("任职"),
    "post-left": _l("离任"),
    "deputy-named": _l("安排代办"),
    "deputy-ended": _l("结束代办"),
    "account-added": _l("新设账号"),
    "account-disabled": _l("停用账号"),
    "account-enabled": _l("恢复账号"),
    "account-unlocked": _l("解锁账号"),
    "password-reset": _l("重设密码"),
    "rows-put": _l("写入台账"),
    "rows-retired": _l("台账行停用"),
    "publication-asked": _l("提出发布，等人同意"),
    "publication-approved": _l("同意发布"),
    "publication-refused": _l("没有同意发布"),
    "key-rotated": _l("换了签名密钥"),
    "settings-changed": _l("改了系统设置"),
}
_MEMBERS: Mapping[str, LazyString] = {
    "login": _l("账号"),
    "user": _l("谁"),
    "by": _l("由谁代办"),
    "unit": _l("单位"),
    "post": _l("岗位"),
    "name": _l("名称"),
    "grants": _l("权限"),
    "before": _l("原来"),
    "since": _l("从"),
    "until": _l("到"),
    "opens": _l("从哪天"),
    "closes": _l("到哪天"),
    "units": _l("单位"),
    "key": _l("名称"),
    "kind_of": _l("类别"),
    "version": _l("版本"),
    "note": _l("说明"),
    "path": _l("地址"),
    "rule": _l("规则"),
    "what": _l("内容"),
    "format": _l("格式"),
    "rows": _l("行数"),
    "case": _l("事项"),
    "pointer": _l("哪一项"),
    "failed": _l("连续第几次"),
    "definition": _l("流程"),
    "period": _l("时段"),
    "day": _l("哪天"),
    "purpose": _l("用途"),
    "topics": _l("主题"),
    "seed": _l("种子"),
    "of": _l("从多少件里"),
    "files": _l("文件"),
    "asked_by": _l("谁提出的"),
    "reason": _l("理由"),
    "new": _l("新的公钥"),
    "changed": _l("改动"),
}
# What a machine needs and nobody reads: they are in the export, not on the page.
_QUIET = frozenset(
    {
        "artifact",
        "cases",
        "head",
        "sha256",
        "deputy",
        "token",
        "use",
        "old",
        "old_signature",
        "new_signature",
        "settings",
    }
)
_PEOPLE = ("user", "by", "asked_by")


@dataclass(frozen=True)
class Deed:
    """One entry ready to print: `about` are (label, text) in the order recorded."""

    entry: Entry
    who: str
    what: str
    about: list[tuple[str, str]] = field(default_factory=list)


def deeds(session: Session, entries: Iterable[Entry]) -> list[Deed]:
    """Return entries as a person reads them; ids of people and units are told by name."""
    found = list(entries)
    names = _Names(session, found)
    return [
        Deed(entry, _who(entry.who), str(DEEDS.get(entry.kind, entry.kind)), list(names.about(entry)))
        for entry in found
    ]


def _who(who: Mapping[str, Any]) -> str:
    return post_of(str(who.get("name") or ""), str(who.get("unit_name") or "")) or _("没有登录的人")


class _Names:
    def __init__(self, session: Session, entries: Iterable[Entry]) -> None:
        self._session = session
        users = {str(e.fields[part]) for e in entries for part in _PEOPLE if e.fields.get(part)}
        self._users = names_of(session, users)
        self._posts = posts.names_of(session, {str(e.fields["post"]) for e in entries if e.fields.get("post")})
        self._units: dict[str, str] = {}

    def about(self, entry: Entry) -> Iterable[tuple[str, str]]:
        for member, value in entry.fields.items():
            if member in _QUIET or value in (None, "", [], {}):
                continue
            yield str(_MEMBERS.get(member, member)), self._text(member, value)

    def _text(self, member: str, value: Any) -> str:
        if member == "rows" and isinstance(value, list):
            return str(len(value))
        if member in _PEOPLE:
            return self._users.get(str(value), str(value))
        if member == "post":
            return self._posts.get(str(value), str(value))
        if member in ("since", "until"):
            return moment(from_iso(str(value)))
        if member == "unit" and isinstance(value, str):
            return self._unit(value)
        if member == "units" and isinstance(value, list):
            return "、".join(self._unit(str(one)) for one in value)
        if member == "unit" and isinstance(value, Mapping):
            return str(value.get("name", ""))
        if member in ("grants", "before") and isinstance(value, list):
            return "、".join(f"{role}（{self._unit(unit)}）" for role, unit in value)
        if member == "files" and isinstance(value, list):
            return "、".join(str(one.get("key", "")) for one in value if isinstance(one, Mapping))
        if isinstance(value, Mapping):
            return "，".join(f"{name}: {one}" for name, one in value.items())
        if isinstance(value, list):
            return "、".join(str(one) for one in value)
        return str(value)

    def _unit(self, unit_id: str) -> str:
        if unit_id not in self._units:
            try:
                self._units[unit_id] = organisation.unit(self._session, unit_id).name
            except NotFound:
                self._units[unit_id] = unit_id
        return self._units[unit_id]
