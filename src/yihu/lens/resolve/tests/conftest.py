"""A small hard register in words of its own: look-alikes that must stay apart, variants that must come together."""

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import pyarrow as pa
import pytest

from yihu.kit.identifiers import USCC_ALPHABET, id_check_digit, uscc_check_digit
from yihu.lens.resolve.resolution import complete
from yihu.lens.schema import TABLES

CITIES = {
    "320500": ("江苏省苏州市", "苏州"),
    "370200": ("山东省青岛市", "青岛"),
    "440300": ("广东省深圳市", "深圳"),
    "510100": ("四川省成都市", "成都"),
    "420100": ("湖北省武汉市", "武汉"),
}
BRANDS = [
    "晋腾",
    "博远",
    "锦程",
    "弘毅",
    "天佑",
    "瑞丰",
    "华亿",
    "金域",
    "恒信",
    "中启",
    "伟业",
    "万象",
    "思源",
    "普惠",
    "兴隆",
    "鼎盛",
    "卓越",
    "蓝天",
    "新希",
    "汇通",
    "东升",
    "长青",
    "百川",
    "凯旋",
    "永固",
    "启航",
    "立信",
    "诚達",
    "宇辉",
    "海纳",
]
TRADES = [
    "机电设备",
    "新能源科技",
    "供应链管理",
    "装饰工程",
    "医疗器械",
    "教育咨询",
    "进出口贸易",
    "生物科技",
    "文化传媒",
    "物流",
    "餐饮管理",
    "精密模具",
    "纺织品",
    "园林绿化",
    "人力资源",
]
ROADS = [
    "金鸡湖大道",
    "香港中路",
    "深南大道",
    "天府大道",
    "珞喻路",
    "星湖街",
    "台东路",
    "福强路",
    "武侯大街",
    "中南路",
    "干将东路",
    "山东路",
]
FAMILIES = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张"
GIVEN = [
    "建军",
    "秀兰",
    "志远",
    "丽娟",
    "海涛",
    "晓东",
    "玉珍",
    "国庆",
    "文静",
    "德胜",
    "春花",
    "家明",
    "立新",
    "雅琴",
    "振华",
    "思琪",
    "宇航",
    "美玲",
]
SOUND_ALIKE = {
    "腾": "藤",
    "博": "搏",
    "程": "成",
    "佑": "右",
    "丰": "峰",
    "华": "桦",
    "域": "誉",
    "恒": "衡",
    "伟": "炜",
    "源": "园",
    "盛": "胜",
    "越": "月",
    "希": "西",
    "升": "声",
    "川": "穿",
    "旋": "璇",
    "航": "杭",
    "辉": "晖",
    "纳": "娜",
}
LOOK_ALIKE = {"锦": "绵", "未": "末", "天": "夫", "准": "淮"}
TRADITIONAL = str.maketrans("电设备进贸业华东万启", "電設備進貿業華東萬啟")
WIDE = str.maketrans("0123456789", "０１２３４５６７８９")


def from_rows(rows: list[dict[str, Any]], table: str) -> pa.Table:
    """A canonical table of rows that may each lack columns."""
    return complete(pa.Table.from_pylist(rows, schema=TABLES[table].arrow_schema()), table)


@dataclass
class Register:
    """Rows of the four canonical tables and the truth."""

    rows: list[dict[str, Any]] = field(default_factory=list)
    changes: list[dict[str, Any]] = field(default_factory=list)
    truth: dict[str, str] = field(default_factory=dict)

    def table(self) -> pa.Table:
        return from_rows(self.rows, "registrations")

    def change_table(self) -> pa.Table | None:
        return from_rows(self.changes, "registration_changes") if self.changes else None


