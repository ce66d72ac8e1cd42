"""Signed heads: what a seal says, the keys it is signed with, and the file heads are published to.

A head is one line of canonical JSON; its signature is Ed25519 over a fixed prefix and the line without `signature`.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from engine.canonical import canonical, parse, sha256_hex
from engine.history.hashing import HASHES, SHA256, Hash

# What is signed can be mistaken for nothing else that this key might ever sign.
_PREFIX = "qingche-head-1\n"
_ROTATION_PREFIX = "qingche-key-1\n"
HEADS_FILE = "heads.txt"


@dataclass(frozen=True, slots=True)
class Head:
    """One signed state of the tree: its first `size` leaves have this root.

    number counts from 1; prev is the hash of the line of the head before ("" for the first); root, key (the public key)
    and signature are hexadecimal. algorithm: the hash of the tree, the heads and the events under them.
    """

    number: int
    at: str
    size: int
    root: str
    prev: str
    key: str
    signature: str = ""
    algorithm: str = SHA256.name

    @property
    def told(self) -> dict[str, Any]:
        """The members of the published line; `algorithm` only where it is not SHA-256, as before there was a choice."""
        members = asdict(self)
        if self.algorithm == SHA256.name:
            del members["algorithm"]
        return members

    @property
    def line(self) -> str:
        """The head as it is published."""
        return canonical(self.told)

    @property
    def signed_text(self) -> bytes:
        """What the signature is over."""
        return (_PREFIX + canonical({**self.told, "signature": ""})).encode()

    @property
    def hash(self) -> str:
        """What the next head names this one by."""
        return self.by.hex(self.line)

    @property
    def by(self) -> Hash:
        """The hash it is made with."""
        return HASHES[self.algorithm]

    def is_signed(self) -> bool:
        """Say whether the signature is that of the key the head names; whether the key is ours is another matter."""
        return _is_signed(self.key, self.signature, self.signed_text)


def _is_signed(key: str, signature: str, text: bytes) -> bool:
    try:
        Ed25519PublicKey.from_public_bytes(bytes.fromhex(key)).verify(bytes.fromhex(signature), text)
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
    return head if whole and head.algorithm in HASHES else None


@dataclass(frozen=True, slots=True)
class Rotation:
    """One key in place of another, said by both: each signs `old`, `new` and `at`."""

    old: str
    new: str
    at: str
    old_signature: str = ""
    new_signature: str = ""

    @property
    def signed_text(self) -> bytes:
        """What both signatures are over."""
        told = {"old": self.old, "new": self.new, "at": self.at}
        return (_ROTATION_PREFIX + canonical(told)).encode()

    def is_signed(self) -> bool:
        """Say whether both keys signed it."""
        text = self.signed_text
        return _is_signed(self.old, self.old_signature, text) and _is_signed(self.new, self.new_signature, text)


def fingerprint(key: str) -> str:
    """Shorten a public key to what a person compares: the first 20 digits of its SHA-256 in groups of four."""
    digits = sha256_hex(bytes.fromhex(key)).upper()
    return " ".join(digits[at : at + 4] for at in range(0, 20, 4))


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

    def sign(self, number: int, at: str, size: int, root: str, prev: str, algorithm: str = SHA256.name) -> Head:
        """Make and sign a head with the key in use; the first call makes the key."""
        key = self.in_use()
        head = Head(number, at, size, root, prev, key, algorithm=algorithm)
        return replace(head, signature=self._private(key).sign(head.signed_text).hex())

    def sign_text(self, prefix: str, text: str) -> tuple[str, str]:
        """Sign a text with the key in use; returns (public key, signature). prefix: what kind of text it is."""
        key = self.in_use()
        return key, self._private(key).sign(f"{prefix}\n{text}".encode()).hex()

    def in_use(self) -> str:
        """Return the public key that signs now; the first call makes it."""
        # Two after a rotation that was broken off: either is known, the same one is taken every time.
        found = min((path.stem for path in self._folder.glob("*.key")), default=None)
        if found is None:
            found = self._make()
            self._waiting(found).replace(self._folder / f"{found}.key")
        return found

    def holds(self, key: str) -> bool:
        """Say whether this public key's private one is here and signs."""
        return (self._folder / f"{key}.key").exists()

    def prepare(self, at: str) -> Rotation:
        """Make a key and have both keys say that it follows the one in use; nothing changes before `activate`."""
        old = self.in_use()
        told = Rotation(old, self._make(), at)
        text = told.signed_text
        new = Ed25519PrivateKey.from_private_bytes(bytes.fromhex(self._waiting(told.new).read_text("ascii")))
        return Rotation(told.old, told.new, at, self._private(old).sign(text).hex(), new.sign(text).hex())

    def activate(self, rotation: Rotation) -> None:
        """Put the new key of a recorded rotation in use and destroy the private one before it."""
        self._waiting(rotation.new).replace(self._folder / f"{rotation.new}.key")
        (self._folder / f"{rotation.old}.key").unlink(missing_ok=True)

    def _make(self) -> str:
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        private = Ed25519PrivateKey.generate()
        key = private.public_key().public_bytes_raw().hex()
        # The public part first: a head can never be signed with a key nobody knows.
        (self._folder / f"{key}.pub").write_text(key, encoding="ascii")
        handle = os.open(self._waiting(key), os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w", encoding="ascii") as file:
            file.write(private.private_bytes_raw().hex())
        return key

    def _waiting(self, key: str) -> Path:
        return self._folder / f"{key}.next"

    def _private(self, key: str) -> Ed25519PrivateKey:
        return Ed25519PrivateKey.from_private_bytes(bytes.fromhex((self._folder / f"{key}.key").read_text("ascii")))


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
