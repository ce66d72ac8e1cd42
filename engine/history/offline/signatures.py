"""Ed25519 (RFC 8032), verification only, in whole numbers; the platform's hashes and its canonical JSON."""

from __future__ import annotations

import hashlib
import json

from engine.history.hashing import Hash

PRIME = 2**255 - 19
ORDER = 2**252 + 27742317777372353535851937790883648493
CURVE = -121665 * pow(121666, PRIME - 2, PRIME) % PRIME
ROOT = pow(2, (PRIME - 1) // 4, PRIME)


Point = tuple[int, int, int, int]


def add(a: Point, b: Point) -> Point:
    """Add two points in extended coordinates."""
    e, f = (a[1] - a[0]) * (b[1] - b[0]) % PRIME, (a[1] + a[0]) * (b[1] + b[0]) % PRIME
    g, h = 2 * a[3] * b[3] * CURVE % PRIME, 2 * a[2] * b[2] % PRIME
    e, f, g, h = f - e, h - g, h + g, f + e
    return e * f % PRIME, g * h % PRIME, f * g % PRIME, e * h % PRIME


def times(number: int, point: Point) -> Point:
    """Multiply a point by a number."""
    found = (0, 1, 1, 0)
    while number:
        if number & 1:
            found = add(found, point)
        point, number = add(point, point), number >> 1
    return found


def point_of(data: bytes) -> Point | None:
    """Read a point from its 32 bytes; None for what is none."""
    whole = int.from_bytes(data, "little")
    y, sign = whole & (2**255 - 1), whole >> 255
    if y >= PRIME:
        return None
    square = (y * y - 1) * pow(CURVE * y * y + 1, PRIME - 2, PRIME) % PRIME
    x = pow(square, (PRIME + 3) // 8, PRIME)
    if x * x % PRIME != square:
        x = x * ROOT % PRIME
    if x * x % PRIME != square or (x == 0 and sign):
        return None
    x = PRIME - x if x & 1 != sign else x
    return x, y, 1, x * y % PRIME


_FOUR_FIFTHS = 4 * pow(5, PRIME - 2, PRIME) % PRIME
BASE = point_of(_FOUR_FIFTHS.to_bytes(32, "little")) or (0, 1, 1, 0)


def is_signed(key: str, signature: str, text: str) -> bool:
    """Say whether the signature (hexadecimal) over a text is that of the public key (hexadecimal)."""
    try:
        key_bytes, sig = bytes.fromhex(key), bytes.fromhex(signature)
    except (TypeError, ValueError):
        return False
    if len(key_bytes) != 32 or len(sig) != 64:
        return False
    owner, nonce, factor = point_of(key_bytes), point_of(sig[:32]), int.from_bytes(sig[32:], "little")
    if owner is None or nonce is None or factor >= ORDER:
        return False
    digest = hashlib.sha512(sig[:32] + key_bytes + text.encode()).digest()
    left, right = times(factor, BASE), add(nonce, times(int.from_bytes(digest, "little") % ORDER, owner))
    return (left[0] * right[2] - right[0] * left[2]) % PRIME == 0 == (left[1] * right[2] - right[1] * left[2]) % PRIME


def hashed(text: str, by: Hash) -> str:
    """Return the hash of a text in hexadecimal, of one that is no whole UTF-8, too."""
    return by.digest(text.encode("utf-8", "surrogatepass")).hex()


def canonical(value: object) -> str:
    """Write JSON as the platform does before it hashes."""
    return json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"))


def fingerprint(key: str) -> str:
    """Shorten a public key to what people compare."""
    digits = hashlib.sha256(bytes.fromhex(key)).hexdigest().upper()
    return " ".join(digits[at : at + 4] for at in range(0, 20, 4))
