"""Units, posts, people and their accounts. People are posts: no names, one account for each post that has one."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from engine import organisation
from engine.assignment import system_actor
from engine.model import Actor, Unit
from engine.store.base import Session
from webapp.accounts.sign_in import add_account
from webapp.seeding.source import Source

_NOBODY = Actor("system", "系统", "", "", "", via="seed")
_PEOPLE = uuid.UUID("6f1d3c52-8a5e-5d0a-9c11-6b0f6e2f7a10")


@dataclass
class City:
    """The organisation as loaded: units by code, children by unit id, and who holds what."""

    units: dict[str, Unit] = field(default_factory=dict)
    below: dict[str, list[str]] = field(default_factory=dict)
    sections: dict[str, str] = field(default_factory=dict)
    people: dict[str, str] = field(default_factory=dict)
    holders: dict[tuple[str, str], str] = field(default_factory=dict)

    @property
    def root(self) -> Unit:
        return next(unit for unit in self.units.values() if unit.parent_id is None)

    @property
    def machine(self) -> Actor:
        """Who acts when data is loaded rather than typed."""
        return system_actor(self.root.root_unit_id, via="seed")

    def codes(self, level: str, prefix: str = "") -> list[str]:
        """List the codes of the units of a level, in their order."""
        return [code for code, unit in self.units.items() if unit.level == level and code.startswith(prefix)]


def settle(
    session: Session, source: Source, *, scale: str, password_hash: str, at: datetime, must_change: bool
) -> City:
    """Create units, posts and accounts of a scale."""
    declared, city = source.organisation, City()
    size: dict[str, int] = declared["scale"][scale]
    root = declared["root"]
    city.units[root["code"]] = organisation.put_unit(
        session, root["code"], name=root["name"], level=root["level"], actor=_NOBODY
    )
    builder = _Builder(session, city, declared, password_hash, at, must_change)
    for position, unit in enumerate(declared["fixed"]):
        builder.unit(unit["code"], unit["name"], unit["level"], root["code"], position, short=unit["short"])
        builder.posts(unit["code"], unit["posts"])
    for position, (name, short, section) in enumerate(declared["departments"][: size["departments"]]):
        code = f"dept{position + 1:02d}"
        city.sections[code] = section
        builder.unit(code, name, "department", root["code"], 100 + position, short=short)
        builder.posts(code, declared["posts"]["department"], section=section)
    villages = source.rows("villages.csv")
    for position, name in enumerate(declared["townships"][: size["townships"]]):
        code = f"town{position + 1:02d}"
        builder.unit(code, name, "township", root["code"], 300 + position)
        builder.posts(code, declared["posts"]["township"])
        own = [row for row in villages if row["code"].startswith(f"{code}-")]
        for place, row in enumerate(own[: size.get("villages", len(own))]):
            builder.unit(row["code"], name + row["name"], "village", code, place, short=row["name"])
            builder.posts(row["code"], declared["posts"]["village"])
    return city


@dataclass
class _Builder:
    session: Session
    city: City
    declared: dict[str, Any]
    password_hash: str
    at: datetime
    must_change: bool

    def unit(self, code: str, name: str, level: str, parent: str, position: int, *, short: str | None = None) -> None:
        unit = organisation.put_unit(
            self.session, code, name=name, short_name=short, level=level, parent=parent, position=position,
            actor=self.actor,
        )  # fmt: skip
        self.city.units[code] = unit
        self.city.below.setdefault(unit.parent_id or "", []).append(unit.id)

    def posts(self, code: str, posts: Iterable[Mapping[str, Any]], *, section: str = "") -> None:
        for entry in posts:
            name = entry["name"].format(section=section)
            grants = [tuple(grant) if isinstance(grant, list) else grant for grant in entry["grants"]]
            post = organisation.put_post(self.session, code, name, grants=grants, actor=self.actor)
            if "account" in entry:
                self._person(code, name, post.id, entry["account"].format(code=code), post.grants)

    def _person(self, code: str, name: str, post_id: str, login: str, grants: Iterable[tuple[str, str]]) -> None:
        user_id = str(uuid.uuid5(_PEOPLE, f"{code}/{name}"))
        organisation.hold_post(self.session, user_id, post_id, actor=self.actor)
        demo = {entry["unit"]: entry["login"] for entry in self.declared["demo"]}
        names = {entry["login"] for entry in self.declared["demo"]}
        chosen = login if login in names else demo.get(code, login) if login == code else login
        add_account(
            self.session, login=chosen, user_id=user_id, name=name, password_hash=self.password_hash, at=self.at,
            must_change=self.must_change,
        )  # fmt: skip
        self.city.people[user_id] = name
        for grant in grants:
            self.city.holders.setdefault(grant, user_id)

    @property
    def actor(self) -> Actor:
        return self.city.machine
