"""What has no input of its own: JSON in a text box, checked like everything else."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from forms import html as widgets
from forms.fields.base import ABSENT, Entry, Raw, Wrong, is_text
from forms.fields.types import FieldType
from forms.html import tag
from forms.messages import word

if TYPE_CHECKING:
    from forms.scene import Scene
    from forms.spot import Spot

_DEEPEST = 100


class JsonBox(Entry):
    """A text area for any JSON value; plain words are taken as text where text is allowed."""

    kind = "json"
    tall = True
    widget: Any = widgets.TextArea()

    def process_formdata(self, valuelist: Sequence[Any]) -> None:
        super().process_formdata([str(raw).replace("\r\n", "\n") for raw in valuelist[:1]])

    def parse(self, raw: str) -> Any:
        if not raw.strip():
            return ABSENT
        try:
            value = json.loads(raw, parse_constant=_refuse)
        except RecursionError:
            raise Wrong("invalid") from None
        except json.JSONDecodeError as error:
            if self._takes_words() and raw.lstrip()[:1] not in '{["':
                return raw
            raise Wrong("json", line=error.lineno, column=error.colno) from None
        if _depth(value) > _DEEPEST or not is_text(json.dumps(value, ensure_ascii=False)):
            raise Wrong("invalid")
        self.typed = value
        return value

    def shown(self, value: Any) -> str:
        if value is None or value is ABSENT:
            return ""
        if isinstance(value, Raw) or (isinstance(value, str) and self._takes_words()):
            return value
        return written(value, indent=2)

    def hint(self) -> str:
        return word("json-hint", self.scene.locale)

    def control(self, attributes: dict[str, Any]) -> Markup:
        classes = f"{attributes.pop('class_', '')} mono"
        return Markup(self(**attributes, class_=classes, rows=4, spellcheck="false"))  # noqa: S704 - the widget escapes

    def _takes_words(self) -> bool:
        kinds = self.spot.schema.get("type")
        return isinstance(kinds, list) and "string" in kinds

    @classmethod
    def text(cls, value: Any, spot: Spot, scene: Scene) -> str:
        if value is None or isinstance(value, str):
            return value or ""
        return written(value)

    @classmethod
    def display(cls, value: Any, spot: Spot, scene: Scene) -> Markup:
        if isinstance(value, dict | list) and value:
            return tag('<pre class="mono mb-0">{}</pre>').format(written(value, indent=2))
        return super().display(value, spot, scene)


def written(value: Any, *, indent: int | None = None) -> str:
    """Write a value as JSON; one that is nested without end reads as dots."""
    try:
        return json.dumps(value, ensure_ascii=False, indent=indent, default=str)
    except (RecursionError, ValueError):
        return "…"


def _refuse(name: str) -> Any:
    raise Wrong("json-number")


def _depth(value: Any) -> int:
    deepest, waiting = 0, [(value, 1)]
    while waiting:
        part, depth = waiting.pop()
        deepest = max(deepest, depth)
        if isinstance(part, dict):
            waiting += [(inner, depth + 1) for inner in part.values()]
        elif isinstance(part, list):
            waiting += [(inner, depth + 1) for inner in part]
    return deepest


TYPES = (FieldType("json", "JSON", "JSON", "special", "braces", JsonBox, {}, {"ui:widget": "json"}, widgets=("json",)),)
