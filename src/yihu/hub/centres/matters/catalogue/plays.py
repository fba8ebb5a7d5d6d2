"""`cases/*.yaml`: a matter played from application to result, with what is expected after every act."""

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import Field, StringConstraints

from yihu.hub.centres.matters.catalogue.spec import Code, NodeId, Part, Sentence, Words

Duty = Literal["OFFICER", "SECTION_CHIEF", "DIRECTOR", "OPERATOR", "SYSTEM_ADMIN", "SECURITY_ADMIN", "AUDITOR"]
# The stage: a city's bureau and two branches below it.
Place = Literal["bureau", "east", "west"]
Verb = Literal[
    "agree", "refuse", "return_to", "withdraw", "transfer", "delegate", "add_sign", "remove_sign", "carbon_copy",
    "urge", "terminate", "countersign",
]  # fmt: skip
LEAST = 3


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
    after: Annotated[str, StringConstraints(pattern=r"^P(\d+D)?(T\d+[HM])?$")] | None = None
    open: list[NodeId] | None = None
    refused: str | None = None


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
    outcome: NodeId | None = None
    letters: list[Code] = []
    notices: list[Code] = []
