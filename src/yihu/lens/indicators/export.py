"""Exports and what stands behind them."""

from typing import Any

from yihu.lens.indicators import basis
from yihu.lens.indicators.arithmetic import growth, only, plus, ratio, share
from yihu.lens.indicators.theme import Theme

THEME = Theme("进出口")
CUSTOMS = ("customs_declarations",)
BOUGHT = ("customs_declarations", "invoices")


@THEME.indicator("出口环比增长", unit="比率", window=6, tables=CUSTOMS, law=basis.EXPORT_FRAUD)
def export_growth(f: Any) -> Any:
    """
    近3个月报关出口额比前3个月变动{value}{peers}。
    公式：近3个月出口额 ÷ 前3个月出口额 − 1
    """
    return growth(f.export_quarter, f.export_quarter_before)


@THEME.indicator("出口占比", unit="比率", direction="both", tables=BOUGHT, law=basis.VAT_EXPORT)
def export_share(f: Any) -> Any:
    """
    近12个月报关出口额占出口与国内开票合计的{value}{peers}。
    公式：出口额 ÷（出口额 + 净开票额）
    """
    return only(f.export_amount > 0, share(f.export_amount, plus(f.export_amount, f.sold_amount)))


@THEME.indicator("出口货源远程新户占比", unit="比率", tables=BOUGHT, law=basis.EXPORT_FRAUD)
def export_far_new_supplier_share(f: Any) -> Any:
    """
    本户有出口，采购中{value}来自1000公里以外、近6个月才开始往来的销方{peers}。
    公式：远程且首次交易不满6个月的销方净额 ÷ 双方登记地明确的采购净额（有出口的户）
    """
    return only(f.export_amount > 0, share(f.suppliers_far_new, f.suppliers_located))


@THEME.indicator("出口货源新设户占比", unit="比率", tables=BOUGHT, law=basis.EXPORT_FRAUD)
def export_young_supplier_share(f: Any) -> Any:
    """
    本户有出口，采购中{value}来自成立不满一年的销方{peers}。
    公式：登记不满365天的销方净额 ÷ 登记日明确的采购净额（有出口的户）
    """
    return only(f.export_amount > 0, share(f.suppliers_young, f.suppliers_aged))


@THEME.indicator("出口购销比", unit="倍", direction="both", tables=BOUGHT, law=basis.EXPORT_FRAUD)
def export_to_purchase(f: Any) -> Any:
    """
    近12个月报关出口额是国内购进额的{value}{peers}。
    公式：出口额 ÷ 购进净额
    """
    return only(f.export_amount > 0, ratio(f.export_amount, f.bought_amount))


@THEME.indicator(
    "出口申报差异", unit="比率", direction="both", tables=("customs_declarations", "returns"), law=basis.VAT_EXPORT
)
def export_declared_difference(f: Any) -> Any:
    """
    同期报关出口额与申报出口销售额相差{value}{peers}。
    公式：（报关出口额 − 申报出口销售额）÷ 报关出口额
    """
    return only(f.filed_count > 0, ratio(f.export_due_amount - plus(f.declared_export), f.export_due_amount))


@THEME.indicator("进口占采购比", unit="比率", direction="both", tables=BOUGHT, law=basis.EXPERIENCE)
def import_share(f: Any) -> Any:
    """
    近12个月进口额占进口与国内购进合计的{value}{peers}。
    公式：进口额 ÷（进口额 + 购进净额）
    """
    return only(f.import_amount > 0, share(f.import_amount, plus(f.import_amount, f.bought_amount)))
