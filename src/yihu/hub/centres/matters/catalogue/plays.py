"""`cases/*.yaml`: a matter played from application to result, with what is expected after every act."""

import re
from datetime import datetime, timedelta
from typing import Annotated, Any, Literal

from pydantic import Field, StringConstraints

from yihu.hub.centres.matters.catalogue.spec import Code, NodeId, Part, Sentence, Words

Duty = Literal["OFFICER", "SECTION_CHIEF", "DIRECTOR", "OPERATOR", "SYSTEM_ADMIN", "SECURITY_ADMIN", "AUDITOR"]
# The stage: a city's bureau and two branches below it.
Place = Literal["bureau", "east", "west"]
Verb = Literal[
    "agree", "refuse", "return_to", "withdraw", "transfer", "delegate", "add_sign", "remove_sign", "carbon_copy",
    "urge", "terminate",
]  # fmt: skip
LEAST = 3
VERB_NAMES = {
    "agree": "同意", "refuse": "不同意", "return_to": "退回", "withdraw": "撤回", "transfer": "转办",
    "delegate": "委派", "add_sign": "加签", "remove_sign": "减签", "carbon_copy": "抄送",
    "urge": "催办", "terminate": "终止",
}  # fmt: skip
AFTER = re.compile(r"P(?:(\d{1,3})D)?(?:T(?:(\d{1,3})H)?(?:(\d{1,4})M)?)?")


def passed(after: str | None) -> timedelta:
    """The time that goes by before an act; a minute when nothing is said."""
    found = AFTER.fullmatch(after or "PT1M")
    days, hours, minutes = (int(part or 0) for part in found.groups()) if found else (0, 0, 1)
    return timedelta(days=days, hours=hours, minutes=minutes)


class Player(Part):
    """A person on the stage, holding one standard duty at one office."""

    duty: Duty
    office: Place = "east"
    name: Words | None = None


class OnStageTaxpayer(Part):
    """The taxpayer the case is about, of a counter matter."""

    number: Annotated[str, StringConstraints(pattern=r"^[0-9A-Z]{15,20}$")] = "91440300MA5EXAMPL0"
    name: Words = "示例科技有限公司"
    office: Place = "east"


class Act(Part):
    """
    One act of a player on the open step `node`.

    `data` are fields the node may edit; `open` the nodes that must be open afterwards, in any order; `refused` the
    beginning of the code of the refusal expected instead; `after` what time passes before (ISO 8601, e.g. P1D).
    """

    by: Words
    node: NodeId
    verb: Verb = "agree"
    opinion: Annotated[str, StringConstraints(max_length=500)] = ""
    data: dict[str, Any] = {}
    people: list[Words] = []
    to: NodeId | None = None
    after: Annotated[str, StringConstraints(pattern=r"^P(\d{1,3}D)?(T(\d{1,3}H)?(\d{1,4}M)?)?$")] | None = None
    open: list[NodeId] | None = None
    refused: str | None = None

    @property
    def verb_name(self) -> str:
        """As the page says it."""
        return VERB_NAMES[self.verb]


class Play(Part):
    """One case file."""

    name: Sentence
    at: datetime
    cast: Annotated[dict[Words, Player], Field(min_length=1)]
    applicant: Words
    taxpayer: OnStageTaxpayer | None = None
    form: dict[str, Any]
    materials: dict[Code, Annotated[int, Field(ge=1, le=20)]] = {}
    refused: str | None = None
    open: list[NodeId] = []
    acts: list[Act] = []
    after: Annotated[str, StringConstraints(pattern=r"^P(\d+D)?(T\d+[HM])?$")] | None = None
    outcome: NodeId | None = None
    letters: list[Code] = []
    notices: list[Code] = []
