"""Purchases against sales: does what comes in answer what goes out?"""

from typing import Any

from yihu.lens.indicators import basis
from yihu.lens.indicators.arithmetic import only, plus, positive, ratio, share
from yihu.lens.indicators.theme import Theme

THEME = Theme("进销")
INVOICES = ("invoices",)


@THEME.indicator("有进无销", unit="比率", tables=INVOICES, law=basis.EVASION)
def purchase_without_sale(f: Any) -> Any:
    """
    近12个月取得的发票金额中，{value}没有对应的销售开票{peers}，可能隐匿收入或囤积进项。
    公式：max(0，购进净额 − 销售净额) ÷ 购进净额
    """
    return share(_excess(f.bought_amount, f.sold_amount), f.bought_amount)


@THEME.indicator("有销无进", unit="比率", tables=INVOICES, law=basis.FALSE_ISSUING)
def sale_without_purchase(f: Any) -> Any:
    """
    近12个月开票金额中，{value}没有对应的购进发票{peers}，可能无货虚开。
    公式：max(0，销售净额 − 购进净额) ÷ 销售净额
    """
    return share(_excess(f.sold_amount, f.bought_amount), f.sold_amount)


@THEME.indicator("过账式进销", unit="比率", tables=INVOICES, law=basis.FALSE_ISSUING)
def pass_through(f: Any) -> Any:
    """
    近12个月逐月比较，进销匹配程度达{value}{peers}，接近100%说明票面快进快出、几无留存。
    公式：Σ各月min(购进，销售) ÷ Σ各月max(购进，销售)
    """
    return share(f.flow_matched, f.flow_larger)


@THEME.indicator("进销毛利率", unit="比率", direction="both", tables=INVOICES, law=basis.VAT_PRICE)
def invoice_margin(f: Any) -> Any:
    """
    近12个月按发票计算的毛利率为{value}{peers}。
    公式：（销售净额 − 购进净额）÷ 销售净额（无购进的不计）
    """
    return only(f.bought_amount > 0, ratio(f.sold_amount - f.bought_amount, f.sold_amount))


@THEME.indicator("进销间隔天数", unit="天", direction="low", tables=INVOICES, law=basis.EXPERIENCE)
def resale_gap_days(f: Any) -> Any:
    """
    近12个月同月购进与销售的平均日期只相差{value}{peers}。
    公式：各月金额加权平均购进日与销售日之差的绝对值，按当月进销较小额加权平均
    """
    return f.flow_gap_days


@THEME.indicator("发票进销税额比", unit="比率", direction="both", tables=INVOICES, law=basis.VAT_GENERAL)
def invoice_input_output_ratio(f: Any) -> Any:
    """
    近12个月取得专票的税额相当于开票税额的{value}{peers}。
    公式：取得专票税额 ÷ 开具发票税额
    """
    return share(f.bought_special_tax, f.sold_tax_amount)


@THEME.indicator("进销税率差", unit="比率", direction="both", tables=INVOICES, law=basis.VAT_OUTPUT)
def tax_rate_gap(f: Any) -> Any:
    """
    近12个月销售平均税率比购进平均税率高{value}{peers}。
    公式：开票税额 ÷ 开票金额 − 取票税额 ÷ 取票金额
    """
    return ratio(f.sold_tax_amount, f.sold_amount) - ratio(f.bought_tax_amount, f.bought_amount)


@THEME.indicator("跨省销售占比", unit="比率", tables=INVOICES, law=basis.EXPERIENCE)
def away_sales_share(f: Any) -> Any:
    """
    近12个月双方地区明确的蓝字开票金额中，{value}开往外省{peers}。
    公式：购销双方不同省的蓝字金额 ÷ 双方地区明确的蓝字金额
    """
    return share(f.sold_away_amount, f.sold_located_amount)


@THEME.indicator("跨省采购占比", unit="比率", tables=INVOICES, law=basis.EXPERIENCE)
def away_purchase_share(f: Any) -> Any:
    """
    近12个月双方地区明确的蓝字取票金额中，{value}来自外省{peers}。
    公式：购销双方不同省的取票金额 ÷ 双方地区明确的取票金额
    """
    return share(f.bought_away_amount, f.bought_located_amount)


@THEME.indicator("对开发票占比", unit="比率", tables=INVOICES, law=basis.FALSE_ISSUING)
def reciprocal_share(f: Any) -> Any:
    """
    近12个月销售中，{value}与同一对手互相开票{peers}，可能对开、环开。
    公式：Σ各对手min(卖给对方，从对方买进) ÷ 销售净额
    """
    return share(f.mutual, f.buyers_amount)


@THEME.indicator("购销规模背离注册资本", unit="倍", tables=("invoices", "registrations"), law=basis.EXPERIENCE)
def sales_to_capital(f: Any) -> Any:
    """
    近12个月净开票额是注册资本的{value}{peers}。
    公式：净开票额 ÷ 注册资本
    """
    return ratio(plus(f.sold_amount), f.capital)


def _excess(more: Any, less: Any) -> Any:
    """How much more than the other; net amounts below zero count as none."""
    return positive(positive(more) - positive(less))
