"""
Other people's labels: what simple methods and ours make of every labelled data set, and what the leakage check says.

    python benchmarks/labelled_risk.py --data DIR [--only NAME]

DIR holds the outside data (audit_risk_776.csv, car_dealer_tax_evasion_124.csv, …); invoices_cumcm2020c stands beside
DIR. Nothing of it is in this project.
Every figure is from cases the method had not seen: five-fold cross-validation in groups, or later cases where dated.
"""

import argparse
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pandas as pd

from yihu.lens.learning.comparison import Told, compare, compare_split
from yihu.lens.learning.leakage import examine
from yihu.lens.learning.samples import Sample


def cars(folder: Path) -> Sample:
    """124 car dealers, 输出 normal or abnormal."""
    table = pd.read_csv(folder / "car_dealer_tax_evasion_124.csv")
    features = table.drop(columns=["纳税人编号", "输出"])
    return Sample("car dealers", features, (table["输出"] == "异常").to_numpy()).with_copies_together()


def audit(folder: Path) -> Sample:
    """776 audited firms as they were published, the planted leak included."""
    table = pd.read_csv(folder / "audit_risk_776.csv")
    return Sample("audit risk", table.drop(columns=["Risk"]), (table["Risk"] == 1).to_numpy())


def audit_mended(folder: Path) -> Sample:
    """The same without the risks, scores and probabilities from which the label was computed."""
    table = audit(folder)
    marks = ("risk_", "score", "prob", "inherent", "control", "detection", "audit")
    computed = [n for n in table.names if n.lower().startswith(marks)]
    rest = table.without(computed)
    return Sample("audit risk, observed columns", rest.features, rest.labels).with_copies_together()


def brazil(folder: Path) -> Sample:
    """2,480 trading networks of real taxpayers, by graph measures."""
    table = pd.read_csv(folder / "brazil_tax_fraud_graph_metrics_2480.csv")
    return Sample("networks, Brazil", table.drop(columns=["id_graph", "target"]), (table["target"] == 1).to_numpy())


def enterprises(folder: Path) -> Sample:
    """
    Enterprises of BDCI 2020 that handed in an annual report: last report, news, judgements, distinct tax facts.

    The other labelled enterprises have nothing but their number (the tables of base data and changes are missing).
    """
    part = folder / "bdci2020_enterprise_risk"
    firms = pd.read_parquet(part / "entprise_info.parquet").astype({"label": int}).set_index("id")
    reports = pd.read_parquet(part / "annual_report_info.parquet")
    names = [n for n in reports.columns if n not in {"id", "ANCHEYEAR", "BUSSTNAME"}]
    reports[names] = reports[names].apply(pd.to_numeric, errors="coerce")
    last = reports.sort_values(["id", "ANCHEYEAR"]).groupby("id")[[*names, "BUSSTNAME"]].last()
    last["reports"] = reports.groupby("id").size()
    news = pd.read_parquet(part / "news_info.parquet")
    tone = pd.crosstab(news["id"], news["positive_negtive"])
    other = pd.read_parquet(part / "other_info.parquet").set_index("id").apply(pd.to_numeric).groupby(level=0).sum()
    # The rows are multiplied by a join upstream: one tax fact is told once.
    tax = pd.read_parquet(part / "tax_info.parquet").drop(columns=["TAX_ITEMS"]).drop_duplicates()
    tax["TAX_AMOUNT"] = pd.to_numeric(tax["TAX_AMOUNT"], errors="coerce")
    facts = tax.groupby("id").agg(
        facts=("TAX_AMOUNT", "size"), amount=("TAX_AMOUNT", "sum"), kinds=("TAX_CATEGORIES", "nunique")
    )
    features = firms[[]].join(last, how="inner").join([tone, other, facts])
    labels = (firms.loc[features.index, "label"] == 1).to_numpy()
    whole = Sample("enterprises with a report, BDCI 2020", features.reset_index(drop=True), labels)
    return whole.with_copies_together()


def defaults(folder: Path) -> Sample:
    """
    123 firms with a credit record (CUMCM 2020 C), by what their invoices say; the label is that they defaulted.

    Their credit grade is left out: all of grade D defaulted, so the grade was given for it. So are the sums that the
    publisher of the copy added.
    """
    part = folder.parent / "invoices_cumcm2020c"
    firms = pd.read_csv(part / "credit_history_enterprise_information.csv").set_index("企业代号")
    sides = [_invoiced(part / f"att1_{side}_invoices.parquet", side, party) for side, party in SIDES]
    features = sides[0].join(sides[1], how="outer").reindex(firms.index)
    features["input_per_output"] = features["input_amount"] / features["output_amount"]
    return Sample("loan defaults, CUMCM 2020", features.reset_index(drop=True), (firms["是否违约"] == "是").to_numpy())


