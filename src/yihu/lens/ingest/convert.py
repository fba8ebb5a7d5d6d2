"""
The SQL that turns a source's own columns into canonical ones and names every cell that cannot be turned.

Three layers, each read once: *given* (source cells, `g_`), *stripped* (`s_`: text without blanks at its ends, rewritten
by the mapping, empty as null) and *typed* (canonical names). Cells are tried by TRY_CAST, so nothing here can fail.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from yihu.kit.identifiers import EARLIEST_BIRTH_YEAR, ID_CHECK_DIGITS, ID_WEIGHTS, USCC_ALPHABET, USCC_WEIGHTS
from yihu.lens.backends.duck import literal
from yihu.lens.ingest.checks import REJECTING, RefusedFileError, row_rules
from yihu.lens.ingest.mapping import ColumnRule, Source, nearest
from yihu.lens.ingest.readers import FILE, Raw, quoted
from yihu.lens.ingest.text import ROW
from yihu.lens.schema.catalogue import CODES, TABLES, Column

SQL_TYPES: Mapping[str, str] = {
    "string": "VARCHAR",
    "date": "DATE",
    "timestamp": "TIMESTAMP",
    "money": "DECIMAL(18,2)",
    "quantity": "DECIMAL(18,6)",
    "rate": "DECIMAL(9,6)",
    "integer": "BIGINT",
}
BLANKS = "' ' || chr(9) || chr(10) || chr(13) || chr(160) || chr(12288) || chr(65279) || chr(8203)"
MAX_CELL_BYTES = 20_000
EARLIEST, LATEST = "1900-01-01", "2100-01-01"
DATE_FORMATS = (
    "%Y%m%d",
    "%Y年%m月%d日",
    "%Y.%m.%d",
    "%Y%m%d%H%M%S",
    "%Y年%m月%d日 %H:%M:%S",
    "%Y%m%d %H:%M:%S",
)
DERIVED: Mapping[tuple[str, str], str] = {
    ("invoices", "total_amount"): "try_cast(amount + tax_amount as DECIMAL(18,2))",
    ("invoices", "colour_code"): "case when amount < 0 then 'RED' when amount is not null then 'BLUE' end",
    ("invoices", "status_code"): "case when invoice_number is not null then 'VALID' end",
}
"""Columns that follow from others where the source does not supply them; a listed invoice without status is valid."""


@dataclass(frozen=True, slots=True)
class Problem:
    """A case of a check: rows that satisfy `where` fail `code` at `field`, whose source cell is `given` (SQL)."""

    code: str
    field: str
    where: str
    given: str


@dataclass(frozen=True, slots=True)
class Conversion:
    """`typed` is FROM-able SQL of all canonical columns beside the earlier layers; `problems` are tested upon it."""

    table: str
    typed: str
    problems: tuple[Problem, ...]

    def rejecting(self) -> str:
        """SQL predicate of the rows to keep out."""
        return any_of(p.where for p in self.problems if p.code in REJECTING)


def any_of(predicates: Iterable[str]) -> str:
    """SQL disjunction that is false rather than null."""
    terms = [f"coalesce({p}, false)" for p in predicates]
    return " or ".join(terms) or "false"


def convert(raw: Raw, source: Source, now: datetime) -> Conversion:
    """
    Plan the conversion of `raw` for the table of `source`.

    :raises RefusedFileError: the mapping names a column that the file has not
    """
    table = TABLES[source.table]
    rules = resolve_rules(raw, source)
    given, stripped, typed, problems = [], [], [], []
    for column in table.columns.values():
        rule = rules.get(column.name)
        cell = _Cell(column, rule, _native(raw, rule))
        given.append(cell.given())
        stripped.append(cell.stripped())
        if rule is not None or (table.name, column.name) not in DERIVED:
            typed.append(f"{cell.typed()} as {column.name}")
        problems += cell.problems() if rule is not None else []
    after = [f"{sql} as {c}" for (t, c), sql in DERIVED.items() if t == table.name and c not in rules]
    place = f"{FILE}, {ROW}"
    sql = f"(select {place}, {', '.join(given)} from {raw.sql})"
    sql = f"(select *, {', '.join(stripped)} from {sql})"
    sql = f"(select *, {', '.join(typed)} from {sql})"
    sql = f"(select *, {', '.join(after)} from {sql})" if after else sql
    problems += [_required(c) for c in table.columns.values() if c.required]
    for code, field, where in row_rules(table.name, frozenset(rules), now):
        problems.append(Problem(code, field, where, f"cast({field} as VARCHAR)"))
    return Conversion(table.name, sql, tuple(problems))


def resolve_rules(raw: Raw, source: Source) -> dict[str, ColumnRule]:
    """Canonical column -> rule whose `source` is spelled as the file spells it; optional absentees only without mapping."""
    spelled = {name.strip(): name for name in raw.columns}
    table = TABLES[source.table]
    if source.columns is None:
        rules = {c: ColumnRule(source=spelled[c]) for c in table.columns if c in spelled}
        lacking = [c.name for c in table.columns.values() if c.required and c.name not in rules]
        absent = [c for c in lacking if (table.name, c) not in DERIVED]
        if absent:
            raise RefusedFileError("COLUMN_MISSING", f"表 {table.name} 的必填列 {'、'.join(absent)}")
        return rules
    rules = {}
    for name, rule in source.columns.items():
        if rule.source is not None and rule.source.strip() not in spelled:
            hint = nearest(rule.source, list(spelled))
            raise RefusedFileError("COLUMN_MISSING", f"“{rule.source}”（映射到 {name}）{hint}")
        found = None if rule.source is None else spelled[rule.source.strip()]
        rules[name] = rule.model_copy(update={"source": found})
    return rules


def _native(raw: Raw, rule: ColumnRule | None) -> str:
    return "VARCHAR" if rule is None or rule.source is None else raw.columns[rule.source]


def _required(column: Column) -> Problem:
    given = f"cast(g_{column.name} as VARCHAR)"
    return Problem(
        "REQUIRED_MISSING", column.name, f"{column.name} is null and s_{column.name} is null", given
    )


@dataclass(frozen=True, slots=True)
class _Cell:
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
            return f"cast({_moment(text, self.rule.date_format)} as {SQL_TYPES[kind]})"
        return _number(text, kind)

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
            wide = f"try_cast({_cleaned(f's_{name}')} as DOUBLE) is not null"
            cases.append(("NUMBER_BAD", "false" if self._plain else f"({unread} and not {wide})"))
            cases.append(("AMOUNT_TOO_LARGE", unread if self._plain else f"({unread} and {wide})"))
        return [case for case in cases if case[1] != "false"] + self._string_cases()

    def _text_cases(self) -> list[tuple[str, str]]:
        name, rule = self.column.name, self.rule
        if rule is None or rule.const is not None:
            return []
        cases = [("CELL_TOO_LONG", f"strlen(g_{name}) > {MAX_CELL_BYTES}")]
        if rule.strip:
            cases.append(("STRAY_SPACE", f"g_{name} <> trim(g_{name}, {BLANKS})"))
        if self.column.type == "money":
            precise = f"try_cast({_cleaned(f's_{name}')} as DECIMAL(38,10))"
            cases.append(("AMOUNT_ROUNDED", f"{precise} <> {name}"))
        return cases

    def _string_cases(self) -> list[tuple[str, str]]:
        name, rule = self.column.name, self.rule
        known = (
            set(CODES[self.column.code]) if self.column.code else set(((rule and rule.values) or {}).values())
        )
        cases = []
        if known and not (rule and rule.const is not None):
            listed = ", ".join(literal(code) for code in sorted(known))
            cases.append(("CODE_UNKNOWN", f"{name} not in ({listed})"))
        if self.column.check is not None:
            cases.append(("CHECK_DIGIT_BAD", FORMATS[self.column.check](name)))
        return cases


def _cleaned(text: str) -> str:
    """A number's text without currency signs, full-width forms, and commas that stand between thousands."""
    plain = f"translate({text}, '０１２３４５６７８９．－＋，￥¥', '0123456789.-+,')"
    return (
        f"case when contains({plain}, ',') and regexp_full_match({plain}, '[-+]?[0-9]{{1,3}}(,[0-9]{{3}})+([.][0-9]*)?') "
        f"then replace({plain}, ',', '') when contains({plain}, '_') then null else {plain} end"
    )


