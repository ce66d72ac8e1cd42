"""What a decision model imports: found among the published decisions by namespace, the newest version of each.

A case pins what was found when it starts; a new version of an imported model is checked with all that import it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from engine import checking
from engine.canonical import parse
from engine.checking import Error, error
from engine.store import artifacts, publications
from engine.store.base import Session


@dataclass(frozen=True, slots=True)
class Model:
    """One published decision file in force: its namespace and those it imports."""

    id: str
    key: str
    name: str
    namespace: str
    imports: tuple[str, ...]


def published(session: Session) -> dict[str, Model]:
    """Return namespace -> the decision file published last under it."""
    rows = sorted(publications.newest_of_each(session, "decision"), key=lambda row: (row.published_at, row.id))
    models = [_model(row) for row in rows]
    return {model.namespace: model for model in models if model.namespace}


def closure(known: dict[str, Model], namespaces: Iterable[str]) -> list[Model]:
    """Return the models behind these namespaces and all they import in turn; unknown ones are left out."""
    found: dict[str, Model] = {}
    waiting = list(namespaces)
    while waiting:
        namespace = waiting.pop(0)
        model = known.get(namespace)
        if model is not None and namespace not in found:
            found[namespace] = model
            waiting += model.imports
    return list(found.values())


def pinned(session: Session, decisions: dict[str, str]) -> dict[str, list[str]]:
    """Return decision key -> the ids of the versions it imports now; decisions: key -> artifact id. One statement."""
    if not decisions:
        return {}
    rows = publications.newest_of_each(session, "decision")
    mine = {row.key: _model(row) for row in rows if row.key in decisions}
    if not any(model.imports for model in mine.values()):
        return {}
    known = published(session)
    return {key: [one.id for one in closure(known, model.imports)] for key, model in mine.items() if model.imports}


def models_for(session: Session, content: bytes) -> tuple[bytes, ...]:
    """Return the published files a model imports, however deep, as bytes."""
    _, wanted = checking.namespaces(content)
    return _bodies(session, closure(published(session), wanted)) if wanted else ()


def broken_importers(session: Session, key: str, content: bytes) -> list[Error]:
    """Say which published decisions would be wrong with this new version of what they import."""
    namespace, _ = checking.namespaces(content)
    known = published(session)
    if not namespace or namespace not in known:
        return []
    errors: list[Error] = []
    for row in publications.newest_of_each(session, "decision"):
        importer = _model(row)
        others = closure(known, importer.imports)
        if importer.key == key or namespace not in {one.namespace for one in others}:
            continue
        models = _bodies(session, [one for one in others if one.namespace != namespace])
        (own,) = _bodies(session, [importer])
        wrong = checking.check("decision", importer.key, own, models=(content, *models)).errors
        if wrong:
            why = f"决策“{importer.name}”引入了这个模型，换成这一版它就不对了：{wrong[0]['message']}"
            errors.append(error("breaks-importer", why, element_id=importer.key))
    return errors


def ranks(files: dict[str, tuple[str, list[str]]]) -> dict[str, int]:
    """Say in which turn each decision file of a pack is published: after all those it imports."""
    turns = dict.fromkeys(files, 0)
    at = {namespace: key for key, (namespace, _) in files.items()}
    for _turn in files:  # A chain is no longer than there are files; a circle ends here and is refused as missing.
        for key, (_, wanted) in files.items():
            turns[key] = max([turns[key], *(turns[at[one]] + 1 for one in wanted if one in at)])
    return turns


def _bodies(session: Session, models: list[Model]) -> tuple[bytes, ...]:
    by_id = {found[0]: found[4] for found in artifacts.bodies(session, [model.id for model in models])}
    return tuple(by_id[model.id] for model in models)


def _model(row: Any) -> Model:
    meta = parse(row.meta)
    return Model(row.id, row.key, row.name, meta.get("namespace", ""), tuple(meta.get("imports", ())))
