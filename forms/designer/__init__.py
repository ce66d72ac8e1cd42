"""What a form designer needs to know about a form: its places, what changed, what is asked twice, what Excel holds.

Pure: JSON in, JSON or plain data out. Drawing, storing and publishing are the caller's.
"""

from __future__ import annotations

from forms.designer.burden import Alike, Known, alike
from forms.designer.compare import Change, compare
from forms.designer.lookups import Source, fill_from, sources
from forms.designer.outline import Item, outline
from forms.designer.sheet import Column, NoTable, columns_of, form_of
from forms.designer.templates import begin, templates

__all__ = [
    "Alike", "Change", "Column", "Item", "Known", "NoTable", "Source", "alike", "begin", "columns_of", "compare",
    "fill_from", "form_of", "outline", "sources", "templates",
]  # fmt: skip
