"""Print the groups of a form as tabs or as steps; without a script tabs are headings with links to them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from markupsafe import Markup

from forms import steps
from forms.html import tag
from forms.marks import EMPTY, join
from forms.messages import word
from forms.spot import Spot
from forms.steps import Group

if TYPE_CHECKING:
    from forms.layout import Page

Pages = Sequence[tuple[Group, list[Spot]]]
_TAB = tag('<a href="#{}" data-qc-tab>{}{}</a>')
_WRONG = tag(' <span class="chip t-red">{}</span>')
_TABS = tag('<nav class="tabs" aria-label="{}" data-qc-tabs>{}</nav>')
_MARK = tag("<li{}{}><b>{}</b></li>")
_STEPS = tag('<ol class="steps" aria-label="{}">{}</ol><input type="hidden" name="{}" value="{}">')
_PANEL = tag(
    '<section class="panel" id="{0}" tabindex="-1" aria-labelledby="{0}--t" data-qc-page data-qc-group="{4}"{1}>'
    '<header><h2 id="{0}--t">{2}</h2></header><div class="body stack">{3}</div></section>'
)
_GO = tag('<button class="btn {}" name="_step:{}" value="1" formnovalidate>{}</button>')
_NAV = tag('<div class="d-flex flex-wrap gap-2" data-qc-steps{}>{}</div>')


def tabs(page: Page, pages: Pages) -> list[Markup]:
    """Print a bar of links and the panels they lead to."""
    links = []
    for group, members in pages:
        wrong = sum(len(page.below(member)) for member in members)
        links.append(_TAB.format(_own(page, group), group.title, _WRONG.format(wrong) if wrong else EMPTY))
    bar = _TABS.format(word("tabs", page.scene.locale), join(links))
    return [bar, *(_panel(page, group, members, hidden=False) for group, members in pages)]


def wizard(page: Page, pages: Pages, now: int) -> list[Markup]:
    """Print where one is, the panel of that step, those of the others unseen, and the ways on and back."""
    locale = page.scene.locale
    marks = []
    for index, (group, _) in enumerate(pages):
        kind = Markup(' class="done"') if index < now else Markup(' class="now"') if index == now else EMPTY
        current = Markup(' aria-current="step"') if index == now else EMPTY
        marks.append(_MARK.format(kind, current, group.title))
    bar = _STEPS.format(
        word("step", locale, n=now + 1, all=len(pages)), join(marks), f"{page.scene.prefix}{steps.STEP}", now
    )
    buttons = []
    if now > 0:
        buttons.append(_GO.format("btn-plain", now - 1, word("back", locale, title=pages[now - 1][0].title)))
    if now + 1 < len(pages):
        buttons.append(_GO.format("btn-primary", now + 1, word("next", locale, title=pages[now + 1][0].title)))
    more = Markup(" data-qc-more") if now + 1 < len(pages) else EMPTY
    panels = [_panel(page, group, members, hidden=index != now) for index, (group, members) in enumerate(pages)]
    return [bar, *panels, _NAV.format(more, join(buttons))]


def _panel(page: Page, group: Group, members: Sequence[Spot], *, hidden: bool) -> Markup:
    page.inner.update(member.path for member in members)
    state = Markup(" hidden") if hidden else EMPTY
    return _PANEL.format(_own(page, group), state, group.title, page.run(members), group.number)


def _own(page: Page, group: Group) -> str:
    return f"{page.scene.prefix}--g{group.number}"
