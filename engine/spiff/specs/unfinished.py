"""An element that its diagram left unfinished."""

from __future__ import annotations

from engine.spiff.face import Unfinished
from engine.spiff.specs.node import Node
from engine.spiff.task import CaseTask


class UnfinishedNode(Node):
    """Stops the case as an incident when a token comes."""

    def _update_hook(self, my_task: CaseTask) -> bool:
        raise Unfinished(element_id=self.element_id, why=self.element.missing)
