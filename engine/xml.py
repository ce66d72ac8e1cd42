"""Read a file of unknown origin as XML, or say why not: no DTD, no entity, no network, bounded in every way."""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable
from typing import Any

from lxml import etree

MAX_BYTES = 12 * 1024 * 1024
MAX_DEPTH = 120
MAX_NODES = 150_000
_CHUNK = 64 * 1024

_MARKS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
_DECLARED = re.compile(rb"""^\s*<\?xml[^>]*?encoding\s*=\s*["']([A-Za-z0-9._-]+)["']""")
_DECLARATION = re.compile(r"^\s*<\?xml[^>]*\?>")
_ENCODING = re.compile(r"""\s+encoding\s*=\s*(?:"[^"]*"|'[^']*')""")
_HAN = re.compile(r"[\u4e00-\u9fff]")
_NOT_BLANK = re.compile(r"\S")
_CHINESE = {"gb2312": "gb18030", "gbk": "gb18030", "gb18030": "gb18030", "cp936": "gb18030"}


class Unreadable(Exception):
    """The bytes are no XML we read: `code`, `line` and a Chinese `message` for the report."""

    def __init__(self, code: str, message: str, line: int | None = None) -> None:
        super().__init__(message)
        self.code = code
        self.line = line


def read_xml(content: bytes, note: Callable[[str, str], None] | None = None) -> Any:
    """Return the lxml root element of `content`; raise `Unreadable` quickly for anything hostile or broken.

    note(what, why) is told when the text is read in another encoding than the file says.
    """
    if len(content) > MAX_BYTES:
        raise Unreadable("too-large", f"文件超过 {MAX_BYTES // 1024 // 1024} MB，请拆成几个文件再上传")
    text, other = _decoded(content)
    if other is not None and note is not None:
        note(f"按 {other} 编码读", "文件写明的编码和实际的不一样")
    if not text.strip():
        raise Unreadable("not-xml", "文件是空的，请上传 BPMN 或 DMN（XML）文件")
    at = _declaration_at(text)
    if at is not None:
        why = "文件里有 DOCTYPE 或实体声明，不接受；请用设计器重新导出"
        raise Unreadable("dtd", why, text.count("\n", 0, at) + 1)
    root, faults = _parse(text)
    if faults and note is not None:
        note("前缀和命名空间照字面读", f"命名空间写得不对：{faults[0]}")
    return root


def decode_xml(content: bytes) -> str:
    """Return the document as text by its mark or declaration (UTF-8, UTF-16, GB18030 …); raise `Unreadable`."""
    return _decoded(content)[0]


def rewritten(content: bytes) -> str:
    """Return the document as text that may be written as UTF-8: its declaration names no other encoding any more."""
    text = decode_xml(content)
    said = _DECLARATION.match(text)
    return text if said is None else _ENCODING.sub("", said.group(0)) + text[said.end() :]


def _decoded(content: bytes) -> tuple[str, str | None]:
    """Return the text, and its encoding where that is another than the file says."""
    encoding, skip = _said(content)
    bare = content[skip:]
    if encoding.replace("_", "-").startswith(("utf-16", "utf16", "ucs-2", "unicode")) and bare.lstrip()[:2] == b"<?":
        # Written from a text in memory, whose declaration nobody corrected: a UTF-16 file would hold zeros.
        return _decode(bare, "utf-8"), "utf-8"
    try:
        return _decode(bare, encoding), None
    except Unreadable:
        if encoding != "utf-8" or b"\0" in bare:
            raise
        text = _chinese(bare)
        if text is None:
            raise
        return text, "gb18030"


def _said(content: bytes) -> tuple[str, int]:
    """Return the encoding a mark, the first bytes or the declaration tell, and how long the mark is."""
    for mark, name in _MARKS:
        if content.startswith(mark):
            return name, len(mark)
    if content.startswith(b"<\x00"):
        return "utf-16-le", 0
    if content.startswith(b"\x00<"):
        return "utf-16-be", 0
    declared = _DECLARED.match(content[:200])
    if declared is None:
        return "utf-8", 0
    name = declared.group(1).decode("ascii").lower()
    name = _CHINESE.get(name, name)
    return ("utf-8" if name in ("utf8", "utf_8") else name), 0