class Clerk:
    """Draws people, names, addresses and numbers."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)

    def one(self, items: Any) -> Any:
        return self.chance.choice(list(items))

    def person(self) -> tuple[str, str]:
        born = date(self.chance.randint(1955, 1999), self.chance.randint(1, 12), self.chance.randint(1, 28))
        body = f"{self.chance.randint(110101, 659001)}{born:%Y%m%d}{self.chance.randint(0, 999):03d}"
        return self.one(FAMILIES) + self.one(GIVEN), body + id_check_digit(body)

    def phone(self) -> str:
        return f"13{self.chance.randint(0, 10**9 - 1):09d}"

    def code(self, division: str) -> str:
        body = "91" + division + "".join(self.chance.choices(USCC_ALPHABET, k=9))
        return body + uscc_check_digit(body)

    def address(self, division: str) -> str:
        draw = self.chance.randint
        return f"{CITIES[division][0]}{self.one(ROADS)}{draw(1, 700)}号{draw(1, 12)}幢{draw(1, 25)}{draw(1, 12):02d}室"

    def firm(self, **given: Any) -> dict[str, Any]:
        division = given.pop("division_code", None) or self.one(CITIES)
        name, number = given.pop("owner", None) or self.person()
        core = given.pop("core", None) or self.one(BRANDS) + self.one("达昌荣泽聚和讯") + self.one(TRADES)
        row = {
            "registration_id": self.code(division),
            "name": f"{CITIES[division][1]}{core}有限公司",
            "division_code": division,
            "address": self.address(division),
            "phone": self.phone(),
            "legal_representative_name": name,
            "legal_representative_id": number,
            "industry_code": str(self.chance.randint(13, 80)),
        } | given
        return row | {"uscc": row["registration_id"] if len(row["registration_id"]) == 18 else None}

    def mistype(self, text: str, table: dict[str, str]) -> str:
        places = [i for i, c in enumerate(text) if c in table]
        if not places:
            return text
        at = self.one(places)
        return text[:at] + table[text[at]] + text[at + 1 :]

    def variant_name(self, name: str) -> str:
        """The name as another office wrote it; place and organisation form may go too."""
        kind = self.chance.random()
        if kind < 0.25:
            name = self.mistype(name, SOUND_ALIKE)
        elif kind < 0.35:
            name = self.mistype(name, LOOK_ALIKE)
        elif kind < 0.5:
            name = name.replace("有限公司", "有限责任公司")
        elif kind < 0.6:
            name = name.translate(TRADITIONAL)
        elif kind < 0.7 and name.endswith("有限公司"):
            name = f"{name[2:-4]}（{name[:2]}）有限公司"
        elif kind < 0.8:
            name = f" {name[:4]} {name[4:]}"
        return name.removesuffix("有限公司") if self.chance.random() < 0.1 else name

    def variant_address(self, address: str) -> str:
        kind = self.chance.random()
        if kind < 0.3:
            address = address[6:]
        elif kind < 0.5:
            address = address.translate(WIDE)
        elif kind < 0.65:
            address = address.replace("幢", "号楼").removesuffix("室")
        elif kind < 0.75:
            address = address.split("号")[0] + "号"
        return address

    def twin(self, row: dict[str, Any]) -> dict[str, Any]:
        """A second registration of the same taxpayer in another region, typed anew."""
        division = self.one(CITIES)
        twin = row | {
            "registration_id": self.code(division),
            "division_code": division,
            "name": self.variant_name(row["name"]),
            "address": self.variant_address(row["address"]),
            "phone": self.one([row["phone"], self.phone(), None]),
        }
        number = row["legal_representative_id"]
        twin["legal_representative_id"] = self.one([number, number, number[:6] + number[8:17], None])
        return twin | {"uscc": twin["registration_id"]}

    def renumbered(self, row: dict[str, Any]) -> dict[str, Any]:
        """The same taxpayer under its earlier 15-character number, moved since, with another telephone."""
        old = row["division_code"] + "".join(self.chance.choices(USCC_ALPHABET[10:], k=9))
        return row | {
            "registration_id": old,
            "uscc": None,
            "address": self.address(row["division_code"]),
            "phone": self.phone(),
        }


def _write(register: Register, clerk: Clerk, firms: int) -> None:
    agents = [clerk.phone() for _ in range(3)]
    cluster = clerk.address("440300").split("号")[0] + "号"
    tycoon, rows = clerk.person(), []
    for _ in range(firms):
        given: dict[str, Any] = {}
        if clerk.chance.random() < 0.3:
            given["phone"] = clerk.one(agents)
        if clerk.chance.random() < 0.15:
            given |= {"division_code": "440300", "address": cluster + clerk.one(["", "A座", "（集群注册）"])}
        if clerk.chance.random() < 0.08:
            given["owner"] = tycoon
        rows.append(clerk.firm(**given))
    rows += [_lookalike(clerk, clerk.one(rows[:firms])) for _ in range(firms // 3)]
    for number, row in enumerate(rows):
        _register(register, row, f"T{number}")
        if clerk.chance.random() < 0.12:
            _register(register, clerk.twin(row), f"T{number}")
        elif clerk.chance.random() < 0.1:
            _renumber(register, clerk, row, f"T{number}")


def _lookalike(clerk: Clerk, row: dict[str, Any]) -> dict[str, Any]:
    """Another taxpayer that resembles `row`: sibling, branch, namesake elsewhere, or a shop with a common name."""
    owner = (row["legal_representative_name"], row["legal_representative_id"])
    kind = clerk.chance.randrange(4)
    if kind == 0:
        core = row["name"][2:5] + clerk.one([t for t in TRADES if t not in row["name"]])
        return clerk.firm(
            owner=owner, core=core, division_code=row["division_code"], address=row["address"], phone=row["phone"]
        )
    if kind == 1:
        division = clerk.one(CITIES)
        branch = row["name"] + clerk.one([f"{CITIES[division][1]}分公司", "第一分公司", "第二分公司"])
        return clerk.firm(owner=owner, name=branch, division_code=division, phone=row["phone"])
    if kind == 2:
        other = clerk.one([c for c in CITIES if CITIES[c][1] != row["name"][:2]])
        return clerk.firm(core=row["name"][2:-4], division_code=other)
    return clerk.firm(
        name=clerk.one(["便民超市", "平价药店", "惠民副食品商店", "老李水果店"]), division_code=row["division_code"]
    )


def _register(register: Register, row: dict[str, Any], taxpayer: str) -> None:
    register.rows.append(row)
    register.truth[row["registration_id"]] = taxpayer


def _renumber(register: Register, clerk: Clerk, row: dict[str, Any], taxpayer: str) -> None:
    earlier = clerk.renumbered(row)
    _register(register, earlier, taxpayer)
    if clerk.chance.random() < 0.5:
        row["previous_registration_id"] = earlier["registration_id"]
    else:
        register.changes.append({
            "registration_id": row["registration_id"], "changed_on": date(2024, 5, 6), "item_code": "NUMBER",
            "old_value": earlier["registration_id"], "new_value": row["registration_id"],
        })  # fmt: skip


@pytest.fixture(scope="session")
def hard_register() -> Callable[[int, int], Register]:
    """Make a register of `firms` ordinary firms, a third as many look-alikes and a fifth as many duplicates."""

    def make(firms: int, seed: int) -> Register:
        register = Register()
        _write(register, Clerk(seed), firms)
        return register

    return make
