"""
How often each scheme of the simulator stands in the published case reports.

    python -m benchmarks.typologies CSV

CSV holds the reports (columns title, content_text, publish_date). Counted is the part of a report before the officials'
closing words, which speak of every kind of fraud; a report counts for a scheme when its expression in
`typologies.yaml` is found. Counting words is coarse: the table says which schemes are common, not how common they are.
"""

import csv
import re
import sys
from pathlib import Path

import yaml

CLOSING = re.compile(r"(有关|相关)负责人(表示|提醒|指出|强调)|税务部门提醒|法律链接|下一步，")
GANG = re.compile(r"团伙")


def read_reports(path: Path) -> list[str]:
    """Title and told facts of each report, white space taken out."""
    csv.field_size_limit(2**24)
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = [r["title"] + "。" + r["content_text"] for r in csv.DictReader(file)]
    return [CLOSING.split(re.sub(r"\s+", "", row), maxsplit=1)[0] for row in rows]


def main() -> None:
    reports = read_reports(Path(sys.argv[1]))
    told: dict[str, str] = yaml.safe_load(Path(__file__).with_suffix(".yaml").read_text(encoding="utf-8"))
    kinds = {name: re.compile(words) for name, words in told.items()}
    print(f"{len(reports)} reports\n\n| scheme | reports | % | of these with a gang | alone |\n|---|---|---|---|---|")
    found = {name: [bool(kind.search(r)) for r in reports] for name, kind in kinds.items()}
    for name, hits in found.items():
        gangs = sum(h and bool(GANG.search(r)) for h, r in zip(hits, reports, strict=True))
        alone = sum(h and sum(f[i] for f in found.values()) == 1 for i, h in enumerate(hits))
        print(f"| {name} | {sum(hits)} | {100 * sum(hits) / len(reports):.1f} | {gangs} | {alone} |")
    print(f"\nno scheme found in {sum(not any(f[i] for f in found.values()) for i in range(len(reports)))}")


if __name__ == "__main__":
    main()
