"""Find what can go wrong with the tokens of a process before anybody starts it: no values, no database.

`drawing` makes a net of each level, `reducing` makes it small, `exploring` visits its states; README.md says why.
"""

from __future__ import annotations

from engine.soundness.exploring import Verdict
from engine.soundness.judging import Judged, judge

__all__ = ["Judged", "Verdict", "judge"]
