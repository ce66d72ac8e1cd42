"""SM3 (GB/T 32905-2016) in whole numbers, for a Python whose OpenSSL does not have it; chapters are the standard's."""

from __future__ import annotations

import struct
from operator import xor

WORD = 0xFFFFFFFF
START = (0x7380166F, 0x4914B2B9, 0x172442D7, 0xDA8A0600, 0xA96F30BC, 0x163138AA, 0xE38DEE4D, 0xB0FB0E4E)  # 4.1


def turned(word: int, by: int) -> int:
    """Turn a word of 32 bits to the left."""
    return (word << by | word >> (32 - by)) & WORD


# 4.2: the constants of the rounds, each turned by its round (5.3.3).
ROUNDS = tuple(turned(0x79CC4519 if at < 16 else 0x7A879D8A, at % 32) for at in range(64))


def sm3(data: bytes) -> bytes:
    """Return the 32 bytes SM3 gives for `data`; some 100 us of CPU for each 64 bytes."""
    length = len(data)
    padded = data + b"\x80" + bytes(-(length + 9) % 64) + struct.pack(">Q", length * 8)  # 5.2
    state: tuple[int, ...] = START
    for at in range(0, len(padded), 64):
        state = compressed(state, padded[at : at + 64])
    return struct.pack(">8I", *state)


def expanded(block: bytes) -> list[int]:
    """Make 68 words of the 16 of a block (5.3.2)."""
    words = list(struct.unpack(">16I", block))
    for at in range(16, 68):
        near, far = words[at - 3], words[at - 13]
        mixed = words[at - 16] ^ words[at - 9] ^ (near << 15 & WORD | near >> 17)
        mixed ^= (mixed << 15 & WORD | mixed >> 17) ^ (mixed << 23 & WORD | mixed >> 9)
        words.append(mixed ^ (far << 7 & WORD | far >> 25) ^ words[at - 6])
    return words


def compressed(state: tuple[int, ...], block: bytes) -> tuple[int, ...]:
    """Carry the state over one block of 64 bytes (5.3.3)."""
    words = expanded(block)
    a, b, c, d, e, f, g, h = state
    # Turned in place: a call for each of nine turns would double what a block costs.
    for at, constant in enumerate(ROUNDS):
        twelve = a << 12 & WORD | a >> 20
        first = twelve + e + constant & WORD
        first = first << 7 & WORD | first >> 25
        if at < 16:
            left, right = a ^ b ^ c, e ^ f ^ g
        else:
            left, right = a & b | a & c | b & c, e & f | ~e & g
        left = left + d + (first ^ twelve) + (words[at] ^ words[at + 4]) & WORD
        right = right + h + first + words[at] & WORD
        mixed = right ^ (right << 9 & WORD | right >> 23) ^ (right << 17 & WORD | right >> 15)
        a, b, c, d = left, a, (b << 9 & WORD) | b >> 23, c
        e, f, g, h = mixed, e, (f << 19 & WORD) | f >> 13, g
    return tuple(map(xor, state, (a, b, c, d, e, f, g, h)))
