"""Signed heads: what a seal says, the keys it is signed with, and the file heads are published to.

A head is one line of canonical JSON; its signature is Ed25519 over a fixed prefix and the line without `signature`.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from engine.canonical import canonical, parse, sha256_hex

# What is signed can be mistaken for nothing else that this key might ever sign.
_PREFIX = "qingche-head-1\n"
HEADS_FILE = "heads.txt"


@dataclass(frozen=True, slots=True)
class Head:
    """One signed state of the tree: its first `size` leaves have this root.

    number counts from 1; prev is the SHA-256 of the line of the head before ("" for the first); root, key (the public
    key) and signature are hexadecimal.
    """

    number: int
    at: str
    size: int
    root: str
    prev: str
    key: str
    signature: str = ""

    @property
    def line(self) -> str:
        """The head as it is published."""
        return canonical(asdict(self))

    @property
    def signed_text(self) -> bytes:
        """What the signature is over."""
        return (_PREFIX + canonical({**asdict(self), "signature": ""})).encode()

    @property
    def hash(self) -> str:
        """What the next head names this one by."""
        return sha256_hex(self.line)

    def is_signed(self) -> bool:
        """Say whether the signature is that of the key the head names; whether the key is ours is another matter."""
        try:
            key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(self.key))
            key.verify(bytes.fromhex(self.signature), self.signed_text)
        except (InvalidSignature, ValueError):
            return False
        return True


def read_head(line: str) -> Head | None:
    """Read a published line; None for what is no head."""
    try:
        head = Head(**parse(line))
    except (ValueError, TypeError):
        return None
    texts = (head.at, head.root, head.prev, head.key, head.signature)
    whole = all(isinstance(part, str) for part in texts) and type(head.number) is type(head.size) is int
    return head if whole else None


class Keys:
    """The keys of a deployment: a folder with one private key in use and every public key there ever was.

    `<public>.key` is private (mode 600, 32 raw bytes in hexadecimal), `<public>.pub` stays for ever: heads signed
    before a rotation verify with the old public key.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def known(self) -> frozenset[str]:
        """Return every public key, past and present."""
        return frozenset(path.stem for path in self._folder.glob("*.pub"))

    def sign(self, number: int, at: str, size: int, root: str, prev: str) -> Head:
        """Make and sign a head with the key in use; the first call makes the key."""
        key = self._in_use() or self.rotate()
        private = Ed25519PrivateKey.from_private_bytes(bytes.fromhex((self._folder / f"{key}.key").read_text("ascii")))
        head = Head(number, at, size, root, prev, key)
        return Head(number, at, size, root, prev, key, private.sign(head.signed_text).hex())

    def rotate(self) -> str:
        """Put a new key in use and destroy the private one before it; returns the new public key."""
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        before = list(self._folder.glob("*.key"))
        private = Ed25519PrivateKey.generate()
        key = private.public_key().public_bytes_raw().hex()
        # The public part first: a head can never be signed with a key nobody knows.
        (self._folder / f"{key}.pub").write_text(key, encoding="ascii")
        handle = os.open(self._folder / f"{key}.key", os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w", encoding="ascii") as file:
            file.write(private.private_bytes_raw().hex())
        for path in before:
            path.unlink()
        return key

    def _in_use(self) -> str | None:
        # Two after a rotation that was broken off: either is known, the same one is taken every time.
        return min((path.stem for path in self._folder.glob("*.key")), default=None)


def publish(folder: Path, heads: Iterable[Head]) -> None:
    """Append heads to the folder's file, on disk when this returns; a head that stands there already is passed over."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / HEADS_FILE
    kept = set(path.read_text("ascii").splitlines()) if path.exists() else set()
    lines = [head.line for head in heads if head.line not in kept]
    if lines:
        with path.open("a", encoding="ascii") as file:
            file.write("".join(f"{line}\n" for line in lines))
            file.flush()
            os.fsync(file.fileno())
