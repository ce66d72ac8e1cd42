"""Test rows in a decision file: found, run, compared; a row that comes out otherwise is a remark of the check."""

from __future__ import annotations

import pytest

from engine import checking
from engine.dmn.trials import run_trials, trials_in
from tests.engine.dmn.draw import NAMESPACES

TABLE = """<definitions xmlns="{space}" xmlns:qc="urn:qingche:dmn:1" id="d" name="m" namespace="urn:m">
<decision id="toll" name="收费"><extensionElements>{tests}</extensionElements><variable name="收费" typeRef="number"/>
<decisionTable hitPolicy="FIRST"><input><inputExpression typeRef="number"><text>金额</text></inputExpression></input>
<output typeRef="number"/>
<rule><inputEntry><text>&lt; 10</text></inputEntry><outputEntry><text>1.0</text></outputEntry></rule>
<rule><description>其余</description><inputEntry><text>-</text></inputEntry><outputEntry><text>2</text></outputEntry></rule>
</decisionTable></decision></definitions>"""


def file(*rows: tuple[str, str]) -> bytes:
    tests = "".join(f"<qc:test name='' given='{given}' expected='{expected}'/>" for given, expected in rows)
    return TABLE.format(space=NAMESPACES["1.3"], tests=tests).encode()


@pytest.mark.parametrize(
    ("given", "expected", "passed", "matched"),
    [
        ('{"金额": 5}', "1", True, (1,)),
        ('{"金额": 5}', "1.00", True, (1,)),
        ('{"金额": 50}', "1", False, (2,)),
        ('{"金额": 50}', '"2"', False, (2,)),
        ('{"金额": 50}', "true", False, (2,)),
        ('{"金额": 50}', "null", False, (2,)),
    ],
)
def test_a_row_says_whether_it_holds_and_which_rule_matched(
    given: str, expected: str, passed: bool, matched: tuple[int, ...]
) -> None:
    (found,) = run_trials(file((given, expected)))
    assert (found.passed, found.matched) == (passed, matched)


def test_rows_that_are_no_json_are_no_rows() -> None:
    assert trials_in(file(("{", "1"), ("[]", "1"), ('{"a": NaN}', "1"))) == []


def test_a_row_that_fails_is_a_remark_of_the_check_and_keeps_nothing_from_being_published() -> None:
    found = checking.check("decision", "toll", file(('{"金额": 5}', "2"), ('{"金额": 5}', "1")))
    assert found.errors == []
    assert [(one["code"], one["message"]) for one in found.meta["remarks"]] == [
        ("test-failed", "试算第 1 行不对：应得 2 ，算出 1 ")
    ]
