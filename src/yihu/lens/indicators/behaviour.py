"""When the household issues, and how its months differ."""

from typing import Any

import ibis

from yihu.lens.indicators import basis
from yihu.lens.indicators.arithmetic import growth, only, ratio, share
from yihu.lens.indicators.theme import Theme

THEME = Theme("行为")
INVOICES = ("invoices",)
FEW = 9
STEADY_MONTHS = 6


@THEME.indicator("深夜开票占比", unit="比率", tables=INVOICES, law=basis.EXPERIENCE)
def night_share(f: Any) -> Any:
    """
    近12个月有时刻的蓝字发票中，{value}开具于22时至次日6时{peers}。
    公式：22:00–6:00 开具的蓝字张数 ÷ 记有时刻的蓝字张数（不足10张不计）
    """
    return share(f.sold_night_count, f.sold_timed_count, least=FEW)


@THEME.indicator("周末开票占比", unit="比率", tables=INVOICES, law=basis.EXPERIENCE)
def weekend_share(f: Any) -> Any:
    """
    近12个月蓝字发票中，{value}开具于周六、周日{peers}。
    公式：周末开具的蓝字张数 ÷ 蓝字张数（不足10张不计）
    """
    return share(f.sold_weekend_count, f.sold_blue_count, least=FEW)


@THEME.indicator("月末集中开票", unit="比率", tables=INVOICES, law=basis.EXPERIENCE)
def month_end_share(f: Any) -> Any:
    """
    近12个月蓝字开票金额中，{value}集中在每月最后3天{peers}。
    公式：每月最后3天的蓝字金额 ÷ 蓝字金额
    """
    return share(f.sold_month_end_amount, f.sold_blue_amount)


@THEME.indicator("月末集中取票", unit="比率", tables=INVOICES, law=basis.FALSE_ISSUING)
def purchase_month_end_share(f: Any) -> Any:
    """
    近12个月取得的蓝字发票金额中，{value}集中在每月最后3天{peers}，可能为平衡税负临时找票。
    公式：每月最后3天取得的蓝字金额 ÷ 取得的蓝字金额
    """
    return share(f.bought_month_end_amount, f.bought_blue_amount)


@THEME.indicator("开票突增倍数", unit="倍", tables=INVOICES, law=basis.INVOICE_QUOTA)
def burst_ratio(f: Any) -> Any:
    """
    近12个月开票最多的一个月，是有开票月份中位数的{value}{peers}。
    公式：最高月净开票额 ÷ 各有票月净开票额的中位数（有票不足6个月不计）
    """
    return only(f.sold_active_months >= STEADY_MONTHS, ratio(f.peak_amount, f.median_amount))


@THEME.indicator("销售环比增长", unit="比率", window=6, direction="both", tables=INVOICES, law=basis.VAT_PRICE)
def sales_growth(f: Any) -> Any:
    """
    近3个月净开票额比前3个月变动{value}{peers}。
    公式：近3个月净开票额 ÷ 前3个月净开票额 − 1
    """
    return growth(f.sold_amount_quarter, f.sold_amount_quarter_before)


@THEME.indicator("采购环比增长", unit="比率", window=6, direction="both", tables=INVOICES, law=basis.EXPERIENCE)
def purchase_growth(f: Any) -> Any:
    """
    近3个月净取票额比前3个月变动{value}{peers}。
    公式：近3个月净取票额 ÷ 前3个月净取票额 − 1
    """
    return growth(f.bought_amount_quarter, f.bought_amount_quarter_before)


@THEME.indicator("销售同比增长", unit="比率", window=24, direction="both", tables=INVOICES, law=basis.EXPERIENCE)
def yearly_sales_growth(f: Any) -> Any:
    """
    近12个月净开票额比再前12个月变动{value}{peers}。
    公式：近12个月净开票额 ÷ 前12个月净开票额 − 1
    """
    return growth(f.sold_amount, f.sold_amount_year_before)


@THEME.indicator("进销增速背离", unit="比率", window=6, tables=INVOICES, law=basis.FALSE_ISSUING)
def growth_divergence(f: Any) -> Any:
    """
    近3个月销售增速与采购增速相差{value}{peers}，销售突增而采购不跟。
    公式：（销售环比 − 采购环比）÷（2 +|销售环比|+|采购环比|）
    """
    sales, purchases = sales_growth(f), purchase_growth(f)
    return (sales - purchases) / (2 + sales.abs() + purchases.abs())


@THEME.indicator("停票后突增", unit="倍", tables=INVOICES, law=basis.FALSE_ISSUING)
def dormant_burst(f: Any) -> Any:
    """
    停止开票3个月以上后恢复，恢复后3个月月均开票是此前月均的{value}{peers}。
    公式：恢复当月起3个月净开票额 ÷ 3 ÷ 恢复前各有票月的平均净开票额
    """
    return ratio(f.restart_sales, f.before_sales)


@THEME.indicator("停票月数", unit="月", tables=INVOICES, law=basis.EXPERIENCE)
def dormant_months(f: Any) -> Any:
    """
    近12个月恢复开票之前，连续{value}没有开票{peers}。
    公式：最近一次恢复开票前连续无票的月数（不足3个月不计）
    """
    return f.restart_pause


@THEME.indicator("开票月份占比", unit="比率", direction="low", tables=INVOICES, law=basis.EXPERIENCE)
def active_month_share(f: Any) -> Any:
    """
    近12个月（或首张发票以来）中，有开票的月份占{value}{peers}。
    公式：有蓝字发票的月数 ÷ 12（首票不足12个月的，除以首票以来月数）
    """
    lived = f.as_of_month - f.sold_first_month + 1
    return share(f.sold_active_months, only(lived > 0, ibis.least(lived, ibis.literal(12.0))))
