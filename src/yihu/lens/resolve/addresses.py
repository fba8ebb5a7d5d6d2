"""An address taken apart: city, road, number, and the numbers of building and room."""

import re
from functools import lru_cache
from typing import NamedTuple

from yihu.lens.resolve.folding import BRACKETS_NOTE, chinese_digits, fold_width, sound, words
from yihu.lens.resolve.names import places


class Address(NamedTuple):
    """`city` a place word or empty; `road` a sound code; `number` and `units` digits and letters, units by '-'."""

    city: str
    road: str
    number: str
    units: str


NOWHERE = Address("", "", "", "")
PROVINCE = re.compile(r"^[^省市区县路街道]{2,8}?(?:省|自治区)")
CITY = re.compile(r"^([^省市区县路街道]{2,8}?)(?:市|自治州|地区|盟)")
DISTRICT = re.compile(r"^([^省市区县路街道]{1,8}?)(?:新区|区|县|旗|市)")
UNIT = re.compile(r"[0-9A-Z]+")
NUMBER = re.compile(r"^([0-9A-Z]+(?:-[0-9A-Z]+)*)号?")


@lru_cache(maxsize=1)
def _street() -> re.Pattern[str]:
    ends = "|".join(sorted(words()["street_words"], key=len, reverse=True))
    return re.compile(rf"^[^0-9路]{{0,8}}?(?:{ends})(?=.)")


@lru_cache(maxsize=1)
def _road() -> re.Pattern[str]:
    ends = "|".join(sorted(words()["road_words"], key=len, reverse=True))
    return re.compile(rf"^([^0-9]{{1,12}}?(?:{ends}))(?=[0-9A-Z]|$)")


def parse_address(text: str | None) -> Address:
    """
    Take an address apart; a masked or empty one gives `NOWHERE`.

    浙江省杭州市萧山区北干街道人民路１２号创业大厦3幢501室 → 杭州, sound of 人民路, 12, 3-501. An address without a
    road keeps the sound of its words in `road` and all its numbers in `units`.
    """
    if not text or "*" in text:
        return NOWHERE
    city, rest = _take_divisions(chinese_digits(BRACKETS_NOTE.sub("", fold_width(text))))
    rest = _street().sub("", rest, count=1)
    road = _road().match(rest)
    if road is None:
        words_only = UNIT.sub("", rest)
        return Address(city, sound(words_only), "", "-".join(UNIT.findall(rest)))
    after = rest[road.end() :]
    number = NUMBER.match(after)
    units = after[number.end() :] if number else after
    return Address(city, sound(road[1]), number[1] if number else "", "-".join(UNIT.findall(units)))


def _take_divisions(text: str) -> tuple[str, str]:
    """Cut province, city and district from the head; the city's word when it is known."""
    text = PROVINCE.sub("", text, count=1)
    city = ""
    if found := CITY.match(text):
        city, text = places().get(found[1], ("", ""))[0], text[found.end() :]
    if found := DISTRICT.match(text):
        city, text = city or places().get(found[1], ("", ""))[0], text[found.end() :]
    return city, text
