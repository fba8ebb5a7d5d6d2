"""SQL that reads numbers and moments as people write them. Nothing here raises: what cannot be read is null."""

from collections.abc import Mapping

from yihu.lens.backends.duck import literal

SQL_TYPES: Mapping[str, str] = {
    "string": "VARCHAR",
    "date": "DATE",
    "timestamp": "TIMESTAMP",
    "money": "DECIMAL(18,2)",
    "quantity": "DECIMAL(18,6)",
    "rate": "DECIMAL(9,6)",
    "integer": "BIGINT",
}
DATE_FORMATS = (
    "%Y%m%d",
    "%Y年%m月%d日",
    "%Y.%m.%d",
    "%Y%m%d%H%M%S",
    "%Y年%m月%d日 %H:%M:%S",
    "%Y%m%d %H:%M:%S",
)


def cleaned(text: str) -> str:
    """
    A number's text without currency signs, full-width forms, and commas that stand between thousands.

    A lambda, because DuckDB would compute an expression that is repeated for every row, needed or not.
    """
    plain = f"translate({text}, '０１２３４５６７８９．－＋，￥¥', '0123456789.-+,')"
    read = (
        "case when contains(t, '_') then null when regexp_full_match(t, '[-+]?[0-9]{1,3}(,[0-9]{3})+([.][0-9]*)?') "
        "then replace(t, ',', '') else t end"
    )
    return f"list_transform([{plain}], lambda t: {read})[1]"


def number(text: str, kind: str) -> str:
    """A number of canonical type `kind`; the usual forms are tried first, as they cost least."""
    target = SQL_TYPES[kind]
    first = f"case when contains({text}, '_') then null else try_cast({text} as {target}) end"
    tries = [first, f"try_cast({cleaned(text)} as {target})"]
    if kind == "integer":
        whole = f"try_cast({cleaned(text)} as DECIMAL(38,6))"
        exact = f"case when {whole} = floor({whole}) then try_cast({whole} as BIGINT) end"
        return f"case when contains({text}, '.') then {exact} else coalesce({', '.join(tries)}) end"
    if kind == "rate":
        share = f"try_cast(rtrim({text}, '%％') as DECIMAL(18,8))"
        tries.append(f"case when right({text}, 1) in ('%', '％') then try_cast({share} / 100 as {target}) end")
    return f"coalesce({', '.join(tries)})"


def moment(text: str, date_format: str | None) -> str:
    """A timestamp in Chinese time; a text with an offset from UTC is moved, one without is taken as it stands."""
    if date_format is not None:
        return f"try_strptime({text}, {literal(date_format)})"
    formats = ", ".join(literal(f) for f in DATE_FORMATS)
    zoned = f"length({text}) > 19 and regexp_matches({text}, ':.*(Z|[-+][0-9]{{2}}:?[0-9]{{2}})$')"
    there = f"cast(try_cast({text} as TIMESTAMPTZ) as TIMESTAMP)"
    iso = f"coalesce(try_cast({text} as TIMESTAMP), try_strptime({text}, [{formats}]))"
    sane = f"{text} >= '1' and {text} < ':' and not contains({text}, '(')"
    return f"case when {sane} then case when {zoned} then {there} else {iso} end end"
