"""How old the household is, and what it did at which age."""

from typing import Any

import ibis

from yihu.lens.indicators import basis
from yihu.lens.indicators.arithmetic import count_of, only, positive, ratio, share
from yihu.lens.indicators.theme import Theme

THEME = Theme("生命周期")
BOTH = ("registrations", "invoices")
DAYS_A_YEAR = 365.25
SHORT_LIFE_MONTHS = 24


@THEME.indicator("成立年限", unit="年", window=0, direction="low", tables=("registrations",), law=basis.INVOICE_QUOTA)
def age_years(f: Any) -> Any:
    """
    本户成立{value}{peers}。
    公式：（统计日 − 登记日）÷ 365.25
    """
    return only(f.age_days >= 0, f.age_days / DAYS_A_YEAR)


@THEME.indicator("高峰时月龄", unit="月", direction="low", tables=BOTH, law=basis.FALSE_ISSUING)
def age_at_peak(f: Any) -> Any:
    """
    近12个月开票最多的一个月，距登记{value}{peers}。
    公式：净开票额最高的月份 − 登记月份
    """
    months = f.peak_month - f.registered_month
    return only(months >= 0, months)


@THEME.indicator("短命高额开票", unit="元", tables=BOTH, law=basis.FALSE_ISSUING)
def short_life_sales(f: Any) -> Any:
    """
    本户成立不满两年，平均每个存续月开票{value}{peers}。
    公式：近12个月净开票额 ÷ min(12，登记以来月数)（登记不满24个月的）
    """
    lived = f.as_of_month - f.registered_month + 1
    young = (lived > 0) & (lived <= SHORT_LIFE_MONTHS)
    return only(young, ratio(f.sold_amount, ibis.least(lived, ibis.literal(12.0))))


@THEME.indicator("首票间隔天数", unit="天", window=0, direction="both", tables=BOTH, law=basis.INVOICE_QUOTA)
def days_to_first_invoice(f: Any) -> Any:
    """
    登记后第{value}开始有发票往来{peers}。
    公式：首张发票日期 − 登记日期
    """
    return only(f.days_to_first_invoice >= 0, f.days_to_first_invoice)


@THEME.indicator("静默天数", unit="天", window=0, tables=BOTH, law=basis.EXPERIENCE)
def silent_days(f: Any) -> Any:
    """
    本户未注销，最近一张发票距今已{value}{peers}。
    公式：统计日 − 最近发票日期（未注销户）
    """
    return only(f.open & (f.silent_days >= 0), f.silent_days)


@THEME.indicator("走逃迹象", unit="比率", tables=BOTH, law=basis.FALSE_ISSUING)
def sudden_silence(f: Any) -> Any:
    """
    近12个月开票额中，{value}发生在最近3个月之前而近3个月骤减{peers}，可能突击开票后走逃。
    公式：1 − 近3个月净开票额 × 4 ÷ 近12个月净开票额，负数计0（首票满6个月）
    """
    drop = positive(1 - ratio(positive(f.sold_amount_quarter), f.sold_amount) * 4)
    seasoned = f.as_of_month - f.sold_first_month >= 6
    return only(seasoned & (f.sold_amount > 0), drop)


@THEME.indicator("变更法定代表人后突增", unit="比率", window=15, tables=("roles", "invoices"), law=basis.CHANGES)
def takeover_burst(f: Any) -> Any:
    """
    最近一次变更法定代表人前后各3个月的开票额中，{value}发生在变更之后{peers}。
    公式：变更当月起3个月蓝字金额 ÷ 变更前后各3个月蓝字金额
    """
    return share(f.takeover_after, f.takeover_after + f.takeover_before)


@THEME.indicator("变更登记次数", unit="次", tables=("registration_changes",), law=basis.CHANGES)
def amendment_count(f: Any) -> Any:
    """
    近12个月变更登记{value}{peers}。
    公式：变更登记记录数
    """
    return count_of(f.amended_count, f.is_registered)
