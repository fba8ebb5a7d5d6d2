"""One canonical column of one source as SQL: as given, as stripped and rewritten, as typed, and its checks."""

from dataclasses import dataclass

from yihu.lens.backends.duck import literal
from yihu.lens.ingest.check_digits import FORMATS
from yihu.lens.ingest.mapping import ColumnRule
from yihu.lens.ingest.parsing import SQL_TYPES, cleaned, moment, number
from yihu.lens.ingest.readers import quoted
from yihu.lens.schema.catalogue import CODES, Column

BLANKS = "' ' || chr(9) || chr(10) || chr(13) || chr(160) || chr(12288) || chr(65279) || chr(8203)"
MAX_CELL_BYTES = 20_000
EARLIEST, LATEST = "1900-01-01", "2100-01-01"


@dataclass(frozen=True, slots=True)
class Problem:
    """A case of a check: rows that satisfy `where` fail `code` at `field`, whose source cell is `given` (SQL)."""

    code: str
    field: str
    where: str
    given: str


@dataclass(frozen=True, slots=True)
class Cell:
    """One canonical column of one source. `native` is the DuckDB type of the source column."""

    column: Column
    rule: ColumnRule | None
    native: str

    @property
    def _plain(self) -> bool:
        """Whether the source column already has a type that needs no reading of text."""
        kind = self.column.type
        numeric = self.native.startswith("DECIMAL") or self.native.endswith(("INT", "INTEGER"))
        dated = self.native in (
            "DATE",
            "TIMESTAMP",
            "TIMESTAMP_NS",
            "TIMESTAMP_MS",
            "TIMESTAMP WITH TIME ZONE",
        )
        return dated if kind in ("date", "timestamp") else numeric and kind != "string"

    def given(self) -> str:
        name = self.column.name
        if self.rule is None:
            return f"cast(null as VARCHAR) as g_{name}"
        if self.rule.const is not None:
            return f"{literal(self.rule.const)} as g_{name}"
        cell = quoted(str(self.rule.source))
        return f"{cell if self._plain else f'cast({cell} as VARCHAR)'} as g_{name}"

    def stripped(self) -> str:
        name, text = self.column.name, f"g_{self.column.name}"
        if self._plain or self.rule is None or self.rule.const is not None:
            return f"{text} as s_{name}"
        text = f"trim({text}, {BLANKS})" if self.rule.strip else text
        filled = f"nullif({text}, '')"
        return f"{self._rewritten(filled)} as s_{name}"

    def _rewritten(self, text: str) -> str:
        rule = self.rule
        values = dict(rule.values or {}) if rule else {}
        if self.column.code is not None:
            values = {zh: code for code, zh in CODES[self.column.code].items()} | values
        if values:
            cases = " ".join(f"when {literal(k.strip())} then {literal(v)}" for k, v in values.items())
            text = f"case {text} {cases} else {text} end"
        return f"{literal(rule.prefix)} || {text}" if rule and rule.prefix else text

    def typed(self) -> str:
        text, kind = f"s_{self.column.name}", self.column.type
        if kind == "string":
            return text
        if self._plain or self.rule is None:
            return f"try_cast({text} as {SQL_TYPES[kind]})"
        if kind in ("date", "timestamp"):
            return f"cast({moment(text, self.rule.date_format)} as {SQL_TYPES[kind]})"
        return number(text, kind)

    def judged(self) -> list[str]:
        """`w_`, of numbers read from text: null where read, else whether it is a number at all (then too wide)."""
        name = self.column.name
        if self._plain or self.column.type in ("string", "date", "timestamp"):
            return []
        wide = f"coalesce(isfinite(try_cast({cleaned(f's_{name}')} as DOUBLE)), false)"
        return [f"case when {name} is null and s_{name} is not null then {wide} end as w_{name}"]

    def problems(self) -> list[Problem]:
        name = self.column.name
        given = f"cast(g_{name} as VARCHAR)"
        return [Problem(code, name, where, given) for code, where in self._cases()]

    def _cases(self) -> list[tuple[str, str]]:
        name = self.column.name
        unread = f"({name} is null and s_{name} is not null)"
        cases = [] if self._plain else self._text_cases()
        if self.column.type in ("date", "timestamp"):
            days = f"{name} < date '{EARLIEST}' or {name} >= date '{LATEST}'"
            cases.append(("DATE_IMPOSSIBLE", f"({unread} or {days})"))
        elif self.column.type != "string":
            cases.append(("AMOUNT_TOO_LARGE", unread if self._plain else f"w_{name}"))
            cases += [] if self._plain else [("NUMBER_BAD", f"not w_{name}")]
        return cases + self._string_cases()

    def _text_cases(self) -> list[tuple[str, str]]:
        name, rule = self.column.name, self.rule
        if rule is None or rule.const is not None:
            return []
        cases = [("CELL_TOO_LONG", f"strlen(g_{name}) > {MAX_CELL_BYTES}")]
        if rule.strip:
            cases.append(("STRAY_SPACE", f"g_{name} <> trim(g_{name}, {BLANKS})"))
        if self.column.type == "money":
            cases.append(("AMOUNT_ROUNDED", f"try_cast(s_{name} as DECIMAL(38,10)) <> {name}"))
        return cases

    def _string_cases(self) -> list[tuple[str, str]]:
        name, rule = self.column.name, self.rule
        known = set(CODES[self.column.code]) if self.column.code else set(((rule and rule.values) or {}).values())
        cases = []
        if known and not (rule and rule.const is not None):
            listed = ", ".join(literal(code) for code in sorted(known))
            cases.append(("CODE_UNKNOWN", f"{name} not in ({listed})"))
        if self.column.check is not None:
            cases.append(("CHECK_DIGIT_BAD", FORMATS[self.column.check](name)))
        return cases
