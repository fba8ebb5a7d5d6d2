"""
Text as pieces by which it is found: pairs of neighbouring Chinese characters, and whole words of letters and digits.

Pairs need no dictionary, so a new term of a new notice is found on its first day; they find a little too much where two
words meet, and never too little. PostgreSQL keeps them in an array with an inverted index.
"""

import re
import unicodedata
from collections.abc import Iterator

CHINESE = "\u3400-\u9fff"
PARTS = re.compile(f"[{CHINESE}]+|[a-z0-9][a-z0-9.%-]*")
LONGEST_WORD = 40
MOST = 20_000


def pieces(*texts: str) -> list[str]:
    """The pieces of texts, each once, in order."""
    return list(dict.fromkeys(piece for text in texts for piece in _pieces(text)))[:MOST]


def _pieces(text: str) -> Iterator[str]:
    for part in PARTS.findall(unicodedata.normalize("NFKC", text).lower()):
        if part[0] < "\u3400":
            yield part.rstrip(".-")[:LONGEST_WORD]
        elif len(part) == 1:
            yield part
        else:
            yield from (part[i : i + 2] for i in range(len(part) - 1))


def asked(text: str) -> list[str]:
    """What a reader types, as pieces that must all be there."""
    return pieces(text[:100])
