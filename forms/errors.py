"""What forms refuse; each class has a stable `code` and a message in Chinese and English.

FormError
├── ForbiddenWrite   a post writes where the view does not allow it
├── UnknownView      a task names a view that the form does not declare
└── BadDefinition    schema or ui cannot be used at all
"""

from __future__ import annotations

from typing import ClassVar


class FormError(Exception):
    """Base of every refusal of this package; `fields` fill the message."""

    code: ClassVar[str] = "form-error"
    zh: ClassVar[str] = "表单不能用"
    en: ClassVar[str] = "The form cannot be used"

    def __init__(self, **fields: object) -> None:
        self.fields = fields
        super().__init__(self.message("en"))

    def message(self, locale: str = "zh") -> str:
        """Say what is wrong in `zh` or `en`."""
        return (self.zh if locale.startswith("zh") else self.en).format(**self.fields)


class ForbiddenWrite(FormError):
    """fields: pointer (JSON pointer that was written)."""

    code = "forbidden-write"
    zh = "这一步不能改“{pointer}”"
    en = "{pointer} cannot be changed in this step"

    def __init__(self, pointer: str) -> None:
        self.pointer = pointer
        super().__init__(pointer=pointer)


class UnknownView(FormError):
    """fields: view, known (the declared names)."""

    code = "unknown-view"
    zh = "表单没有名为“{view}”的视图，已有：{known}"
    en = "The form has no view named {view}; it declares: {known}"


class BadDefinition(FormError):
    """fields: why."""

    code = "bad-form"
    zh = "表单定义有误：{why}"
    en = "The form definition is wrong: {why}"
