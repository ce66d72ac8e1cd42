"""A small token replay over PNML: whether a net can do a row of activities and come out at its final marking."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from lxml import etree

Marking = tuple[tuple[str, int], ...]
_NS = {"p": "http://www.pnml.org/version-2009/grammar/pnml"}
_MOST_TOKENS = 6  # At one place: nets that make tokens without end are looked at no further.
_MOST_MARKINGS = 50_000


@dataclass(frozen=True)
class Firing:
    """label: None where nobody sees it."""

    label: str | None
    takes: tuple[tuple[str, int], ...]
    puts: tuple[tuple[str, int], ...]


class TokenGame:
    """Read a net; `accepts` plays it."""

    def __init__(self, pnml: bytes) -> None:
        root = etree.fromstring(pnml)
        self.initial = {
            place.get("id", ""): int(place.findtext("p:initialMarking/p:text", "0", _NS))
            for place in root.iterfind(".//p:page/p:place", _NS)
        }
        final = root.iterfind(".//p:finalmarkings/p:marking/p:place", _NS)
        self.final = _marking({place.get("idref", ""): int(place.findtext("p:text", "0", _NS)) for place in final})
        arcs = [
            (arc.get("source", ""), arc.get("target", ""), int(arc.findtext("p:inscription/p:text", "1", _NS)))
            for arc in root.iterfind(".//p:arc", _NS)
        ]
        self.firings = []
        for each in root.iterfind(".//p:transition", _NS):
            silent = each.find("p:toolspecific[@activity='$invisible$']", _NS) is not None
            takes = tuple((source, count) for source, target, count in arcs if target == each.get("id"))
            puts = tuple((target, count) for source, target, count in arcs if source == each.get("id"))
            self.firings.append(Firing(None if silent else each.findtext("p:name/p:text", "", _NS), takes, puts))

    def accepts(self, labels: Sequence[str]) -> bool:
        """Say whether the net can do exactly these, one after the other, and end with nothing left over."""
        return self.final in self._played(labels)

    def reaches(self, labels: Sequence[str]) -> bool:
        """Say whether the net can do these, one after the other, whatever may come then."""
        return bool(self._played(labels))

    def _played(self, labels: Sequence[str]) -> set[Marking]:
        reached = self._quietly({_marking(self.initial)})
        for label in labels:
            reached = self._quietly({after for before in reached for after in self._after(before, label)})
        return reached

    def _quietly(self, markings: set[Marking]) -> set[Marking]:
        found, waiting = set(markings), list(markings)
        while waiting:
            for after in self._after(waiting.pop(), None):
                if after not in found:
                    found.add(after)
                    waiting.append(after)
            assert len(found) < _MOST_MARKINGS, "too many markings"
        return found

    def _after(self, marking: Marking, label: str | None) -> Iterable[Marking]:
        held = Counter(dict(marking))
        for firing in self.firings:
            if firing.label == label and all(held[place] >= count for place, count in firing.takes):
                after = Counter(held)
                after.subtract(dict(firing.takes))
                after.update(dict(firing.puts))
                if max(after.values()) <= _MOST_TOKENS:
                    yield _marking(after)


def _marking(tokens: dict[str, int]) -> Marking:
    return tuple(sorted((place, count) for place, count in tokens.items() if count))
