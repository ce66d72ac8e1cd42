"""A case run in another process gives the same digests, windows and ids."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import engine

PROGRAM = """
import hashlib
from tests.engine.spiff.test_token_game import file_of, model, trace
for seed in range(40):
    print(hashlib.sha256(repr(trace(file_of(model(seed)))).encode()).hexdigest())
"""


def run_with(hash_seed: str) -> str:
    root = Path(engine.__file__).parents[1]
    environment = {**os.environ, "PYTHONHASHSEED": hash_seed, "TZ": "Asia/Tokyo" if hash_seed == "1" else "UTC"}
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM],
        cwd=root,
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    return done.stdout


def test_another_process_with_other_hash_seeds_and_zone_gives_the_same() -> None:
    first = run_with("1")
    assert first.count("\n") == 40
    assert run_with("4242") == first
