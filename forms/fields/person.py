"""A person or a post of the organisation, picked from those the port offers; the value is its id."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from forms.fields.types import FieldType
from forms.fields.unit import SCOPES, Offered, Unit
from forms.messages import word
from forms.uischema import text_option

if TYPE_CHECKING:
    from forms.scene import Scene
    from forms.spot import Spot


class Person(Unit):
    """A select grouped by unit; `ui:options` {scope, role, multiple}. A person is named by post, not by name."""

    kind = "person"
    port: ClassVar[str] = "people"
    wrong: ClassVar[str] = "person-unknown"

    def offered(self) -> list[Offered]:
        ask = getattr(self.scene.ports, self.port, None)
        found: list[Offered] = []
        if ask is not None:
            found = ask(text_option(self.spot.ui, "scope"), text_option(self.spot.ui, "role"))
        return found

    @classmethod
    def text(cls, value: Any, spot: Spot, scene: Scene) -> str:
        label = getattr(scene.ports, f"{cls.kind}_label", None)
        ids = value if isinstance(value, list) else [] if value is None else [value]
        return word("and", scene.locale).join((label(str(i)) if label is not None else None) or str(i) for i in ids)


class Post(Person):
    """The same for posts: whoever holds the post at the time is meant."""

    kind = "post"
    port: ClassVar[str] = "posts"
    wrong: ClassVar[str] = "post-unknown"


_ROLE = {**SCOPES, "role": {"type": "string", "title": "角色"}}
TYPES = (
    FieldType("person", "人员", "Person", "people", "person", Person, {"type": "string"}, {"ui:widget": "person"},
              _ROLE, widgets=("person",)),
    FieldType("post", "岗位", "Post", "people", "people", Post, {"type": "string"}, {"ui:widget": "post"}, _ROLE,
              widgets=("post",)),
)  # fmt: skip