SIDES = (("input", "销方单位代号"), ("output", "购方单位代号"))


def _invoiced(file: Path, side: str, party: str) -> pd.DataFrame:
    """Plain figures of one side by firm: amounts, void and red shares, partners, concentration, months, growth."""
    rows = pd.read_parquet(file, columns=["企业代号", "开票日期", "金额", "税额", "发票状态", party])
    rows = rows.assign(
        firm=rows["企业代号"], party=rows[party], amount=rows["金额"].astype(float), tax=rows["税额"].astype(float),
        void=rows["发票状态"].str.strip() == "作废发票", day=pd.to_datetime(rows["开票日期"]),
    )  # fmt: skip
    rows["month"] = rows["day"].dt.to_period("M")
    valid = rows[~rows["void"]]
    by_firm = valid.groupby("firm")
    monthly = valid.groupby(["firm", "month"])["amount"].sum()
    largest = valid.groupby(["firm", "party"])["amount"].sum().groupby("firm").max()
    recent = valid[valid["day"] > "2019-02-28"].groupby("firm")["amount"].sum()
    before = valid[(valid["day"] > "2018-02-28") & (valid["day"] <= "2019-02-28")].groupby("firm")["amount"].sum()
    amount = by_firm["amount"].sum()
    told = {
        "amount": amount, "invoices": by_firm.size(), "average": by_firm["amount"].mean(),
        "tax_rate": by_firm["tax"].sum() / amount, "void": rows.groupby("firm")["void"].mean(),
        "red": by_firm["amount"].apply(lambda a: (a < 0).mean()), "partners": by_firm["party"].nunique(),
        "largest_share": largest / amount, "months": monthly.groupby("firm").size(),
        "unevenness": monthly.groupby("firm").std() / monthly.groupby("firm").mean(), "growth": recent / before,
        "last_month": by_firm["month"].max().apply(lambda m: m.ordinal),
    }  # fmt: skip
    return pd.DataFrame(told).add_prefix(f"{side}_").replace([np.inf, -np.inf], np.nan)


def customs(folder: Path) -> tuple[Sample, np.ndarray, np.ndarray]:
    """Declarations of a synthesis of Korean imports; trained on 2020, tested on what came later."""
    part = folder / "customs_declarations_korea_synthetic"
    tables = [pd.read_parquet(part / f"{name}.parquet") for name in ("train", "valid")]
    table = pd.concat(tables, ignore_index=True)
    names = [n for n in table.columns if n not in {"Declaration ID", "Date", "Fraud", "Critical Fraud"}]
    features = table[names].assign(**{"HS2": table["HS6 Code"].astype(str).str[:2]}).astype({"Office ID": str})
    labels = (table["Fraud"].astype(int) == 1).to_numpy()
    sample = Sample("customs, later cases", features, labels, None, table["Date"].to_numpy("datetime64[D]"))
    cut = len(tables[0])
    return sample, np.arange(cut), np.arange(cut, len(table))


CROSSED: dict[str, Callable[[Path], Sample]] = {
    "cars": cars, "audit": audit, "audit-mended": audit_mended, "brazil": brazil, "enterprises": enterprises,
    "defaults": defaults,
}  # fmt: skip


def rows(folder: Path, only: str) -> Iterator[str]:
    for name, read in CROSSED.items():
        if only in {"", name}:
            sample = read(folder)
            yield from told(sample, lambda s: compare(s), sample.labels.mean())
    if only in {"", "customs"}:
        sample, fitted, later = customs(folder)
        yield from told(sample, lambda s: compare_split(s, fitted, later), sample.labels[later].mean())


def told(sample: Sample, how: Callable[[Sample], list[Told]], base: float) -> Iterator[str]:
    leaks = examine(sample)
    yield f"\n{sample.name}: {len(sample):,} cases, base rate {base:.3f}, data {sample.fingerprint()[:12]}"
    for leak in leaks:
        yield f"  {'REFUSED' if leak.refuses else 'warning'} {leak.code} {leak.text}"
    if any(leak.refuses for leak in leaks):
        return
    for t in how(sample):
        error = "" if t.calibration_error is None else f" | calibration error {t.calibration_error:.3f}"
        low, high = t.interval_95
        yield f"  {t.method:30} AUC {t.auc:.3f} | AP {t.average_precision:.3f} ({low:.3f}–{high:.3f}){error}"


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--data", type=Path, required=True)
    asked.add_argument("--only", default="", choices=["", *CROSSED, "customs"])
    wanted = asked.parse_args()
    for line in rows(wanted.data, wanted.only):
        print(line, flush=True)


if __name__ == "__main__":
    main()
