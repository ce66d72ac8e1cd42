"""The Python subset of models drawn for SpiffWorkflow, translated to the FEEL evaluator's own tree.

Python is parsed with `ast` and never compiled or run. What has no counterpart is refused with its line:
while, def, class, try, with, lambda defaults, imports other than datetime, attributes that start with _.
"""

from __future__ import annotations

from engine.feel.python.as_feel import as_feel
from engine.feel.python.expressions import compile_python
from engine.feel.python.script import Script, compile_script

__all__ = ["Script", "as_feel", "compile_python", "compile_script"]
