"""
Fully digital invoices (数电发票) as XML: the tax bureau's EInvoice tree and the ministry of finance's XBRL instance.

Trap of the format: the head's tax-inclusive total is ``TotalTax-includedAmount``, a line's is
``TotaltaxIncludedAmount``. Source: 财政部《电子凭证会计数据标准——全面数字化的电子发票》.

The blue invoice of a red one stands in ``RedEInvoice/OriginalInvoiceCode``, beside the number of the confirmation
(``CreditNoteNumber``), and again in the remark (被红冲蓝字数电发票号码). Neither is in the samples the ministry
published: they are known from red invoices that independent public readers describe alike. The ministry's XBRL list of
elements has only ``WhetherEinvoiceIsRedEinvoice``. A mapping's `elements` can name another place.
"""

import re
from collections.abc import Mapping
from pathlib import Path
from xml.etree.ElementTree import Element, ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import parse

from yihu.lens.ingest.checks import RefusedFileError

MAX_XML_BYTES = 20 << 20
XBRL_ROOT = "{http://www.xbrl.org/2003/instance}xbrl"
KINDS = {"01": "DIGITAL_SPECIAL", "02": "DIGITAL_GENERAL"}
COLOURS = {"Y": "BLUE", "N": "RED", "false": "BLUE", "true": "RED"}
UNTAXED = {"免税": "0", "不征税": "0", "***": ""}

Row = dict[str, str | None]

HEAD_PATHS = {
    "invoice_number": ("TaxSupervisionInfo/InvoiceNumber", "Header/EIid"),
    "issued_at": ("TaxSupervisionInfo/IssueTime", "EInvoiceData/BasicInformation/RequestTime"),
    "seller_number": ("EInvoiceData/SellerInformation/SellerIdNum",),
    "seller_name": ("EInvoiceData/SellerInformation/SellerName",),
    "buyer_number": ("EInvoiceData/BuyerInformation/BuyerIdNum",),
    "buyer_name": ("EInvoiceData/BuyerInformation/BuyerName",),
    "amount": ("EInvoiceData/BasicInformation/TotalAmWithoutTax",),
    "tax_amount": ("EInvoiceData/BasicInformation/TotalTaxAm",),
    "total_amount": ("EInvoiceData/BasicInformation/TotalTax-includedAmount",),
    "drawer_name": ("EInvoiceData/BasicInformation/Drawer",),
    "blue_invoice_number": ("EInvoiceData/SpecificInformation/RedEInvoice/OriginalInvoiceCode",),
}
LINE_TAGS = {
    "goods_code": "TaxClassificationCode",
    "goods_name": "ItemName",
    "quantity": "Quantity",
    "unit": "MeaUnits",
    "unit_price": "UnPrice",
    "amount": "Amount",
    "tax_rate": "TaxRate",
    "tax_amount": "ComTaxAm",
}
REMARK = "EInvoiceData/AdditionalInformation/Remark"
BLUE_IN_REMARK = re.compile(r"蓝字(?:数电|全电)?(?:发票|票)?号码?\s*[:：]\s*(\d{8,20})")
XBRL_TAGS = {
    "invoice_number": "InvoiceNumber",
    "issued_at": "RequestTime",
    "seller_number": "SellerIdNum",
    "seller_name": "SellerName",
    "buyer_number": "UnifiedSocialCreditCodeOfAccountingEntity",
    "buyer_name": "NameOfAccountingEntity",
    "amount": "TotalAmWithoutTax",
    "tax_amount": "TotalTaxAm",
    "total_amount": "TotalTax-includedAmount",
}


def read_einvoice(path: Path, elements: Mapping[str, str] | None = None) -> dict[str, list[Row]]:
    """
    One invoice file as rows of `invoices` and `invoice_lines`, every value as its text.

    :param elements: column of `invoices` -> where this sender writes it: a path below EInvoice, or an XBRL element
    :raises RefusedFileError: too large, not XML, with DTD or entities, or no invoice
    """
    if path.stat().st_size > MAX_XML_BYTES:
        raise RefusedFileError("FILE_TOO_LARGE", f"XML 超过 {MAX_XML_BYTES >> 20} MB")
    try:
        root = parse(path, forbid_dtd=True).getroot()
    except DefusedXmlException as error:
        raise RefusedFileError("XML_UNSAFE", type(error).__name__) from error
    except (ParseError, UnicodeError, ValueError, LookupError) as error:
        raise RefusedFileError("FILE_BROKEN", f"XML 解析失败（{error}）"[:200]) from error
    if root is not None and root.tag == "EInvoice":
        return _from_tree(root, elements or {})
    if root is not None and root.tag == XBRL_ROOT:
        return _from_xbrl(root, elements or {})
    raise RefusedFileError("XML_NOT_INVOICE", f"根元素是 {getattr(root, 'tag', '')}"[:100])


def _text(node: Element, *paths: str) -> str | None:
    return next((t for p in paths if (t := (node.findtext(p) or "").strip())), None)


def _from_tree(root: Element, elements: Mapping[str, str]) -> dict[str, list[Row]]:
    head: Row = {name: _text(root, *paths) for name, paths in HEAD_PATHS.items()}
    head["blue_invoice_number"] = head["blue_invoice_number"] or _blue_in_remark(root)
    head |= {name: found for name, path in elements.items() if (found := _text(root, path))}
    label = "Header/InherentLabel/{}/LabelCode"
    head["kind_code"] = KINDS.get(_text(root, label.format("GeneralOrSpecialVAT")) or "")
    head["colour_code"] = COLOURS.get(_text(root, label.format("InIssuType")) or "")
    head["status_code"] = "VALID"
    items = root.findall("EInvoiceData/IssuItemInformation")
    lines = [_line(head, number, item) for number, item in enumerate(items, 1)]
    if lines:
        head["goods_code"], head["goods_name"] = lines[0]["goods_code"], lines[0]["goods_name"]
    return {"invoices": [head], "invoice_lines": lines}


def _blue_in_remark(root: Element) -> str | None:
    found = BLUE_IN_REMARK.search(_text(root, REMARK) or "")
    return found[1] if found else None


def _line(head: Row, number: int, item: Element) -> Row:
    line: Row = {name: _text(item, tag) for name, tag in LINE_TAGS.items()}
    rate = line["tax_rate"] or ""
    return line | {
        "invoice_number": head["invoice_number"],
        "line_no": str(number),
        "tax_rate": UNTAXED.get(rate, rate) or None,
    }


def _from_xbrl(root: Element, elements: Mapping[str, str]) -> dict[str, list[Row]]:
    facts: dict[str, str] = {}
    for node in root:
        if isinstance(node.tag, str) and node.tag.startswith("{http://xbrl.mof.gov.cn/taxonomy/"):
            facts.setdefault(node.tag.rsplit("}", 1)[1], (node.text or "").strip())
    if "InvoiceNumber" not in facts:
        raise RefusedFileError("XML_NOT_INVOICE", "XBRL 中没有发票号码")
    head: Row = {name: facts.get(tag) or None for name, tag in (XBRL_TAGS | dict(elements)).items()}
    head["colour_code"] = COLOURS.get(facts.get("WhetherEinvoiceIsRedEinvoice", ""))
    head["status_code"] = "VALID"
    return {"invoices": [head], "invoice_lines": []}
