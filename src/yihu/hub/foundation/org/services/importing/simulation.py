"""A made-up organisation of any size, as the three files that `yihu org import` reads."""

import csv
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from yihu.hub.foundation.org.services.importing.columns import COLUMNS, Kind

SURNAMES = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈"
GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华玉兰鹏飞婷雪梅建国文博志远思源雨桐子涵浩然欣怡"
FIRST_DAY = "2018-06-15"
# Of a hundred offices below the top; the rest are branches.
PROVINCES, CITIES, COUNTIES = 0.0008, 0.0075, 0.065
# Officers stand mostly in counties and branches.
WEIGHTS = {1: 120, 2: 60, 3: 40, 4: 30, 5: 12}
ADMINISTRATION = (("SYSTEM_ADMIN", "系统管理员岗"), ("SECURITY_ADMIN", "安全管理员岗"), ("AUDITOR", "安全审计岗"))


@dataclass(frozen=True, slots=True)
class _Office:
    code: str
    name: str
    level: int
    parent: str
    division: str


def simulate_organisation(
    out: Path, *, offices: int, people: int, seed: int, progress: Callable[[str, float], None]
) -> dict[str, Path]:
    """
    Write offices.csv, posts.csv and people.csv; the same numbers and seed give the same bytes.

    :return: the files by kind
    """
    out.mkdir(parents=True, exist_ok=True)
    rng = random.Random(seed)  # noqa: S311 (made-up names, no secrets)
    tree = list(_tree(offices))
    files = {kind.value: out / f"{kind.value}.csv" for kind in Kind}
    progress("机关", 0.0)
    first = [(o.code, o.name, o.level, o.parent, o.division, FIRST_DAY) for o in tree]
    _write(files["offices"], Kind.OFFICES, iter(first))
    progress("岗位", 0.1)
    posts = [post for office in tree for post in _posts(office)]
    _write(files["posts"], Kind.POSTS, iter(posts))
    progress("人员", 0.3)
    _write(files["people"], Kind.PEOPLE, _people(tree, posts, people, rng))
    progress("完成", 1.0)
    return files


def _tree(count: int) -> Iterator[_Office]:
    yield _Office("10000000000", "国家税务总局", 1, "", "")
    left = count - 1
    provinces = max(1, min(34, round(count * PROVINCES)))
    cities = max(1, round(count * CITIES / provinces))
    counties = max(1, round(count * COUNTIES / provinces / cities))
    above: list[_Office] = []
    for p in range(provinces):
        province = _Office(f"1{p + 11:02}00000000", f"第{p + 1}省税务局", 2, "10000000000", f"{p + 11:02}")
        above.append(province)
        for c in range(cities):
            city = _Office(
                f"1{p + 11:02}{c + 1:02}000000", f"第{p + 1}省第{c + 1}市税务局", 3, province.code,
                f"{p + 11:02}{c + 1:02}",
            )  # fmt: skip
            above.append(city)
            above += [
                _Office(f"1{city.division}{x + 1:02}0000", f"{city.name[:-3]}第{x + 1}区税务局", 4, city.code,
                        f"{city.division}{x + 1:02}")
                for x in range(counties)
            ]  # fmt: skip
    yield from above[:left]
    yield from _branches([o for o in above[:left] if o.level == 4], left - len(above))


def _branches(counties: list[_Office], count: int) -> Iterator[_Office]:
    for number in range(max(0, count)):
        county, nth = counties[number % len(counties)], number // len(counties) + 1
        code = f"{county.code[:7]}{nth:04}"
        yield _Office(code, f"{county.name[:-3]}第{nth}税务所", 5, county.code, county.division)


def _posts(office: _Office) -> Iterator[tuple[str, ...]]:
    department = (f"{office.code}-D1", "综合业务科") if office.level < 5 else ("", "")
    kinds = [("SECTION_CHIEF", "科所长岗"), ("OFFICER", "税收管理员岗")]
    if office.level < 5:
        kinds.insert(0, ("DIRECTOR", "局领导岗"))
    if office.level < 4:
        kinds += ADMINISTRATION
    for duty, name in kinds:
        yield (f"{office.code}-{duty}", name, office.code, *department, duty, FIRST_DAY)


def _people(
    tree: list[_Office], posts: list[tuple[str, ...]], count: int, rng: random.Random
) -> Iterator[tuple[str, ...]]:
    """Every post but the officers' has one holder as far as people reach; the rest are officers by weight."""
    single = [post[0] for post in posts if post[5] != "OFFICER"][:count]
    officers = rng.choices(
        [f"{o.code}-OFFICER" for o in tree], weights=[WEIGHTS[o.level] for o in tree], k=count - len(single)
    )
    for number, post in enumerate((*single, *sorted(officers)), start=1):
        name = rng.choice(SURNAMES) + "".join(rng.choices(GIVEN, k=rng.choice((1, 2, 2))))
        yield (f"t{number:07}", name, post, FIRST_DAY, "")


def _write(path: Path, kind: Kind, rows: Iterator[tuple[object, ...]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow([c.code for c in COLUMNS[kind]])
        writer.writerows(rows)
