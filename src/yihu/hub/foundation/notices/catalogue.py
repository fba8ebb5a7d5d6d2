"""
Templates as data. Each app registers its own `notices.yaml`; what it says is the shipped wording, which a permission
holder may change in the tables without changing what stands here.

    tasks.arrived:
      name: 新待办
      kind: TASK
      title: 新待办：{title}
      body: "{initiator}提交的“{title}”请您办理，{due}前办结。"
      sms: 您有新待办“{title}”，{due}前办结。     # without it the notice never goes by SMS
      channels: [EMAIL]                        # outside the inbox, unless the receiver chose otherwise
      urgency: NORMAL
      confirm: false                           # whether the receiver must say that it was read
      fields: {title: 事项, initiator: 提交人, due: 期限}
      masked: [title]                          # shown in part outside the inbox
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from yihu.hub.foundation.notices.choices import OUTWARD, Channel, Kind, Urgency

PLACEHOLDER = re.compile(r"\{([a-z][a-z0-9_]*)\}")
CODE = re.compile(r"[a-z][a-z0-9-]*(\.[a-z0-9-]+)+")
TITLE_LENGTH, BODY_LENGTH, SMS_LENGTH = 120, 2000, 300
_shipped: dict[str, "Template"] = {}


@dataclass(frozen=True, slots=True)
class Template:
    """A wording. `fields` are the placeholders it may use, by name their Chinese; there is no logic in a template."""

    code: str
    name: str
    kind: Kind
    title: str
    body: str
    sms: str = ""
    channels: tuple[Channel, ...] = ()
    urgency: Urgency = Urgency.NORMAL
    needs_confirm: bool = False
    fields: Mapping[str, str] = field(default_factory=dict)
    masked: frozenset[str] = frozenset()


def register_templates(path: Path) -> None:
    """
    Make the templates of a YAML file known; called in `AppConfig.ready`.

    :raises ValueError: a template that could not be sent, with its code and why
    """
    for code, row in yaml.safe_load(path.read_text("utf-8")).items():
        register_template(code, **row)


def register_template(code: str, **row: Any) -> Template:
    """
    Make one template known; again with the same code replaces it.

    :raises ValueError: a malformed code, an unknown key, or wording with faults
    """
    known = {"name", "kind", "title", "body", "sms", "channels", "urgency", "confirm", "fields", "masked"}
    if not CODE.fullmatch(code) or set(row) - known or not {"name", "kind", "title", "body"} <= set(row):
        raise ValueError(f"notice template {code}: malformed code, unknown or missing keys {sorted(set(row) ^ known)}")
    made = Template(
        code=code,
        name=row["name"],
        kind=Kind(row["kind"]),
        title=row["title"],
        body=row["body"],
        sms=row.get("sms", ""),
        channels=tuple(Channel(c) for c in row.get("channels", ())),
        urgency=Urgency[row.get("urgency", "NORMAL")],
        needs_confirm=bool(row.get("confirm", False)),
        fields=dict(row.get("fields", {})),
        masked=frozenset(row.get("masked", ())),
    )
    faults = faults_of(made)
    if faults:
        raise ValueError(f"notice template {code}: {'; '.join(faults)}")
    _shipped[code] = made
    return made


def shipped_templates() -> dict[str, Template]:
    """Every template that an app registered, by code."""
    return dict(sorted(_shipped.items()))


def faults_of(template: Template) -> list[str]:
    """What is wrong with a wording, in Chinese for whoever edits it; empty when it can be sent."""
    faults = []
    for title, text, most in (
        ("标题", template.title, TITLE_LENGTH),
        ("正文", template.body, BODY_LENGTH),
        ("短信", template.sms, SMS_LENGTH),
    ):
        unknown = [name for name in PLACEHOLDER.findall(text) if name not in template.fields]
        if unknown:
            faults.append(f"{title}用了没有的占位符：{'、'.join('{' + name + '}' for name in unknown)}")
        if "{" in PLACEHOLDER.sub("", text) or "}" in PLACEHOLDER.sub("", text):
            faults.append(f"{title}里有不成对的花括号：占位符写作 {{名称}}")
        if len(text) > most:
            faults.append(f"{title}超过 {most} 字")
    if not template.title.strip() or not template.body.strip():
        faults.append("标题和正文不能为空")
    if Channel.SMS in template.channels and not template.sms:
        faults.append("要发短信，须写明短信内容")
    if not set(template.channels) <= set(OUTWARD) or not template.masked <= set(template.fields):
        faults.append("通道或遮盖项不在允许之列")
    return faults
