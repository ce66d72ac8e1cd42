"""Passwords: argon2id hashes, a check that costs the same for unknown names, and the few rules for new ones."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from functools import lru_cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from flask_babel import gettext as _

SHORTEST = 10
_COMMON = frozenset(
    {"1234567890", "0123456789", "12345678910", "password123", "qwertyuiop", "1q2w3e4r5t", "abcd123456"}
)


@lru_cache(maxsize=4)
def hasher(cost: tuple[int, int, int]) -> PasswordHasher:
    """Return the hasher for (passes, KiB of memory, lanes)."""
    passes, memory, lanes = cost
    return PasswordHasher(time_cost=passes, memory_cost=memory, parallelism=lanes)


@lru_cache(maxsize=4)
def _nobody(cost: tuple[int, int, int]) -> str:
    return hasher(cost).hash("a name nobody has")


def hash_password(password: str, *, cost: Sequence[int]) -> str:
    """Hash `password` at `cost` = (passes, KiB, lanes)."""
    return hasher(_tuple(cost)).hash(_spelled(password))


def verify(stored: str | None, password: str, *, cost: Sequence[int]) -> bool:
    """Say whether `password` is the one behind `stored`; None (no such account) takes as long and is False."""
    ours = hasher(_tuple(cost))
    try:
        matches = ours.verify(stored or _nobody(_tuple(cost)), _spelled(password))
    except (VerificationError, InvalidHashError):
        return False
    return matches and stored is not None


def outdated(stored: str, *, cost: Sequence[int]) -> bool:
    """Say whether `stored` was hashed at another cost than today's."""
    return hasher(_tuple(cost)).check_needs_rehash(stored)


def weakness(password: str, *, login: str) -> str | None:
    """Say what is wrong with a new password, in the reader's language; None if it will do."""
    if len(password) < SHORTEST:
        return str(_("新密码至少 %(n)s 个字", n=SHORTEST))
    plain = password.casefold()
    if plain in _COMMON or len(set(plain)) < 4:
        return str(_("这个密码太容易猜到，请换一个"))
    if login.casefold() in plain:
        return str(_("新密码里不要有账号"))
    return None


def _tuple(cost: Sequence[int]) -> tuple[int, int, int]:
    passes, memory, lanes = cost
    return passes, memory, lanes


def _spelled(password: str) -> str:
    # One spelling for one password, whichever keyboard typed it; and no megabyte for argon2 to chew.
    return unicodedata.normalize("NFKC", password)[:256]
