"""The hashes a history may be made with: SHA-256 (FIPS 180-4) and SM3 (GB/T 32905-2016), both of 32 bytes."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import NamedTuple

from engine.history.offline.sm3 import sm3


class Hash(NamedTuple):
    """A hash: its name in records, its name for people, and what it makes of bytes."""

    name: str
    title: str
    digest: Callable[[bytes], bytes]

    def hex(self, text: str) -> str:
        """Return the hash of a text (as UTF-8) in hexadecimal."""
        return self.digest(text.encode()).hex()


def _sm3() -> Callable[[bytes], bytes]:
    """Return OpenSSL's SM3; where it has none, or may not give it, ours."""
    try:
        hashlib.new("sm3")
    except ValueError:
        return sm3
    return lambda data: hashlib.new("sm3", data).digest()


SHA256 = Hash("sha256", "SHA-256", lambda data: hashlib.sha256(data).digest())
SM3 = Hash("sm3", "SM3", _sm3())
HASHES = {known.name: known for known in (SHA256, SM3)}
