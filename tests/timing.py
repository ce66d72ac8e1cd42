"""How a test bounds what something may cost on a machine that other tests share."""

from __future__ import annotations

import gc
import time
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def within(seconds: float) -> Iterator[None]:
    """Assert that the body takes less than these seconds of CPU.

    Garbage collections are held off meanwhile: one full collection over what thousands of other tests
    left behind costs more than most of what is bounded here.
    """
    gc.disable()
    try:
        began = time.process_time()
        yield
        took = time.process_time() - began
    finally:
        gc.enable()
    assert took < seconds
