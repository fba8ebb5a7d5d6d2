"""The attributes of a user task in the house's namespace."""

import json
from typing import Any
from xml.etree.ElementTree import Element

from django.db.models import TextChoices

from yihu.hub.centres.workflow.catalogue.grammar import YIHU
from yihu.hub.centres.workflow.catalogue.graph import Handling
from yihu.hub.centres.workflow.catalogue.problems import Problem, problem
from yihu.hub.centres.workflow.choices import (
    STEP_VERBS,
    USUAL_VERBS,
    EmptyPolicy,
    Mode,
    SamePerson,
    TimeoutPolicy,
    Verb,
)

MOST_FIELDS = 200


def read_handling(element: Element) -> tuple[Handling, list[Problem]]:
    """How people handle the task, and what is wrong with its attributes (then the default stands)."""
    reader = _Attributes(element)
    handling = Handling(
        mode=reader.choice("mode", Mode, Mode.ANY),
        percent=reader.percent(),
        candidates=reader.candidates(),
        empty=reader.choice("empty", EmptyPolicy, EmptyPolicy.ADMIN),
        same_person=reader.choice("sameperson", SamePerson, SamePerson.SUPERIOR),
        due=reader.text("due"),
        timeout=reader.choice("timeout", TimeoutPolicy, TimeoutPolicy.REMIND),
        verbs=reader.verbs(),
        fields=tuple(_words(reader.text("fields")))[:MOST_FIELDS],
        low_risk=reader.flag("lowrisk"),
        amount=reader.text("amount")[:60],
    )
    return handling, reader.faults


class _Attributes:
    """Reads one attribute after the other and collects faults."""

    def __init__(self, element: Element) -> None:
        self.element = element
        self.faults: list[Problem] = []

    def text(self, name: str) -> str:
        return self.element.get(f"{{{YIHU}}}{name}", "").strip()

    def fault(self, name: str, hint: str) -> None:
        self.faults.append(problem("BPM-245", self.element.get("id", ""), what=name, hint=hint))

    def choice(self, name: str, choices: type[TextChoices], default: Any) -> Any:
        text = self.text(name)
        if text in choices.values:
            return choices(text)
        if text:
            self.fault(name, f"可用 {'、'.join(choices.values)}")
        return default

    def flag(self, name: str) -> bool:
        text = self.text(name)
        if text not in {"", "true", "false"}:
            self.fault(name, "用 true 或 false")
        return text == "true"

    def percent(self) -> int:
        text = self.text("percent")
        if not text:
            if self.text("mode") == Mode.PERCENT:
                self.fault("percent", "按比例会签要写 1 到 100 的整数")
            return 100
        if text.isascii() and text.isdigit() and 1 <= int(text[:4]) <= 100:
            return int(text)
        self.fault("percent", "1 到 100 的整数")
        return 100

    def verbs(self) -> tuple[Verb, ...]:
        words = _words(self.text("verbs"))
        if unknown := [word for word in words if word not in STEP_VERBS]:
            self.fault("verbs", f"不认识 {'、'.join(unknown[:5])}，可用 {'、'.join(STEP_VERBS)}")
        if words and Verb.AGREE not in words:
            self.fault("verbs", "必须含有 agree，否则环节办不完")
        return tuple(Verb(w) for w in words if w in STEP_VERBS) or USUAL_VERBS

    def candidates(self) -> Any:
        """A strategy as JSON, or the name of a role, or None."""
        text = self.text("candidates")
        if not text.startswith(("{", "[")):
            return text or None
        try:
            return json.loads(text)
        except (json.JSONDecodeError, RecursionError):
            self.fault("candidates", "不是合格的 JSON")
            return None


def _words(text: str) -> list[str]:
    return text.replace(",", " ").split()
