"""Filling a template's placeholders. Substitution only: no expressions, no attributes, no nesting."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from yihu.hub.base.errors import UnableTo
from yihu.hub.foundation.notices.catalogue import PLACEHOLDER, SMS_LENGTH, Template, shipped_templates
from yihu.hub.foundation.notices.choices import Channel
from yihu.hub.foundation.notices.models import Wording
from yihu.kit.masks import veil

TITLE_KEPT, VALUE_KEPT = 300, 500
ELSEWHERE = "请登录一户工作台查看和办理。"


class UnableToWordError(UnableTo):
    """There is no such template."""


@dataclass(frozen=True, slots=True)
class Worded:
    """A notice in words: inside the house, and outside it where masked fields are shown in part."""

    title: str
    body: str
    outside_title: str
    outside_body: str
    sms: str


def find_template(code: str) -> Template:
    """
    The template in force: as shipped, or as a permission holder worded it. One query.

    :raises UnableToWordError: no app registered it
    """
    shipped = shipped_templates().get(code)
    if shipped is None:
        raise UnableToWordError(f"没有消息模板 {code}（NOT-010），请联系运维人员")
    return in_force(shipped, Wording.objects.filter(pk=code).first())


def in_force(shipped: Template, changed: Wording | None) -> Template:
    """The shipped template with the words that took the place of its own."""
    if changed is None or changed.is_restored:
        return shipped
    channels = tuple(Channel(c) for c in changed.channels)
    return replace(shipped, title=changed.title, body=changed.body, sms=changed.sms, channels=channels)


def word(template: Template, context: Mapping[str, Any]) -> Worded:
    """
    Put values into a template. A placeholder without a value becomes empty; what the template does not name is ignored.

    Outside the house masked fields keep their first and last sign, and personal numbers are masked everywhere.
    """
    inside = {name: _plain(context.get(name)) for name in template.fields}
    outside = {name: _part(value) if name in template.masked else value for name, value in inside.items()}
    return Worded(
        title=_fill(template.title, inside)[:TITLE_KEPT],
        body=_fill(template.body, inside),
        outside_title=str(veil(_fill(template.title, outside)))[:TITLE_KEPT],
        outside_body=f"{veil(_fill(template.body, outside))}\n\n{ELSEWHERE}",
        sms=str(veil(_fill(template.sms, outside)))[:SMS_LENGTH],
    )


def _fill(text: str, values: Mapping[str, str]) -> str:
    # One pass: a value that looks like a placeholder stays as it is.
    return PLACEHOLDER.sub(lambda found: values.get(found[1], ""), text)


def _plain(value: Any) -> str:
    """One line without control signs, which could forge headers of a mail or a second line of an SMS."""
    text = "" if value is None else str(value)
    return "".join(c if c.isprintable() else " " for c in text)[:VALUE_KEPT].strip()


def _part(value: str) -> str:
    """深圳市某某贸易有限公司 as 深***司; short values hide all but the first sign."""
    return f"{value[:1]}***{value[-1:]}" if len(value) > 3 else value[:1] + "***" if value else ""
