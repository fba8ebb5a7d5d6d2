"""A registered name taken apart: place, brand 字号, trade, form, branch."""

import re
from functools import lru_cache
from typing import NamedTuple

from yihu.lens.resolve.folding import NOT_TEXT, fold_width, sound, words
from yihu.lens.schema.places import DIVISIONS, ancestors

BRACKETS = re.compile(r"[(\[【〔<]([^()\[\]【】〔〕<>]*)[)\]】〕>]")
KINDS = (
    "特别行政区",
    "维吾尔自治区",
    "壮族自治区",
    "回族自治区",
    "自治区",
    "自治州",
    "新区",
    "地区",
    "省",
    "市",
    "区",
    "县",
    "旗",
)
BRAND_LENGTH = 2
LONGEST_PLACE = 7
UNLISTED_DISTRICT = re.compile(r"^(.{2,3}?)(?:自治县|[县区市镇])(?=.{4})")
"""会宁县…, 黄岛区…: districts beyond the shipped list show by their kind, when enough of a name follows."""


class Name(NamedTuple):
    """Parts of a name; `place` is a prefecture or province word, `district` the part below it. Empty when absent."""

    place: str
    district: str
    brand: str
    trade: str
    form: str
    branch: str


NAMELESS = Name("", "", "", "", "", "")


@lru_cache(maxsize=1)
def places() -> dict[str, tuple[str, str]]:
    """Place word → (prefecture or municipality, district): 萧山 → (杭州, 萧山), 杭州 → (杭州, '')."""
    known: dict[str, tuple[str, str]] = {}
    for code in DIVISIONS:
        line = [_short(place.name) for place in ancestors(code, DIVISIONS)]
        direct = code[:2] in ("11", "12", "31", "50")
        if direct or len(line) == 1:
            entry = (line[0], line[1] if len(line) > 1 else "")
        else:
            entry = (line[1], line[2] if len(line) > 2 else "")
        known[line[-1]] = ("", line[-1]) if line[-1] in known and known[line[-1]] != entry else entry
    known["中国"] = ("", "")
    known.update({city: (city, "") for city in words()["cities"] + words()["provinces"]})
    return known


def _short(name: str) -> str:
    for kind in KINDS:
        if name.endswith(kind) and len(name) > len(kind) + 1:
            return name.removesuffix(kind)
    return name


@lru_cache(maxsize=1)
def _forms() -> tuple[str, ...]:
    return tuple(sorted(words()["forms"], key=len, reverse=True))


@lru_cache(maxsize=1)
def _trades() -> tuple[frozenset[str], frozenset[str], tuple[int, ...]]:
    """Trade words, how they sound, and their lengths."""
    trades = words()["trades"]
    return frozenset(trades), frozenset(map(sound, trades)), tuple(sorted({len(t) for t in trades}, reverse=True))


@lru_cache(maxsize=1)
def _branch_ending() -> re.Pattern[str]:
    return re.compile("(.*?)(" + "|".join(sorted(words()["branch_words"], key=len, reverse=True)) + ")$")


def parse_name(text: str | None) -> Name:
    """
    Take a registered name apart; a masked or empty one gives `NAMELESS`.

    杭州萧山鑫源钢材贸易有限公司宁波分公司 → 杭州, 萧山, 鑫源, 钢材贸易, 有限公司, 宁波分公司.
    """
    if not text or "*" in text:
        return NAMELESS
    body, noted = _take_brackets(fold_width(text))
    body = NOT_TEXT.sub("", body)
    body, branch = _take_branch(body)
    body, form = _take_form(body)
    place, district, core = _take_places(body)
    noted_place, noted_district = _place_of(noted)
    brand, trade = split_core(core)
    if not brand and district and "公司" in form:
        # 北京朝阳科技有限公司: a company has a brand, here it only looks like a district.
        brand, district = district, ""
    return Name(place or noted_place, district or noted_district, brand, trade, form, branch)


