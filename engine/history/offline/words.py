"""What the verifier says of each fault, in Chinese and English, and the four properties its report goes by."""

from __future__ import annotations

GROUPS = {
    "authentic": "真实性 Authenticity",
    "complete": "完整性 Completeness",
    "usable": "可用性 Usability",
    "safe": "安全性 Safety",
}

FAULTS = {
    "anchor.foreign": ("外存的封条不是这个平台签的", "the head kept outside is not signed by this platform"),
    "anchor.replaced": (
        "与外存的同号封条不同：历史被换过",
        "another head of this number was published",
    ),
    "attachment.changed": ("附件被改过", "the attachment was changed"),
    "attachment.missing": ("缺这份附件", "the attachment is missing"),
    "event.chain": ("与前一步接不上", "it does not follow the event before"),
    "event.changed": ("这一步被改过：指纹对不上", "the event was changed: its hash does not follow"),
    "event.cut": ("末尾的步骤不全，应有 {} 步", "the end is cut off: there should be {} events"),
    "event.gap": ("第 {} 步之后缺步骤或次序不对", "after event {} one is missing or out of order"),
    "event.moved": ("这一步不在它自己的位置上", "the event does not stand in its place"),
    "file.changed": ("内容与清单不符", "its content is not what the manifest says"),
    "file.missing": ("该有的文件没有", "a file that belongs here is missing"),
    "file.unlisted": ("清单里没有这份文件", "the manifest does not list it"),
    "file.unreadable": ("打不开：{}", "cannot be read: {}"),
    "format.unknown": ("不是本程序认识的格式", "not a format this verifier knows"),
    "head.hash": ("封条用的指纹算法不是本件的 {}", "the head is not made with {}, the hash of this file"),
    "head.inconsistent": ("后来的封条不是接着这一条长出来的", "the newest head does not grow from this one"),
    "head.missing": ("没有签名封条", "there is no signed head"),
    "head.signature": ("封条被改过：签名对不上", "the head was changed: its signature does not fit"),
    "hash.unknown": ("不认识的指纹算法：{}", "a hash this verifier does not know: {}"),
    "key.foreign": ("签名用的不是平台的密钥", "signed with a key that is not the platform's"),
    "key.unexpected": ("不是您给的那把公钥", "not the public key you named"),
    "manifest.signature": ("清单被改过：签名对不上", "the manifest was changed: its signature does not fit"),
    "name.twice": ("同一个文件名出现两次", "the name comes twice"),
    "name.unsafe": ("文件名会跑出目录", "the name leads out of the folder"),
    "page.active": ("页面里有脚本或外部地址", "the page holds scripts or addresses outside"),
    "proof.missing": ("有 {} 步没有封存证明", "{} events have no proof"),
    "proof.wrong": ("不在签名封条之下：不是当时记下的那一步", "not under the signed head: not what was recorded"),
    "row.missing": ("缺办理时用到的第 {} 版台账行", "version {} of the register row it read is missing"),
    "unreadable": ("内容读不懂：{}", "cannot be read: {}"),
    "value.changed": ("这个值被改过", "the value was changed"),
    "value.foreign": ("这个值不是这一步记下的", "the event never committed to this value"),
    "value.missing": ("缺这个值，也没有说抹去或不给", "missing, and not told as erased or withheld"),
    "value.not-erased": ("说是已抹去，却还留着值", "it says erased and the value is there"),
    "value.twice": ("同一个值出现两次", "the value comes twice"),
    "verifier.other": ("正在运行的核验程序与件内的不同", "the verifier that runs is not the one in the file"),
    "version.changed": ("不是当时发布的那一版", "not the bytes that were published"),
    "version.missing": ("缺这一版流程、表单或决策表", "a version the case ran on is missing"),
    "version.unproven": ("没有发布这一版的记录", "there is no event that published it"),
    "zip.broken": ("压缩包打不开或不完整：{}", "the zip file is broken: {}"),
}

NOTES = {
    "anchors": (
        "外存封条里没有与本件同号的，比不了；请向平台要一份一致性证明。",
        "No head kept outside has a number that is in the file; ask the platform for a consistency proof.",
    ),
    "erased": (
        "有 {} 处值已依规抹去，只留盐化指纹，不影响其余的证明。",
        "{} values were erased by rule: only their salted hashes are here; the rest is proven all the same.",
    ),
    "nothing outside": (
        "没有拿外面的公钥指纹或封条来比：请把上面的指纹与平台公布的对一遍。",
        "Nothing from outside was given: compare the fingerprint above with the one the platform publishes.",
    ),
    "unsealed": (
        "有 {} 步在导出时还没有封存，只受指纹链和清单签名保护。",
        "{} events were not sealed yet: only the chain and the manifest's signature protect them.",
    ),
    "withheld": (
        "有 {} 处值属个人信息，未随件给出，只留盐化指纹。",
        "{} values are personal and left out of this copy: only their salted hashes are here.",
    ),
}
