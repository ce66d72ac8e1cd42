"""What a rehearsal is played on: an image of the organisation, the registers and the library, with drafts laid over."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from engine import library
from engine.assignment import system_actor
from engine.canonical import sha256_hex
from engine.checking import Checks
from engine.clock import FixedClock
from engine.pins import Cache
from engine.store import stage as store
from engine.store.base import Session, sessionmaker, writing

_images: Cache[bytes] = Cache(8)
_NOBODY = system_actor("", via="rehearsal")


@dataclass(frozen=True)
class Stage:
    """An image to open; opening it twice gives two databases that know nothing of each other."""

    image: bytes
    mark: str

    @classmethod
    def of(cls, session: Session) -> Stage:
        """Copy the session's database; kept until organisation, registers or library change."""
        mark = f"{session.get_bind().engine.url}|{store.mark_of(session)}"
        return cls(_images.get(mark, lambda: store.image_of(session)), mark)

    def with_drafts(
        self, drafts: Iterable[tuple[str, str, bytes]], *, at: datetime, checks: Checks | None = None
    ) -> Stage:
        """Publish (kind, key, content) on a copy, in this order, processes together; raises InvalidDefinition."""
        laid = list(drafts)
        mark = "|".join([self.mark, *(f"{kind}:{key}:{sha256_hex(content)}" for kind, key, content in laid)])
        return Stage(_images.get(mark, lambda: self._published(laid, at, checks)), mark)

    def _published(self, drafts: list[tuple[str, str, bytes]], at: datetime, checks: Checks | None) -> bytes:
        with self.opened(at) as factory, factory() as session:
            with writing(session):
                together = frozenset(key for kind, key, _ in drafts if kind == "process")
                for kind, key, content in drafts:
                    library.publish(session, kind, key, content, actor=_NOBODY, checks=checks, together=together)
            return store.image_after(session)

    @contextmanager
    def opened(self, at: datetime) -> Iterator[sessionmaker[Session]]:
        """Open the image with a clock that stands at `at`; sessions carry it as `session.info["clock"]`."""
        with store.opened(self.image, FixedClock(at)) as factory:
            yield factory


@contextmanager
def empty_stage(at: datetime) -> Iterator[sessionmaker[Session]]:
    """Open an empty database in memory, to be filled and made a `Stage.of`."""
    with store.opened(None, FixedClock(at)) as factory:
        yield factory
