"""The examples of docs/guide/dmn.md are run."""

from __future__ import annotations

import doctest
import re
from pathlib import Path

GUIDE = Path(__file__).resolve().parents[3] / "docs" / "guide" / "dmn.md"


def test_the_guide_says_what_happens() -> None:
    written = GUIDE.read_text(encoding="utf-8")
    found = re.search(r"```xml\n(.*?)```", written, re.DOTALL)
    assert found is not None
    test = doctest.DocTestParser().get_doctest(written, {"source": found[1].encode()}, "dmn.md", str(GUIDE), 0)
    report: list[str] = []
    outcome = doctest.DocTestRunner().run(test, out=report.append)
    assert outcome.attempted > 5
    assert not report, "".join(report)
