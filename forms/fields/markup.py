"""The few elements rich text may hold, and nothing else: no scripts, styles, pictures, forms or foreign addresses."""

from __future__ import annotations

import re
from html import escape
from html.parser import HTMLParser

_BLOCKS = ("p", "h3", "h4", "ul", "ol", "li", "blockquote", "table", "thead", "tbody", "tr", "th", "td")
_INLINE = ("b", "strong", "i", "em", "u", "s", "sub", "sup", "a")
_VOID = ("br", "hr")
_KEPT = frozenset((*_BLOCKS, *_INLINE, *_VOID))
_SAME = {"h1": "h3", "h2": "h3", "h5": "h4", "h6": "h4", "div": "p", "del": "s", "strike": "s"}
# What stands inside these is no text for people.
_DROPPED = frozenset(
    ("script", "style", "template", "iframe", "object", "svg", "math", "noscript", "title", "textarea")
)
_SPANS = ("colspan", "rowspan")
_SPAN = re.compile(r"[1-9][0-9]?")
_ADDRESS = re.compile(r"(https?://|mailto:)[^\s]*", re.IGNORECASE)
_ELEMENT = re.compile(rf"</?({'|'.join((*_KEPT, *_SAME))})(\s[^<>]*)?/?>", re.IGNORECASE)
_DEEPEST = 40
_LINES = re.compile(r"</(p|h3|h4|li|tr|blockquote)>|<br>|<hr>")


def has_elements(text: str) -> bool:
    """Tell whether a text is markup rather than plain lines."""
    return _ELEMENT.search(text) is not None


def sanitise(text: str) -> str:
    """Keep the text and the known elements, closed and nested rightly; everything else goes."""
    reader = _Reader()
    reader.feed(text)
    reader.close()
    reader.end_all()
    return "".join(reader.out)


def of_lines(text: str) -> str:
    """Write plain lines as paragraphs."""
    return "".join(f"<p>{escape(line, quote=False)}</p>" for line in text.split("\n"))


def lines_of(value: str) -> str:
    """Write what is only paragraphs as plain lines again; other markup stays as it is."""
    inner = value.removeprefix("<p>").removesuffix("</p>").replace("</p><p>", "\n")
    if value.startswith("<p>") and value.endswith("</p>") and "<" not in inner:
        plain_lines = unescape(inner)
        # Plain lines that look like markup would be read as markup the next time.
        return value if has_elements(plain_lines) else plain_lines
    return value


def plain(value: str) -> str:
    """Write rich text as lines without markup."""
    text = _LINES.sub("\n", sanitise(value))
    return unescape(re.sub(r"<[^<>]*>", "", text)).strip("\n")


def unescape(text: str) -> str:
    """Undo `escape` and nothing more."""
    for escaped, char in (("&lt;", "<"), ("&gt;", ">"), ("&quot;", '"'), ("&#x27;", "'"), ("&amp;", "&")):
        text = text.replace(escaped, char)
    return text


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.out: list[str] = []
        self._open: list[str] = []
        self._dropped: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _DROPPED or self._dropped:
            if tag in _DROPPED:
                self._dropped.append(tag)
            return
        name = _SAME.get(tag, tag)
        if name not in _KEPT or len(self._open) >= _DEEPEST:
            return
        if name == "p" and "p" in self._open:
            self._close("p")
        self.out.append(f"<{name}{_attributes(name, attrs)}>")
        if name not in _VOID:
            self._open.append(name)

    def handle_endtag(self, tag: str) -> None:
        if self._dropped:
            if tag == self._dropped[-1]:
                self._dropped.pop()
            return
        name = _SAME.get(tag, tag)
        if name in self._open:
            self._close(name)

    def handle_data(self, data: str) -> None:
        if not self._dropped:
            self.out.append(escape(data, quote=False))

    def end_all(self) -> None:
        """Close what is still open."""
        while self._open:
            self.out.append(f"</{self._open.pop()}>")

    def _close(self, name: str) -> None:
        while self._open:
            last = self._open.pop()
            self.out.append(f"</{last}>")
            if last == name:
                return


def _attributes(name: str, attrs: list[tuple[str, str | None]]) -> str:
    found = dict(attrs)
    if name == "a":
        address = (found.get("href") or "").strip()
        if _ADDRESS.fullmatch(address):
            return f' href="{escape(address)}" rel="noopener noreferrer nofollow"'
    if name in ("td", "th"):
        spans = [(key, found.get(key) or "") for key in _SPANS]
        return "".join(f' {key}="{number}"' for key, number in spans if _SPAN.fullmatch(number))
    return ""
