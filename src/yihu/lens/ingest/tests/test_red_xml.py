"""The blue invoice of a red one, wherever an invoice's XML writes it."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from yihu.lens.home import Home
from yihu.lens.ingest.batches import table_files

Gather = Callable[..., dict[str, Any]]
BLUE = "24112000000135114086"
IN_TREE = f"<RedEInvoice><OriginalInvoiceCode>{BLUE}</OriginalInvoiceCode></RedEInvoice>"
IN_REMARK = f"被红冲蓝字数电发票号码：{BLUE} 红字发票信息确认单编号：11010824091002615708"


def red(specific: str = "", remark: str = "", extra: str = "") -> str:
    return f"""<EInvoice><Header><EIid>24112000000199999999</EIid><InherentLabel>
<InIssuType><LabelCode>N</LabelCode></InIssuType></InherentLabel></Header><EInvoiceData>
<SellerInformation><SellerIdNum>S</SellerIdNum></SellerInformation>
<BuyerInformation><BuyerIdNum>B</BuyerIdNum></BuyerInformation>
<BasicInformation><TotalAmWithoutTax>-495.05</TotalAmWithoutTax><TotalTaxAm>-4.95</TotalTaxAm>
<TotalTax-includedAmount>-500.00</TotalTax-includedAmount><RequestTime>2024-09-10</RequestTime></BasicInformation>
<SpecificInformation>{specific}</SpecificInformation>
<AdditionalInformation><Remark>{remark}</Remark></AdditionalInformation>{extra}</EInvoiceData></EInvoice>"""


def gathered_blue(home: Home, source: Path, gathered: Gather, text: str, mapping: Path | None = None) -> Any:
    (source / "red.xml").write_text(text, encoding="utf-8")
    flags = gathered(source, mapping)["tables"]["invoices"]["flagged"]
    (path,) = table_files(home, "invoices")
    (row,) = pq.ParquetFile(path).read().to_pylist()
    assert (row["colour_code"], str(row["total_amount"])) == ("RED", "-500.00")
    return row["blue_invoice_number"], flags.get("RED_WITHOUT_BLUE", 0)


@pytest.mark.parametrize(
    ("text", "blue"),
    [
        (red(specific=IN_TREE), BLUE),
        (red(remark=IN_REMARK), BLUE),
        (red(remark=f"被红冲蓝字数电票号码:{BLUE}"), BLUE),
        (red(specific=IN_TREE, remark="被红冲蓝字发票号码：11111111"), BLUE),
        (red(remark="合同 24112000000135114086 退货"), None),
        (red(), None),
    ],
)
def test_it_is_read_and_checked(home: Home, source: Path, gathered: Gather, text: str, blue: str | None) -> None:
    assert gathered_blue(home, source, gathered, text) == (blue, 1)  # the blue one itself was never gathered


def test_a_mapping_names_the_place_of_another_sender(
    home: Home, source: Path, gathered: Gather, tmp_path: Path
) -> None:
    mapping = tmp_path / "m.yaml"
    mapping.write_text(
        "sources: [{files: '*.xml', table: invoices, elements: {blue_invoice_number: EInvoiceData/Red/BlueNo}}]",
        encoding="utf-8",
    )
    text = red(extra="<Red><BlueNo>24990000000000000001</BlueNo></Red>")
    assert gathered_blue(home, source, gathered, text, mapping) == ("24990000000000000001", 1)
