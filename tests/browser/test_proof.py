"""The proof pages and the export, on a wide screen and on a phone: axe and the policy hold, files are handed over."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("width", [1280, 390])
def test_a_case_is_taken_away_and_checked(person: Any, width: int, tmp_path: Path) -> None:
    auditor = person("auditor", width=width)
    page = auditor.visit("/cases/ticket")
    case = page.locator('a[href^="/case/"]').first.get_attribute("href")
    auditor.visit(case)
    auditor.press("导出卷宗")
    with page.expect_download() as handed:
        page.get_by_role("button", name="导出卷宗").click()
    handed.value.save_as(tmp_path / "case.zip")
    auditor.visit("/proof/check")
    page.get_by_label("卷宗文件").set_input_files(tmp_path / "case.zip")
    auditor.press("查文件")
    expect(page.get_by_role("status")).to_contain_text("全部通过")
    for path in ("/proof", "/proof/head/1", f"{case}/proof?seq=1"):
        auditor.visit(path)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path
    stranger = person(width=width)
    stranger.visit("/proof/paper/nothing/1/0")
    expect(stranger.page.get_by_role("status")).to_contain_text("对不上")
    line = stranger.page.request.get(f"{stranger.address}/proof/heads.txt").text().splitlines()[-1]
    stranger.visit("/proof")
    stranger.page.get_by_label("拿手里的一行封条来比").fill(line)
    stranger.press("比一比")
    expect(stranger.page.get_by_role("status")).to_contain_text("一致")