def _number(text: str, kind: str) -> str:
    target = SQL_TYPES[kind]
    first = f"case when contains({text}, '_') then null else try_cast({text} as {target}) end"
    if kind == "integer":
        whole = f"try_cast({_cleaned(text)} as DECIMAL(38,6))"
        return f"case when contains({text}, '.') then case when {whole} = floor({whole}) then try_cast({whole} as BIGINT) end else coalesce({first}, try_cast({_cleaned(text)} as {target})) end"
    tries = [first, f"try_cast({_cleaned(text)} as {target})"]
    if kind == "rate":
        share = f"try_cast(rtrim({text}, '%％') as DECIMAL(18,8))"
        tries.append(
            f"case when right({text}, 1) in ('%', '％') then try_cast({share} / 100 as {target}) end"
        )
    return f"coalesce({', '.join(tries)})"


def _moment(text: str, date_format: str | None) -> str:
    """A timestamp in Chinese time; a text with an offset from UTC is moved, one without is taken as it stands."""
    if date_format is not None:
        return f"try_strptime({text}, {literal(date_format)})"
    formats = ", ".join(literal(f) for f in DATE_FORMATS)
    zoned = f"regexp_matches({text}, ':.*(Z|[-+][0-9]{{2}}:?[0-9]{{2}})$')"
    there = f"cast(try_cast({text} as TIMESTAMPTZ) as TIMESTAMP)"
    iso = f"try_cast({text} as TIMESTAMP)"
    sane = f"({text} >= '1' and {text} < ':' and not contains({text}, '('))"
    return f"case when {sane} then case when length({text}) > 19 and {zoned} then {there} else coalesce({iso}, try_strptime({text}, [{formats}])) end end"


