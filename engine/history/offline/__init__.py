"""The verifier that goes into every case file as one program of its own: Python's standard library, nothing of ours.

Its parts are checked and tested here like all code and put together by `program`. They import nothing but each other
and the standard library, and run on Python 3.9.
"""

from __future__ import annotations

import ast
from pathlib import Path

_HERE = Path(__file__).parent
_PARTS = (
    "sm3.py",
    "../hashing.py",
    "../merkle.py",
    "signatures.py",
    "words.py",
    "reading.py",
    "checks.py",
    "command.py",
)
_HEAD = '''#!/usr/bin/env python3
"""Check a case file on any machine: Python 3.9 or newer, its standard library, nothing else, no network.

    python3 verify.py CASE.zip [--key "FINGERPRINT"] [--heads heads.txt] [--json]

Nothing is unpacked and nothing of the file is run. --key: the fingerprint of the public key as it was told you outside
the file; --heads: heads published or printed by the platform. Exit status: 0 whole, 1 something is wrong, 2 misuse.
用法见上。报告按真实性、完整性、可用性、安全性列出每一项检查；退出码 0 为全部通过，1 为发现问题。
"""

from __future__ import annotations

'''


def program() -> bytes:
    """Return the verifier as one file: its parts one after the other, without the imports of each other."""
    outside: set[str] = set()
    bodies: list[str] = []
    for part in _PARTS:
        lines = (_HERE / part).read_text("utf-8").splitlines()
        for node in ast.parse("\n".join(lines)).body:
            if isinstance(node, ast.ImportFrom | ast.Import):
                if not (isinstance(node, ast.ImportFrom) and (node.module or "").startswith(("engine.", "__future__"))):
                    outside.add(ast.unparse(node))
                first, last = node.lineno - 1, node.end_lineno or node.lineno
                lines[first:last] = [""] * (last - first)
        bodies.append("\n".join(lines).strip())
    return (_HEAD + "\n".join(sorted(outside)) + "\n\n" + "\n\n\n".join(bodies) + "\n").encode()
