"""The generated parts of docs/sources.md; run as a module with the page's path to refresh it."""

import re
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

from yihu.lens.ingest.checks import CHECKS
from yihu.lens.schema.catalogue import CODES, TABLES, Column, Table

SECTION = re.compile(r"(<!-- generated: (\w+) -->\n).*?(<!-- end -->)", re.DOTALL)


def describe_tables() -> str:
    """Every canonical table with its columns, as Markdown."""
    return "\n".join(_table(table) for table in TABLES.values())


def _table(table: Table) -> str:
    key = f"Key: {', '.join(f'`{k}`' for k in table.key)}."
    month = f" Month by `{table.period}`." if table.period is not None else ""
    head = [f"### `{table.name}` {table.zh}", "", key + month, ""]
    rows = ["| column | 中文 | type | required | values |", "|---|---|---|---|---|"]
    return "\n".join([*head, *rows, *map(_column, table.columns.values()), ""])


def _column(column: Column) -> str:
    values = f"codes `{column.code}`" if column.code else f"check digit `{column.check}`" if column.check else ""
    required = "yes" if column.required else ""
    return f"| `{column.name}` | {column.zh} | {column.type} | {required} | {values} |"


def describe_codes() -> str:
    """Every code list, as Markdown."""
    rows = ["| list | codes |", "|---|---|"]
    for name, codes in CODES.items():
        rows.append(f"| `{name}` | {' · '.join(f'`{code}` {zh}' for code, zh in codes.items())} |")
    return "\n".join(rows) + "\n"


def describe_checks() -> str:
    """Every check, as Markdown."""
    rows = ["| code | looks at | severity | 名称 | 怎么办 |", "|---|---|---|---|---|"]
    rows += [f"| `{c.code}` | {c.scope} | {c.severity} | {c.zh} | {c.fix} |" for c in CHECKS.values()]
    return "\n".join(rows) + "\n"


SECTIONS: Mapping[str, Callable[[], str]] = {
    "tables": describe_tables,
    "codes": describe_codes,
    "checks": describe_checks,
}


def refreshed(page: str) -> str:
    """`page` with its generated sections as the code now has them."""
    return SECTION.sub(lambda found: f"{found[1]}\n{SECTIONS[found[2]]()}\n{found[3]}", page)


if __name__ == "__main__":
    target = Path(sys.argv[1])
    target.write_text(refreshed(target.read_text(encoding="utf-8")), encoding="utf-8")
