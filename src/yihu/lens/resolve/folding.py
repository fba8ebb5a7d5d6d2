"""How a text sounds and looks, as short codes in which common slips of typing vanish."""

import re
import unicodedata
from functools import lru_cache
from importlib.resources import files
from typing import Any

import yaml
from pypinyin.constants import PINYIN_DICT

NOT_TEXT = re.compile(r"[^\w]|_")
ZERO = ord("a")
BRACKETS_NOTE = re.compile(r"\([^()]*\)")
NUMERAL = re.compile(r"[一二三四五六七八九十百零〇]+(?=[号楼室层幢栋座单弄])")
DIGITS = {c: i for i, c in enumerate("〇一二三四五六七八九")} | {"零": 0}


@lru_cache(maxsize=1)
def words() -> Any:
    """The material of `words.yaml`."""
    return yaml.safe_load(files(__package__).joinpath("words.yaml").read_text(encoding="utf-8"))


def fold_width(text: str) -> str:
    """NFKC, capitals, no blanks: ＡＢ－１ 号 becomes AB-1号."""
    return "".join(unicodedata.normalize("NFKC", text).split()).upper()


def loose_syllable(reading: str) -> str:
    """
    One pinyin reading without tone and without the contrasts that typists lose.

    zh/ch/sh become z/c/s, a final -ng becomes -n.
    """
    plain = unicodedata.normalize("NFD", reading).replace("u\u0308", "v")
    plain = re.sub(r"[^a-z]", "", plain)
    return re.sub(r"ng$", "n", re.sub(r"^([zcs])h", r"\1", plain))


class _Codes(dict[int, str]):
    """Code points → two letters, filled in as characters come: equal for characters that sound alike."""

    def __init__(self) -> None:
        sounds = {point: loose_syllable(readings.split(",")[0]) for point, readings in PINYIN_DICT.items()}
        for group in words()["lookalikes"]:
            for char in group[1:]:
                sounds[ord(char)] = sounds[ord(group[0])]
        letters = {s: chr(ZERO + i // 26) + chr(ZERO + i % 26) for i, s in enumerate(sorted(set(sounds.values())))}
        super().__init__({point: letters[sound] for point, sound in sounds.items()})

    def __missing__(self, point: int) -> str:
        char = chr(point)
        code = "" if NOT_TEXT.match(char) else f"{char}_" if char.isascii() else f"U{point:X}_"
        self[point] = code
        return code


@lru_cache(maxsize=1)
def _codes() -> _Codes:
    return _Codes()


def sound(text: str) -> str:
    """
    Two ASCII letters for each Chinese character, so that 华达 and 花达, 锦程 and 绵程 give the same.

    One misheard, missing or added character is an edit distance of at most two. Other characters stand as
    themselves with an underscore; punctuation is left out. First readings only: both spellings of a name are read
    alike, which is what matters here.
    """
    return text.translate(_codes())


def chinese_digits(text: str) -> str:
    """Chinese numerals before 号, 楼, 室 and the like as digits: 三号楼 → 3号楼, 十二层 → 12层."""
    return NUMERAL.sub(lambda found: str(_value(found.group())), text)


def _value(numeral: str) -> int:
    if not set(numeral) & set("十百"):
        return int("".join(str(DIGITS[c]) for c in numeral))
    total = digit = 0
    for char in numeral:
        if char in DIGITS:
            digit = DIGITS[char]
        else:
            total += (digit or (1 if char == "十" else 0)) * (10 if char == "十" else 100)
            digit = 0
    return total + digit
