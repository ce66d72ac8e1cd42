"""What the decision designer's script says, in this request's language; `{name}` is filled in by the script."""

from __future__ import annotations

from flask_babel import gettext as _

from webapp.decisions import policy_words
from webapp.design_words import common


def words() -> dict[str, str]:
    """Return every text by its key."""
    policies = ("U", "F", "P", "A", "C", "C+", "C<", "C>", "C#", "R", "O")
    return (
        common()
        | {f"policy:{each}": policy_words(each) for each in policies}
        | {
            "can-publish": _("可以发布"),
            "cannot-open": _("这个文件打不开："),
            "cannot-edit": _("这个文件里有编辑器看不懂的写法，改了会丢，所以不在这里改。请改文件后上传。看不懂的："),
            "view:drd": _("决策图"),
            "view:decisionTable": _("决策表"),
            "view:literalExpression": _("公式"),
            "view:boxedExpression": _("函数"),
            "import-read": _("读出 {rules} 条规则。看一看每一列是什么，再用上"),
            "column": _("列"),
            "role": _("是什么"),
            "role:input": _("条件"),
            "role:output": _("结果"),
            "role:note": _("说明"),
            "role:none": _("不要"),
            "role-of": _("“{title}”是什么"),
            "type-of": _("“{title}”的类型"),
            "type:string": _("文字"),
            "type:number": _("数字"),
            "type:boolean": _("是或否"),
            "type:date": _("日期"),
            "type": _("类型"),
            "example": _("第一条"),
            "doubts": _("有 {count} 格没看懂，会当作文字放进去，请改好："),
            "doubt": _("第 {row} 行第 {column} 列“{text}”"),
            "use-table": _("换成这张表"),
            "add-rules": _("只加这些规则"),
            "table-used": _("已换成 {rules} 条规则"),
            "rules-added": _("已加上 {rules} 条规则"),
            "undo-import": _("撤销导入"),
            "no-columns": _("至少要有一列条件、一列结果"),
            "other-columns": _("列数和现在的表不一样，只能整张换"),
            "not-a-table": _("先打开一张决策表"),
            "no-answer": _("服务器没有答复，请再试一次"),
            "expected": _("应得"),
            "expected-of": _("应得“{name}”"),
            "got": _("算出"),
            "rules-hit": _("第 {rules} 条规则"),
            "no-rule-hit": _("没有规则符合"),
            "passed": _("对"),
            "failed": _("不对"),
            "result": _("结果"),
            "take-result": _("就要这个"),
            "drop-row": _("删去第 {row} 行"),
            "test-name": _("说明"),
            "cell-of": _("第 {row} 行 {name}"),
            "no-tests": _("还没有试算。写一行输入和应得的结果，每次改动都会重算"),
            "no-inputs": _("这个决策还不问任何输入：先写好条件列"),
            "tests-summary": _("{count} 行，{failed} 行不对"),
            "tests-all-good": _("{count} 行都对"),
            "true": _("是"),
            "false": _("否"),
        }
    )
