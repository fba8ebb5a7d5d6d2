"""The registry of checks: what each is called, how grave it is, what to do about it, and how rows fail it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from importlib.resources import files
from types import MappingProxyType

import yaml

from yihu.kit.findings import Finding, Severity

VAT_RATES = (0, 0.005, 0.01, 0.015, 0.02, 0.03, 0.04, 0.05, 0.06, 0.09, 0.10, 0.11, 0.13, 0.16, 0.17)
"""Every rate or levy rate of VAT since 2009, reduced ones included."""

TOP_RATES = (("2018-05-01", "0.17"), ("2019-04-01", "0.16"), ("9999-12-31", "0.13"))
"""
The highest VAT rate before each day.

Sources: 财税〔2018〕32号 (17 % → 16 % from 2018-05-01); 财政部 税务总局 海关总署公告2019年第39号 (→ 13 % from
2019-04-01).
"""


@dataclass(frozen=True, slots=True)
class Rule:
    """Rows of `table` that satisfy the SQL predicate `where` fail, at `field`; `needs` must be supplied."""

    table: str
    field: str
    where: str
    needs: str | None = None


@dataclass(frozen=True, slots=True)
class Check:
    """One named check. `scope` is file, row, cell or batch; `zh` and `fix` are what the user reads."""

    code: str
    scope: str
    severity: Severity
    zh: str
    fix: str
    rules: tuple[Rule, ...] = ()

    def finding(self, detail: str = "") -> Finding:
        """The finding for one case; `detail` is Chinese and follows the name."""
        return Finding(self.code, self.severity, f"{self.zh}：{detail}" if detail else self.zh, self.fix)


def _load() -> Mapping[str, Check]:
    text = files(__package__).joinpath("checks.yaml").read_text(encoding="utf-8")
    checks = {}
    for code, body in yaml.safe_load(text).items():
        rules = tuple(Rule(**rule) for rule in body.pop("rules", ()))
        checks[code] = Check(code=code, rules=rules, **{**body, "severity": Severity(body["severity"])})
    return MappingProxyType(checks)


CHECKS: Mapping[str, Check] = _load()
REJECTING: frozenset[str] = frozenset(c for c, check in CHECKS.items() if check.severity == Severity.REJECT)


def row_rules(table: str, supplied: frozenset[str], now: datetime) -> Iterator[tuple[str, str, str]]:
    """(code, field, SQL predicate) of the row checks for a source that supplies the columns `supplied`."""
    top = " ".join(f"when issued_at < date '{day}' then {rate}" for day, rate in TOP_RATES)
    values = {
        "now": f"timestamp '{now:%Y-%m-%d %H:%M:%S}'",
        "top_rate": f"(case {top} end)",
        "rates": ", ".join(map(str, VAT_RATES)),
    }
    for check in CHECKS.values():
        for rule in check.rules:
            if rule.table == table and (rule.needs is None or rule.needs in supplied):
                yield check.code, rule.field, rule.where.format(**values)


class RefusedFileError(Exception):
    """A file that cannot be gathered; the others go on."""

    def __init__(self, code: str, detail: str = "") -> None:
        self.finding = CHECKS[code].finding("".join(c if c.isprintable() else "·" for c in detail))
        super().__init__(self.finding.message)