def _take_brackets(text: str) -> tuple[str, str]:
    """The text without brackets, and the bracketed words that name a place."""
    noted = ""
    for inner in BRACKETS.findall(text):
        if inner in places() or _short(inner) in places():
            noted = inner
        elif inner and inner not in words()["forms"]:
            text = text.replace(f"({inner})", inner)
    return BRACKETS.sub("", text), noted


def _take_branch(body: str) -> tuple[str, str]:
    """Cut what follows the head office's own 公司 when it ends in a word for branches."""
    cut = body.find("公司")
    if 0 < cut < len(body) - 2 and _branch_ending().match(body[cut + 2 :]):
        return body[: cut + 2], re.sub("[省市区县第]", "", body[cut + 2 :])
    if cut < 0 and (found := _branch_ending().match(body)) and len(found[1]) > 2 * BRAND_LENGTH:
        return body, found[2]
    return body, ""


def _take_form(body: str) -> tuple[str, str]:
    for slip, right in words()["form_slips"].items():
        if body.endswith(slip) and not body.endswith(right):
            return body.removesuffix(slip), right
    taken = ""
    while (form := next((f for f in _forms() if body.endswith(f) and len(body) > len(f)), None)) is not None:
        body, taken = body.removesuffix(form), form + taken
    return body, taken


def _take_places(body: str) -> tuple[str, str, str]:
    """Strip place words (with or without 市, 区, 县) from the head; at least two characters stay."""
    place = district = ""
    while True:
        for length in range(min(LONGEST_PLACE, len(body) - BRAND_LENGTH), 1, -1):
            found = places().get(body[:length])
            if found is not None and _continues(place, district, found):
                place, district = found[0] or place, found[1] or district
                body = _drop_kind(body[length:])
                break
        else:
            rest = _drop_kind(body) if not place else body
            # A clerk who cut the city's two characters may have left its 市 standing.
            if rest != body and rest[:2] in places():
                body = rest
                continue
            return _take_unlisted(place, district, body)


@lru_cache(maxsize=1)
def _place_sounds() -> frozenset[str]:
    return frozenset(map(sound, places()))


def _take_unlisted(place: str, district: str, body: str) -> tuple[str, str, str]:
    if not place and not district and body[2:3] == "市" and sound(body[:2]) in _place_sounds():
        # 金花市义乌尚千面馆: of a misspelt city the kind goes, so that the whole sounds like the right one.
        return place, district, body[:2] + body[3:]
    if not district and (found := UNLISTED_DISTRICT.match(body)) is not None:
        return place, found[1], body[found.end() :]
    return place, district, body


def _continues(place: str, district: str, found: tuple[str, str]) -> bool:
    """Whether a second place word belongs to the first: 浙江 杭州 萧山, but not 苏州 金华 (there 金华 is the brand)."""
    if not place:
        return True
    return not district and (found[0] in ("", place) or place in words()["provinces"])


def _drop_kind(body: str) -> str:
    for kind in KINDS:
        if body.startswith(kind) and len(body) >= len(kind) + BRAND_LENGTH:
            return body.removeprefix(kind)
    return body


def _place_of(text: str) -> tuple[str, str]:
    return places().get(text) or places().get(_short(text)) or ("", "")


def split_core(core: str) -> tuple[str, str]:
    """
    Brand and trade of what stands between place and form: the trade begins at the first trade word.

    Trade words are looked for as written, then as they sound (贸易 in 茂易). Without any, the brand is all of a short
    core and the first two characters of a long one. A core that begins with a trade word (便民超市) has no brand.
    """
    written, spoken, lengths = _trades()
    for known, key in ((written, str), (spoken, sound)):
        for start in (0, *range(BRAND_LENGTH, len(core) - 1)):
            if any(key(core[start : start + n]) in known for n in lengths if start + n <= len(core)):
                return core[:start], core[start:]
    return (core, "") if len(core) <= 2 * BRAND_LENGTH else (core[:BRAND_LENGTH], core[BRAND_LENGTH:])