def _decode(content: bytes, encoding: str) -> str:
    try:
        codecs.lookup(encoding)
        return content.decode(encoding)
    except (UnicodeDecodeError, LookupError, ValueError) as why:
        raise Unreadable("encoding", f"文件的编码（{encoding}）读不出来，请另存为 UTF-8", 1) from why


def _chinese(content: bytes) -> str | None:
    """Read what is not the UTF-8 it says it is as GB18030, if that gives Chinese: editors here save so unasked."""
    try:
        text = content.decode("gb18030")
    except UnicodeDecodeError:
        return None
    return text if _HAN.search(text) else None


def _declaration_at(text: str) -> int | None:
    """Find a document type before the root element, past comments and processing instructions."""
    at = 0
    while (found := _NOT_BLANK.search(text, at)) is not None:
        at = found.start()
        if text.startswith("<!--", at) or text.startswith("<?", at):
            close = "-->" if text.startswith("<!--", at) else "?>"
            end = text.find(close, at + 2)
            if end < 0:
                return None
            at = end + len(close)
        else:
            return at if text.startswith("<!", at) else None
    return None


def _parse(text: str) -> tuple[Any, list[str]]:
    """Return the root, and what is wrong with namespaces: of a text that is XML but for them every element is read."""
    declaration = _DECLARATION.match(text)
    if declaration is not None:  # Keep the line breaks of the declaration: line numbers must stay true.
        text = "\n" * declaration.group(0).count("\n") + text[declaration.end() :]
    try:
        body = text.rstrip("\0 \t\r\n\ufeff").encode("utf-8", "strict")
    except UnicodeEncodeError:
        raise Unreadable("encoding", "文件里有不成字的编码，请另存为 UTF-8", 1) from None
    body = body.lstrip(b" \t") if text[:1].isspace() else body
    parser = _parser(recover=False)
    try:
        return _fed(parser, body), []
    except etree.XMLSyntaxError as why:
        log = list(parser.feed_error_log)
        if log and all(entry.domain_name == "NAMESPACE" or entry.type_name == "DTD_XMLID_VALUE" for entry in log):
            return _fed(_parser(recover=True), body), [_short(entry.message) for entry in log]
        line = why.position[0] if why.position and why.position[0] else None
        if "depth" in str(why).lower():
            raise Unreadable("too-deep", f"标签套了超过 {MAX_DEPTH} 层，不接受", line) from None
        line = line or next((entry.line for entry in log if entry.line), 1)
        told = _short(log[0].message if log else str(why))
        raise Unreadable("not-xml", f"不是完整的 XML：{told}", line) from None


def _parser(*, recover: bool) -> Any:
    return etree.XMLPullParser(
        events=("start", "end"),
        encoding="utf-8",
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
        recover=recover,
    )


def _fed(parser: Any, body: bytes) -> Any:
    """Parse in pieces, so that a document that is too deep or too wide is dropped before it is all in memory."""
    depth = nodes = 0
    root = None
    parser.feed(b"<?xml version='1.0' encoding='utf-8'?>")
    for at in range(0, len(body), _CHUNK):
        parser.feed(body[at : at + _CHUNK])
        for what, found in parser.read_events():
            element: Any = found
            if what == "end":
                depth -= 1
                continue
            root = element if root is None else root
            depth += 1
            nodes += 1
            if depth > MAX_DEPTH:
                raise Unreadable("too-deep", f"标签套了超过 {MAX_DEPTH} 层，不接受", element.sourceline)
            if nodes > MAX_NODES:
                raise Unreadable("too-large", f"标签超过 {MAX_NODES} 个，请拆成几个文件", element.sourceline)
    closed = parser.close()
    if closed.getroottree().docinfo.internalDTD is not None:
        raise Unreadable("dtd", "文件里有 DOCTYPE，不接受；请用设计器重新导出", 1)
    return closed


def _short(text: str) -> str:
    return text.splitlines()[0][:160] if text else "读不出来"
