"""How the household issues invoices: voids, reds, ceilings, digits."""

from functools import reduce
from math import log10
from operator import add
from typing import Any

from yihu.lens.indicators import basis
from yihu.lens.indicators.arithmetic import ratio, share
from yihu.lens.indicators.theme import Theme

THEME = Theme("开票")
INVOICES = ("invoices",)
# Shares of so few invoices say nothing.
FEW = 9
BENFORD_LEAST = 99


@THEME.indicator("作废率", unit="比率", tables=INVOICES, law=basis.INVOICE_TRUE)
def void_rate(f: Any) -> Any:
    """
    近12个月开具的发票中，作废张数占{value}{peers}。
    公式：作废张数 ÷ 开具张数（不足10张不计）
    """
    return share(f.sold_void_count, f.sold_issued_count, least=FEW)


@THEME.indicator("作废金额率", unit="比率", tables=INVOICES, law=basis.INVOICE_TRUE)
def void_amount_rate(f: Any) -> Any:
    """
    近12个月作废发票金额占蓝字开票金额（含作废）的{value}{peers}。
    公式：作废金额 ÷（有效蓝字金额 + 作废金额）
    """
    return share(f.sold_void_amount, f.sold_blue_amount + f.sold_void_amount)


@THEME.indicator("作废率变化", unit="比率", window=3, tables=INVOICES, law=basis.INVOICE_TRUE)
def void_rate_change(f: Any) -> Any:
    """
    近3个月作废率比近12个月高出{value}{peers}。
    公式：近3个月作废率 − 近12个月作废率（近3个月不足10张不计）
    """
    return share(f.sold_void_quarter, f.sold_issued_quarter, least=FEW) - void_rate(f)


@THEME.indicator("红冲率", unit="比率", tables=INVOICES, law=basis.INVOICE_TRUE)
def red_rate(f: Any) -> Any:
    """
    近12个月红字发票金额相当于蓝字金额的{value}{peers}。
    公式：|红字金额| ÷ 有效蓝字金额
    """
    return share(f.sold_red_amount, f.sold_blue_amount)


@THEME.indicator("红冲张数率", unit="比率", tables=INVOICES, law=basis.INVOICE_TRUE)
def red_count_rate(f: Any) -> Any:
    """
    近12个月每100张有效发票中红字发票的比例为{value}{peers}。
    公式：红字张数 ÷（蓝字张数 + 红字张数）（不足10张不计）
    """
    return share(f.sold_red_count, f.sold_red_count + f.sold_blue_count, least=FEW)


@THEME.indicator("跨月红冲占比", unit="比率", tables=INVOICES, law=basis.VAT_INVOICES)
def red_after_month_end(f: Any) -> Any:
    """
    近12个月注明原蓝字号码的红字发票中，{value}冲的是以前月份的发票{peers}，可能在抵扣或申报之后冲回。
    公式：原蓝字发票不在同月的红字张数 ÷ 注明原蓝字号码的红字张数
    """
    return share(f.sold_red_linked_count - f.sold_red_same_month_count, f.sold_red_linked_count)


@THEME.indicator("顶额开票占比", unit="比率", tables=INVOICES, law=basis.INVOICE_QUOTA)
def top_amount_share(f: Any) -> Any:
    """
    近12个月蓝字发票中，{value}的不含税金额紧贴千元、万元、十万元或百万元限额{peers}。
    公式：金额在限额95%至100%之间的蓝字张数 ÷ 蓝字张数（不足10张不计）
    """
    return share(f.sold_top_count, f.sold_blue_count, least=FEW)


@THEME.indicator("整额开票占比", unit="比率", tables=INVOICES, law=basis.EXPERIENCE)
def round_amount_share(f: Any) -> Any:
    """
    近12个月蓝字发票中，{value}的价税合计恰为整千元{peers}。
    公式：价税合计为1000元整数倍的蓝字张数 ÷ 蓝字张数（不足10张不计）
    """
    return share(f.sold_round_count, f.sold_blue_count, least=FEW)


@THEME.indicator("专票金额占比", unit="比率", direction="both", tables=INVOICES, law=basis.FALSE_ISSUING)
def special_invoice_share(f: Any) -> Any:
    """
    近12个月蓝字开票金额中，专用发票占{value}{peers}。
    公式：专用发票（含数电专票）蓝字金额 ÷ 蓝字金额
    """
    return share(f.sold_special_amount, f.sold_blue_amount)


@THEME.indicator("单张平均金额", unit="元", direction="both", tables=INVOICES, law=basis.EXPERIENCE)
def average_invoice_amount(f: Any) -> Any:
    """
    近12个月蓝字发票平均每张{value}{peers}。
    公式：蓝字金额 ÷ 蓝字张数
    """
    return ratio(f.sold_blue_amount, f.sold_blue_count)


@THEME.indicator("月均开票张数", unit="张", tables=INVOICES, law=basis.INVOICE_QUOTA)
def invoices_per_month(f: Any) -> Any:
    """
    近12个月有开票的月份平均每月开具蓝字发票{value}{peers}。
    公式：蓝字张数 ÷ 有蓝字发票的月数
    """
    return ratio(f.sold_blue_count, f.sold_active_months)


@THEME.indicator("首位数字偏离", unit="比率", tables=INVOICES, law=basis.EXPERIENCE)
def benford_deviation(f: Any) -> Any:
    """
    近12个月开票金额首位数字的分布与本福特定律平均相差{value}{peers}，偏差大说明金额可能是人为凑出的。
    公式：九个首位数字的占比与 lg(1+1/d) 之差的绝对值的平均（不足100张不计）
    """
    counts = [f[f"sold_digit_{d}"] for d in range(1, 10)]
    whole = reduce(add, counts)
    gaps = [(ratio(c, whole, least=BENFORD_LEAST) - log10(1 + 1 / d)).abs() for d, c in enumerate(counts, 1)]
    return reduce(add, gaps) / len(gaps)


@THEME.indicator("取得发票作废红冲率", unit="比率", tables=INVOICES, law=basis.VAT_INPUT_BARRED)
def received_reversed_rate(f: Any) -> Any:
    """
    近12个月取得的发票中，被销方作废或红冲的张数占{value}{peers}。
    公式：（取得的作废张数 + 红字张数）÷ 取得张数（不足10张不计）
    """
    return share(f.bought_void_count + f.bought_red_count, f.bought_issued_count, least=FEW)
