"""卡片: the working copy of a process as cards from top to bottom; saved and checked where the diagram is."""

from __future__ import annotations

from flask import Blueprint, url_for

from webapp import card_words
from webapp.access import rule
from webapp.pages.process_designs import designers, opened
from webapp.shell import render

blueprint = Blueprint("card_designs", __name__)


@blueprint.get("/studio/processes/<key>/cards")
@rule(designers)
def draw(key: str) -> str:
    """Show one working copy as cards."""
    design, upcoming, data = opened(key)
    data["words"] |= card_words.words()
    data["diagram"] = url_for("process_designs.draw", key=key)
    return render("process_designs/cards.html", design=design, data=data, next=upcoming)
