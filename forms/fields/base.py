"""What all field types share: a WTForms field bound to one place of a form.

A type says how a value is shown in its input (`shown`), how what was typed becomes a value (`parse`), and how it
reads where it cannot be changed (`text`). `typed` is kept exactly as it came, for the page that is shown again.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, ClassVar, Self

import wtforms
from markupsafe import Markup, escape

from forms.absent import ABSENT as ABSENT
from forms.absent import Raw as Raw
from forms.html import tag
from forms.messages import word
from forms.uischema import text_option

if TYPE_CHECKING:
    from forms.scene import Scene
    from forms.spot import Spot

Schema = dict[str, Any]


class Wrong(ValueError):
    """What was typed cannot become a value; `args[0]` carries the message code and its fields for WTForms."""

    def __init__(self, code: str, **fields: object) -> None:
        super().__init__((code, fields))
        self.said: tuple[str, dict[str, Any]] = (code, fields)


class Entry(wtforms.Field):
    """Base of every field type; one instance is one input (or one group of inputs) on one page.

    grouped: several inputs under one legend. ask: code of the message for a missing value.
    bare: printed without label, hint or message (hidden values, notices). narrow: a short input.
    tall: too large for the cell of a table. figure: aligned right in tables.
    """

    kind: ClassVar[str] = ""
    grouped: ClassVar[bool] = False
    bare: ClassVar[bool] = False
    ask: ClassVar[str] = "required"
    narrow: ClassVar[bool] = False
    tall: ClassVar[bool] = False
    figure: ClassVar[bool] = False
    max_chars: ClassVar[int] = 1_000_000

    def __init__(self, label: str | None = None, *, spot: Spot, scene: Scene, **kwargs: Any) -> None:
        self.spot = spot
        self.scene = scene
        self.typed: Any = ABSENT
        super().__init__(label, **kwargs)

    @classmethod
    def reader(cls, spot: Spot, scene: Scene, name: str) -> Self:
        """Make one that reads what was posted and is never printed: nothing of WTForms' own is set up."""
        entry = object.__new__(cls)
        entry.spot, entry.scene, entry.name = spot, scene, name
        entry.data, entry.typed = None, ABSENT
        return entry

    def take(self, valuelist: Sequence[Any], held: Any) -> tuple[str, dict[str, Any]] | None:
        """Read what was posted over the value held; answers the message code and fields of what is wrong with it."""
        self.object_data = held
        self.process_data(held)
        try:
            self.process_formdata(valuelist)
        except Wrong as wrong:
            return wrong.said
        except ValueError:
            return "invalid", {}
        return None

    def process_data(self, value: Any) -> None:
        """Take a stored value, or what was typed last time."""
        self.data = value
        self.typed = value

    def process_formdata(self, valuelist: Sequence[Any]) -> None:
        """Take what was posted; an input that is not there at all leaves nothing."""
        if not valuelist:
            self.data = self.typed = ABSENT
            return
        raw = str(valuelist[0])
        self.typed = Raw(raw)
        self.data = ABSENT
        if len(raw) > self.max_chars:
            raise Wrong("too-large", limit=self.max_chars)
        if not is_text(raw):
            self.typed = Raw(raw.encode("utf-8", "replace").decode())
            raise Wrong("invalid")
        self.data = self.parse(raw)

    def parse(self, raw: str) -> Any:
        """Turn text into a value, ABSENT when nothing was typed; raises Wrong."""
        return raw if raw.strip() else ABSENT

    def _value(self) -> str:
        """Give WTForms' widgets the text of the input."""
        return self.shown(self.data)

    def shown(self, value: Any) -> str:
        """Write a value as the text of its input; what was typed wrongly comes as it is."""
        return "" if value is None or value is ABSENT else str(value)

    def unit(self) -> str:
        """Name the unit of measure that stands after the input."""
        return text_option(self.spot.ui, "suffix") or ""

    def hint(self) -> str:
        """Say what the type itself has to say about filling it in."""
        return ""

    def control(self, attributes: dict[str, Any]) -> Markup:
        """Print the input; attributes carry class, id and the aria names."""
        return Markup(self(**attributes))  # noqa: S704 - WTForms widgets escape

    @classmethod
    def text(cls, value: Any, spot: Spot, scene: Scene) -> str:
        """Write a value for reading."""
        return "" if value is None else str(value)

    @classmethod
    def display(cls, value: Any, spot: Spot, scene: Scene) -> Markup:
        """Print a value for reading; lines stay lines."""
        text = cls.text(value, spot, scene)
        if not text:
            return tag('<span class="muted">{}</span>').format(word("empty", scene.locale))
        return Markup("<br>").join(escape(line) for line in text.split("\n"))


def is_text(raw: str) -> bool:
    """Tell whether text can be stored: half a surrogate pair is no character."""
    try:
        raw.encode()
    except UnicodeEncodeError:
        return False
    return True


def number_bounds(schema: Schema) -> dict[str, Any]:
    """Collect the `min` and `max` attributes of a number input."""
    found: dict[str, Any] = {}
    for keyword, attribute in (("minimum", "min"), ("maximum", "max")):
        bound = schema.get(keyword)
        if isinstance(bound, int | float) and not isinstance(bound, bool):
            found[attribute] = bound
    return found