def _bad_uscc(name: str) -> str:
    places = " + ".join(
        f"{weight} * (strpos('{USCC_ALPHABET}', substr({name}, {i}, 1)) - 1)"
        for i, weight in enumerate(USCC_WEIGHTS, 1)
    )
    check = f"substr('{USCC_ALPHABET}', 1 + (31 - ({places}) % 31) % 31, 1)"
    return f"(not regexp_full_match({name}, '[{USCC_ALPHABET}]{{18}}') or right({name}, 1) <> {check})"


def _bad_id_number(name: str) -> str:
    """Passports (one or two letters, then digits) are no citizen numbers and are left alone."""
    places = " + ".join(
        f"{weight} * coalesce(try_cast(substr({name}, {i}, 1) as INTEGER), 0)"
        for i, weight in enumerate(ID_WEIGHTS, 1)
    )
    check = f"substr('{ID_CHECK_DIGITS}', 1 + ({places}) % 11, 1)"
    born = f"try_strptime(substr({name}, 7, 8), '%Y%m%d')"
    shape = f"regexp_full_match({name}, '[0-9]{{17}}[0-9X]')"
    sound = (
        f"{shape} and right({name}, 1) = {check} and coalesce(year({born}) >= {EARLIEST_BIRTH_YEAR}, false)"
    )
    return f"(not regexp_full_match({name}, '[A-Za-z]{{1,2}}[0-9]{{6,10}}') and not ({sound}))"


FORMATS = {"uscc": _bad_uscc, "id_number": _bad_id_number}
