"""A process whose form has one field of every type of the catalogue, in tabs, as a department may start it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from engine import packs
from engine.store.base import writing
from forms.fields import TYPES
from forms.fields.types import GROUPS
from tests.build import SYSTEM

_DRAWN = Path(__file__).parents[1] / "webapp/naughty/hostile.bpmn"
_OPTIONS: dict[str, dict[str, Any]] = {
    "map-point": {"bounds": [111, 30, 114, 33]},
    "table": {"layout": "table", "fill": True, "rows": 2},
    "deadline": {"least": 5, "most": 30},
    "dictionary": {"dictionary": "support_kinds", "style": "radio"},
    "register": {"register": "matters"},
}


def publish(database: Engine, folder: Path) -> None:
    """Write the files of the process and publish them."""
    folder.mkdir()
    fields = [each for each in TYPES if each.key not in ("tabs", "steps")]
    ui: dict[str, Any] = {each.key: dict(each.ui) for each in fields}
    for key, options in _OPTIONS.items():
        ui[key]["ui:options"] = options
    ui["ui:options"] = {"groups": "tabs"}
    ui["qc:groups"] = [
        {"title": zh, "fields": [each.key for each in fields if each.group == group]}
        for group, (zh, _) in GROUPS.items()
    ]
    ui["qc:official"] = {"tableNumber": "样减1表", "validUntil": "2099-12-31"}
    schema = {
        "type": "object",
        "title": "样表",
        "required": ["text", "region", "signature"],
        "properties": {each.key: {"title": each.zh, **each.schema} for each in fields},
    }
    (folder / "hostile.bpmn").write_text(_DRAWN.read_text("utf-8"), "utf-8")
    (folder / "hostile.schema.json").write_text(json.dumps(schema), "utf-8")
    (folder / "hostile.ui.json").write_text(json.dumps(ui), "utf-8")
    with Session(database) as session, writing(session):
        packs.import_pack(session, folder, folder, actor=SYSTEM)
