"""What the attributes of a process mean, in Chinese, for those who compare two of them."""

import re
from collections.abc import Callable, Mapping
from typing import Any

from yihu.hub.centres.workflow import api as workflow

DURATION = re.compile(r"P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?)?")
RESULTS = {"completed": "办结", "refused": "不同意"}
Say = Callable[[str], str]


def process_words() -> Mapping[str, Say]:
    """By attribute, how its value is told."""
    return {
        "mode": _of(workflow.Mode), "empty": _of(workflow.EmptyPolicy), "sameperson": _of(workflow.SamePerson),
        "timeout": _of(workflow.TimeoutPolicy), "verbs": _verbs, "due": duration_told, "timer": duration_told,
        "percent": lambda text: f"{text}%", "lowrisk": lambda text: "是" if text == "true" else "否",
        "result": lambda text: RESULTS.get(text, text), "fields": lambda text: "、".join(text.split()),
        "cancelActivity": lambda text: "否" if text == "false" else "是",
    }  # fmt: skip


def _of(choices: Any) -> Say:
    labels = dict(choices.choices)
    return lambda text: str(labels.get(text, text))


def _verbs(text: str) -> str:
    labels = dict(workflow.Verb.choices)
    return "、".join(str(labels.get(word, word)) for word in text.replace(",", " ").split())


def duration_told(text: str) -> str:
    """P3D as 3 个工作日; anything else as it stands."""
    found = DURATION.fullmatch(text)
    if found is None:
        return text
    units = ("个工作日", "个工作小时", "分钟")
    return "".join(f"{part} {unit}" for part, unit in zip(found.groups(), units, strict=True) if part) or text
