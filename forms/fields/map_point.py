"""A point on the map: latitude and longitude (WGS 84), typed or clicked on a plain outline; no tiles are fetched."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from forms.fields.base import Wrong
from forms.fields.number import read_number
from forms.fields.parts import Parts
from forms.fields.types import FieldType
from forms.html import tag
from forms.messages import word
from forms.uischema import option

if TYPE_CHECKING:
    from forms.scene import Scene
    from forms.spot import Spot

_WIDE, _HIGH = 360, 220
_DRAWN = tag(
    '<svg class="map-point" viewBox="0 0 {0} {1}" data-qc-point="{2}" aria-hidden="true">'
    '<rect width="{0}" height="{1}"/><path d="{3}"/>{4}</svg>'
)
_DOT = tag('<circle cx="{}" cy="{}" r="5"/>')


class MapPoint(Parts):
    """{lat, lng} in degrees; `30.123, 112.456` may be pasted into the first input.

    `ui:options.bounds` [west, south, east, north] draws the area, on which a script lets one click.
    """

    kind = "map-point"

    def asked(self) -> Sequence[str]:
        return word("latitude", self.scene.locale), word("longitude", self.scene.locale)

    def join(self, texts: Sequence[str]) -> Any:
        if "" in texts:
            texts = [part.strip() for part in texts[0].replace("，", ",").split(",")]
        lat, lng = (read_number(text) for text in texts) if len(texts) == 2 else (None, None)
        if lat is None or lng is None or not (-90 <= lat <= 90 and -180 <= lng <= 180):
            raise Wrong("map-point")
        return {"lat": lat, "lng": lng}

    def split(self, value: Any) -> Sequence[str]:
        return _texts(value)

    def input_params(self, index: int, text: str) -> dict[str, Any]:
        return {"type": "text", "inputmode": "decimal", "autocomplete": "off"}

    def control(self, attributes: dict[str, Any]) -> Markup:
        return super().control(attributes) + drawn(self.data, self.spot)

    @classmethod
    def text(cls, value: Any, spot: Spot, scene: Scene) -> str:
        return ", ".join(text for text in _texts(value) if text)

    @classmethod
    def display(cls, value: Any, spot: Spot, scene: Scene) -> Markup:
        return super().display(value, spot, scene) + (drawn(value, spot) if isinstance(value, Mapping) else Markup(""))


def drawn(value: Any, spot: Spot) -> Markup:
    """Draw the area with its grid and the point in it; nothing where the form names no area."""
    bounds = option(spot.ui, "bounds")
    if not isinstance(bounds, list) or len(bounds) != 4 or not all(isinstance(b, int | float) for b in bounds):
        return Markup("")
    west, south, east, north = bounds
    if not (west < east and south < north):
        return Markup("")
    grid = "".join(f"M{_WIDE * n // 6} 0V{_HIGH}" for n in range(1, 6))
    grid += "".join(f"M0 {_HIGH * n // 4}H{_WIDE}" for n in range(1, 4))
    dot = Markup("")
    lat, lng = (value.get("lat"), value.get("lng")) if isinstance(value, Mapping) else (None, None)
    if isinstance(lat, int | float) and isinstance(lng, int | float) and south <= lat <= north and west <= lng <= east:
        across, down = (lng - west) / (east - west) * _WIDE, (north - lat) / (north - south) * _HIGH
        dot = _DOT.format(f"{across:.1f}", f"{down:.1f}")
    return _DRAWN.format(_WIDE, _HIGH, ",".join(str(bound) for bound in bounds), grid, dot)


def _texts(value: Any) -> Sequence[str]:
    if not isinstance(value, Mapping):
        return ["", ""]
    return ["" if value.get(name) is None else str(value[name]) for name in ("lat", "lng")]


TYPES = (
    FieldType(
        "map-point", "地图位置", "Point on the map", "special", "geo-alt", MapPoint,
        {
            "type": "object",
            "properties": {
                "lat": {"type": "number", "minimum": -90, "maximum": 90},
                "lng": {"type": "number", "minimum": -180, "maximum": 180},
            },
            "required": ["lat", "lng"],
        },
        {"ui:widget": "map-point"},
        {"bounds": {"type": "array", "items": {"type": "number"}, "minItems": 4, "maxItems": 4, "title": "西南东北"}},
        widgets=("map-point",), on=("object",),
    ),
)  # fmt: skip
