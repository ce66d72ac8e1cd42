"""The figures of `qingche bench feel`."""

from __future__ import annotations

import pytest

from engine.feel.bench import run


@pytest.mark.slow
def test_warm_condition_is_eight_times_faster_than_the_peer() -> None:
    found = run()
    assert found["figures"]["warm condition"] < 5
    assert all(times >= 8 for times in found["versus"].values())
