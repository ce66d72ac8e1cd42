"""What the card view's script says beside the process designer's words, in this request's language."""

from __future__ import annotations

from flask_babel import gettext as _


def words() -> dict[str, str]:
    """Return every text by its key; `{name}` is filled in by the script."""
    return _cards() | _ways() | _refusals()


def _cards() -> dict[str, str]:
    return {
        "card:approve": _("审批"),
        "card:handle": _("办理"),
        "card:condition": _("条件"),
        "card:parallel": _("并行"),
        "card:several": _("多选"),
        "card:sub": _("子流程"),
        "card:delay": _("延迟"),
        "card:decision": _("决定"),
        "card:compute": _("计算"),
        "card:service": _("外部系统"),
        "add-after": _("在“{name}”后面加一张卡片"),
        "edit-card": _("改"),
        "card-up": _("“{name}”上移"),
        "card-down": _("“{name}”下移"),
        "card-drop": _("删去“{name}”"),
        "card-added": _("已加上，请填写"),
        "card-gone": _("已删去，可撤销"),
        "card-moved": _("已移动"),
        "flow-to": _("（通到“{name}”的那条）"),
        "side-nothing": _("到时只提醒，不走别的路"),
        "inside": _("里面有 {count} 张卡片"),
        "inside-diagram": _("里面的步骤请在流程图里看"),
        "sum:candidates": _("谁来办"),
        "sum:form": _("表单"),
        "sum:due": _("期限"),
        "sum:timer-text": _("等到"),
        "sum:decision": _("决策表"),
        "sum:called": _("调用的流程"),
    }


def _ways() -> dict[str, str]:
    return {
        "way": _("第 {number} 条路"),
        "way-else": _("别的都不成立时走这里"),
        "way-together": _("同时进行"),
        "way-unsaid": _("还没有写条件"),
        "edit-way": _("改条件"),
        "add-way": _("加一条路"),
        "drop-way": _("删去“{name}”这条路"),
        "way-added": _("已加上一条路"),
        "way-gone": _("这条路已删去，可撤销"),
        "way-leads": _("已改到那里"),
        "then-what": _("“{name}”走完以后"),
        "leaves:join": _("走完后合到一起，往下走"),
        "leaves:end": _("走完后到此结束"),
        "leaves:back": _("走完后退回到“{name}”"),
    }


def _refusals() -> dict[str, str]:
    return {
        "unshown": _("这张图不能用卡片来看"),
        "to-diagram": _("在流程图里看和改"),
        "unshown:no-process": _("文件里没有流程"),
        "unshown:several": _("文件里不止一个流程（{name}），卡片一次只能看一个"),
        "unshown:no-start": _("没有开始"),
        "unshown:several-starts": _("有几个开始（{name}），卡片只能从一个开始往下排"),
        "unshown:loose-flow": _("连线“{name}”有一头没有连上"),
        "unshown:event-subprocess": _("“{name}”是出事时才走的子流程，不在从上往下的路上"),
        "unshown:unreached": _("从开始走不到“{name}”"),
        "unshown:meets": _("几条路在“{name}”碰到一起，但不是从同一个分叉出来的"),
        "unshown:several-ways": _("“{name}”后面直接分出几条路，没有说清是同时走还是选一条"),
        "unshown:back-to": _("有一条路退回到“{name}”，它不是一个步骤"),
        "unshown:unknown": _("卡片里没有“{name}”这种元素"),
        "unshown:side-meets": _("“{name}”到时走的路又汇到主路上，卡片排不出来"),
        "unshown:lone-gateway": _("“{name}”只有一条路出去，不是分叉"),
        "unshown:cross": _("从一个分叉出来的路没有都合到“{name}”，排不成一层套一层"),
        "unshown:other-join": _("分叉和汇合“{name}”不是同一种"),
        "unshown:no-join": _("几条路直接汇到“{name}”，中间没有汇合"),
        "no:two-ways": _("至少要有两条路。不要分叉了，就删去整张卡片"),
        "no:needs-one": _("至少要有一条路往下走"),
        "no:no-join": _("这个分叉后面没有可以合到的地方"),
        "no:returned-to": _("别处有一条路退回到这里，先改那条路，再删"),
        "no:last-one": _("它后面没有别的步骤，动不了"),
        "no:meets": _("这样一改，卡片就排不出来了，没有改"),
        "no:cross": _("这样一改，几条路就交叉了，没有改"),
        "no:back-to": _("不能退回到那里，没有改"),
    }
