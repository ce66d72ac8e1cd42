"""Choose which cases to play: a plan, a story, a department and a day for each, the same for the same end day."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from typing import Any

from webapp.seeding.organisation import City
from webapp.seeding.source import Source

_PER_TOWNSHIP = 2


@dataclass
class Scripted:
    """One case to play: how it goes, what it is about, who starts it and when. given: what answers read as `seed`."""

    plan: Mapping[str, Any]
    story: Mapping[str, Any]
    complaint: Mapping[str, Any]
    starter: tuple[str, str]
    starts_at: datetime
    random: Random
    given: dict[str, Any] = field(default_factory=dict)
    turns: dict[str, int] = field(default_factory=dict)
    root_id: str = ""

    @property
    def stops(self) -> set[str]:
        return set(self.plan.get("stop", ()))


def cast(source: Source, city: City, *, scale: str, until: datetime) -> list[Scripted]:
    """Return the cases of a scale, in the order they start."""
    director = _Director(source, city, until, Random(f"{source.pack}/{scale}"))  # noqa: S311 - the same every time
    wanted: dict[str, Any] = source.plans["scale"][scale]
    chosen = list(director.listed(wanted["case"]) if "case" in wanted else director.drawn(wanted))
    return sorted(chosen, key=lambda case: case.starts_at)


class _Director:
    def __init__(self, source: Source, city: City, until: datetime, random: Random) -> None:
        self.city, self.until, self.random = city, until, random
        self.plans = {plan["key"]: plan for plan in source.plans["plan"]}
        self.complaints = source.stories["complaint"]
        rows = {row["item"]: row for row in source.rows("matters.csv")}
        stories = [_with_matter(story, rows.get(story["matter"])) for story in source.stories["story"]]
        self.stories = {story["key"]: story for story in stories}
        self.days = int(source.settings["months"] * 30.4)

    def listed(self, cases: Sequence[Mapping[str, Any]]) -> Iterator[Scripted]:
        """Take the cases that are named one by one."""
        for case in cases:
            own = {key: case[key] for key in ("stop", "answers", "hours") if key in case}
            plan = {**self.plans[case["plan"]], **own}
            story = self.stories.get(case.get("story", ""), {})
            complaint = self.complaints[case.get("complaint", 0)]
            yield self.script(plan, story, complaint, case, self.at(case["days_ago"]))

    def drawn(self, wanted: Mapping[str, int]) -> Iterator[Scripted]:
        """Draw plans by their weight of the year, spread over the months; and stories that fit plan and season."""
        for plan, starts_at in self.spread("ticket", wanted["tickets"]):
            yield self.script(plan, self.story(plan, starts_at.month), {}, {}, starts_at)
        for number, (plan, starts_at) in enumerate(self.spread("complaint", wanted["complaints"])):
            complaint = self.complaints[number % len(self.complaints)]
            yield self.script(plan, {}, complaint, {}, starts_at)

    def spread(self, process: str, count: int) -> Iterator[tuple[Mapping[str, Any], datetime]]:
        """Deal out the plans of a process over both years, at even distances unless a plan says how old it is."""
        own = [plan for plan in self.plans.values() if plan["process"] == process]
        plans = [*self.shares(own, 0, count // 2), *self.shares(own, 1, count - count // 2)]
        for number, plan in enumerate(plans):
            days_ago = self.days * (count - number - 0.5) / count
            yield plan, self.at(self.random.uniform(*plan["age"]) if "age" in plan else days_ago)

    def shares(self, plans: Sequence[Mapping[str, Any]], year: int, count: int) -> list[Mapping[str, Any]]:
        """Deal out a year's cases by weight, every plan that has any at least once, in no order."""
        dealt = [plan for plan in plans if plan["weight"][year]]
        weights = [plan["weight"][year] for plan in dealt]
        dealt += self.random.choices(dealt, weights, k=count - len(dealt))
        self.random.shuffle(dealt)
        return dealt

    def story(self, plan: Mapping[str, Any], month: int) -> Mapping[str, Any]:
        """Draw a story of the plan's lists, one of the season where there is one."""
        named = plan.get("stories")
        fits = [
            story
            for story in self.stories.values()
            if (story["key"] in named if named else story["list"] in plan["lists"])
        ]
        return self.random.choice([story for story in fits if month in story["months"]] or fits)

    def at(self, days_ago: float) -> datetime:
        """Return a moment in office hours that many days before the end."""
        day = self.until - timedelta(days=days_ago)
        local = day.replace(hour=1, minute=0, second=0, microsecond=0)
        moment = local + timedelta(minutes=self.random.randint(0, 480))
        return min(moment, self.until - timedelta(minutes=30))

    def script(
        self,
        plan: Mapping[str, Any],
        story: Mapping[str, Any],
        complaint: Mapping[str, Any],
        wanted: Mapping[str, Any],
        at: datetime,
    ) -> Scripted:
        """Settle who starts the case and what its answers read.

        wanted: the codes of department, starter, targets and villages, where they are not left to chance.
        """
        code = self.present(wanted.get("department") or story.get("department") or "dept01")
        if plan["process"] == "complaint":
            starter = (wanted.get("starter") or self.random.choice(self.city.codes("village")), "village_clerk")
        else:
            starter = (code, "clerk")
        given = self.given(code, complaint, wanted)
        return Scripted(plan, story, complaint, starter, at, Random(self.random.random()), given)  # noqa: S311

    def given(self, code: str, complaint: Mapping[str, Any], wanted: Mapping[str, Any]) -> dict[str, Any]:
        """Draw the townships, villages and departments a case has to do with."""
        ids = {code: unit.id for code, unit in self.city.units.items()}
        townships = self.city.codes("township")
        drawn = sorted(self.random.sample(townships, self.random.choice([1, 1, 2, 2, 3])))
        targets = wanted.get("targets", drawn)
        others = [other for other in self.city.codes("department", "dept") if other != code]
        asked = self.random.random() < 0.5 or "villages" in wanted
        villages = [village for township in targets for village in self.some(self.city.below[ids[township]])]
        if "villages" in wanted:
            villages = [ids[village] for village in wanted["villages"]]
        return {
            "section": self.city.sections.get(code, "办公室"),
            "targets": [ids[township] for township in targets],
            "villages": villages if asked else [],
            "village_count": len(villages),
            "per_township": _PER_TOWNSHIP,
            "consulted": [ids[t] for t in sorted(self.random.sample(townships, min(3, len(townships))))],
            "departments": [ids[other] for other in self.random.sample(others, 2)],
            "accused": ids[self.present(complaint["accused"])] if complaint else None,
        }

    def some(self, villages: Sequence[str]) -> list[str]:
        """Draw the villages of a township that are asked."""
        return sorted(self.random.sample(villages, min(_PER_TOWNSHIP, len(villages))))

    def present(self, code: str) -> str:
        """Return the department, or one that exists at this scale."""
        known = self.city.codes("department", "dept")
        return code if code in known else known[int(code.removeprefix("dept")) % len(known)]


def _with_matter(story: Mapping[str, Any], row: Mapping[str, str] | None) -> dict[str, Any]:
    return {**story, "matter_code": row["code"] if row else None, "list": row["list"] if row else "清单外"}
