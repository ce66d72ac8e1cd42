"""Which hash a database's history is made with: chosen once, before the first event, and never changed."""

from __future__ import annotations

from typing import Any
from weakref import WeakKeyDictionary

from engine.errors import Invalid, Refused
from engine.history.hashing import HASHES, SHA256, Hash
from engine.store import hashes as store
from engine.store.base import Session, writing

# By opened database. A choice never changes, so a process asks each once: no statement of a step is spent on it.
_known: WeakKeyDictionary[Any, Hash] = WeakKeyDictionary()


class UnknownHash(Invalid):
    """fields: name, known (what may be chosen)."""

    code = "unknown-hash"
    zh = "QINGCHE_HASH 写的是 {name}，不认识；可以写 {known}，或者留空"
    en = "QINGCHE_HASH is {name}, which is not known; it may be {known}, or empty"


class OtherHash(Refused):
    """fields: wished, own (the database's)."""

    code = "other-hash"
    zh = (
        "QINGCHE_HASH 要 {wished}，这个数据库的留痕从第一步起用的是 {own}，不能改。"
        "把 QINGCHE_HASH 改成 {own} 或留空；要用 {wished}，请另建一个空数据库"
    )
    en = (
        "QINGCHE_HASH asks for {wished}, and this database's history is made with {own} from its first event on, "
        "which cannot be changed. Set QINGCHE_HASH to {own} or leave it empty; {wished} takes a new, empty database"
    )


def hash_of(session: Session) -> Hash:
    """Return the hash of the history of a session's database: the one chosen, SHA-256 where none was.

    One statement the first time a process asks; while nothing was chosen nor recorded, each time.
    """
    engine = session.get_bind().engine
    found = _known.get(engine)
    if found is None:
        name, begun = store.chosen(session)
        found = SHA256 if name is None else HASHES[name]
        if name is not None or begun:
            _known[engine] = found
    return found


def choose(session: Session, wished: str = "") -> None:
    """Choose the hash of a database that has no event yet; in a transaction of its own.

    wished: its name, empty for SHA-256 or whatever was chosen before. Raises UnknownHash, and OtherHash where the
    database's is another.
    """
    _require_known(wished)
    with writing(session):
        own, begun = store.chosen(session)
        if own is None:
            store.add(session, SHA256.name if begun else wished or SHA256.name)
    require(session, wished)


def require(session: Session, wished: str) -> None:
    """Raise OtherHash where the history is made with another hash than the one wished, UnknownHash for no hash.

    wished: empty for whichever it is.
    """
    _require_known(wished)
    own = hash_of(session).name
    session.rollback()
    if wished and wished != own:
        raise OtherHash(wished=wished, own=own)


def _require_known(wished: str) -> None:
    if wished and wished not in HASHES:
        raise UnknownHash(name=wished, known="、".join(HASHES))
