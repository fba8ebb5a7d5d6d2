"""
Reading a reply: ``Y 7K3Q9A`` or ``N 7K3Q9A 理由``, full-width or lower case, 同意 or 不同意 for Y and N.

Nothing is guessed: a word other than these four, a code of another length, or words around them decide nothing.
"""

import re
import unicodedata
from dataclasses import dataclass

from yihu.hub.centres.tasks.choices import Verdict

# Without 0 O, 1 I L, 5 S: read from a small screen, they are one another.
ALPHABET = "2346789ABCDEFGHJKMNPQRTUVWXYZ"
LENGTH = 6
LONGEST_REASON = 200
WORDS = {"Y": Verdict.AGREE, "同意": Verdict.AGREE, "N": Verdict.REFUSE, "不同意": Verdict.REFUSE}
_BETWEEN = r"[\s,.:;、。]*"
_REPLY = re.compile(
    rf"{_BETWEEN}(Y|N|同意|不同意){_BETWEEN}([A-Z0-9]{{{LENGTH}}})(?![A-Z0-9])(.*)", re.IGNORECASE | re.DOTALL
)
_BARE = re.compile(rf"{_BETWEEN}(Y|N|YES|NO|OK|同意|不同意|好|好的|行|可以|是){_BETWEEN}!*{_BETWEEN}", re.IGNORECASE)
_NEAR = re.compile(rf"{_BETWEEN}(Y|N|同意|不同意)[\s,.:;、。]*([A-Z0-9]+)(?![A-Z0-9])", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Reply:
    """A verdict on the task of a code; `code` is "" when none of the right form was given."""

    verdict: Verdict | None
    code: str = ""
    reason: str = ""


def read_reply(text: str) -> Reply | None:
    """
    What a message says; None when it is no reply of this kind at all. Total: any text is read.

    A bare word gives a reply without verdict and code, a word with a malformed code one without code.
    """
    plain = unicodedata.normalize("NFKC", text.replace("\0", "")).strip()
    if found := _REPLY.fullmatch(plain):
        reason = found[3].strip(" \t\r\n,.:;、。!")[:LONGEST_REASON]
        return Reply(WORDS[found[1].upper()], found[2].upper(), reason)
    if _BARE.fullmatch(plain):
        return Reply(None)
    if found := _NEAR.match(plain):
        return Reply(WORDS[found[1].upper()])
    return None
