"""The comparison with real invoices measures what it says."""

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from yihu.lens.simulate.calibration import compare, show
from yihu.lens.simulate.run import simulate


def write_real(folder: Path, side: str, partner: str) -> None:
    """Ten rows of one firm: one voided (with a stray space), two red."""
    amounts = [100.0, 200.0, 300.0, 9900.0, 9950.0, 400.0, 500.0, 600.0, -100.0, -200.0]
    table = pa.table(
        {
            "企业代号": ["E1"] * 10,
            "开票日期": pa.array([f"2019-03-{d:02d}" for d in range(1, 11)]).cast(pa.date32()),
            partner: ["A1", "A1", "A2", "A2", "A3", "A1", "A1", "A1", "A1", "A1"],
            "金额": amounts,
            "税额": [a * 0.13 for a in amounts],
            "价税合计": [a * 1.13 for a in amounts],
            "发票状态": [" 作废发票"] + ["有效发票"] * 9,
        }
    )
    pq.write_table(table, folder / f"att1_{side}_invoices.parquet")


def test_measures_of_the_real_side_are_right(tmp_path: Path) -> None:
    write_real(tmp_path, "output", "购方单位代号")
    write_real(tmp_path, "input", "销方单位代号")
    simulate(tmp_path / "s", taxpayers=300, invoices=6_000, months=3, seed=1, progress=lambda _stage, _part: None)
    issued = compare(tmp_path, tmp_path / "s", least=5).split("### Invoices received")[0]
    cells = {line.split("|")[1].strip(): line.split("|")[2].strip() for line in issued.splitlines()[4:] if "|" in line}
    assert cells["void share, %"] == "10.0"
    assert cells["red share, %"] == "20.0"
    assert cells["just under the limit (85–100 % of 10,000; 100,000; 1,000,000), %"].split()[0] == "25.0"
    assert cells["invoices with a partner seen before, %"] == "70.0"
    assert cells["tax rates, %"].startswith("13 %: 100.0")


@pytest.mark.parametrize(("value", "percent", "text"), [(0.5, True, "50.0"), ([1, 2.5], False, "1.00 2.50")])
def test_numbers_are_shown_plainly(value: object, percent: bool, text: str) -> None:
    assert show(value, percent) == text
