"""What a check says about a row or a file: a stable code for programs, a sentence and a remedy for people."""

from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    """How grave a finding is: the row is kept out, kept and pointed at, or merely noted."""

    REJECT = "reject"
    FLAG = "flag"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class Finding:
    """One finding. `code` never changes once published; `message` and `fix` are Chinese for the user."""

    code: str
    severity: Severity
    message: str
    fix: str
