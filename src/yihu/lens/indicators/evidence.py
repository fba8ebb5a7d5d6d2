"""What others measured, against what the invoices claim."""

from typing import Any

from yihu.lens.indicators import basis
from yihu.lens.indicators.arithmetic import only, ratio
from yihu.lens.indicators.theme import Theme

THEME = Theme("第三方印证")
POWER = ("third_party", "invoices")


@THEME.indicator("度电销售额", unit="元", tables=POWER, law=basis.VAT_SHARED)
def sales_per_power(f: Any) -> Any:
    """
    近12个月每用一度电，开票{value}{peers}，过高说明产能撑不起销售。
    公式：净开票额 ÷ 用电量（千瓦时）
    """
    return ratio(f.sold_amount, f.power_quantity)


@THEME.indicator("电费占销售比", unit="比率", direction="low", tables=POWER, law=basis.VAT_SHARED)
def power_cost_rate(f: Any) -> Any:
    """
    近12个月电费相当于净开票额的{value}{peers}。
    公式：电费 ÷ 净开票额
    """
    return ratio(f.power_amount, f.sold_amount)


@THEME.indicator("资金流入比", unit="比率", direction="both", tables=POWER, law=basis.VAT_SHARED)
def bank_inflow_rate(f: Any) -> Any:
    """
    近12个月银行流入相当于开票价税合计的{value}{peers}，票款应当大致相符。
    公式：银行流入 ÷（净开票额 + 税额）
    """
    return ratio(f.bank_inflow, f.sold_amount + f.sold_tax_amount)


@THEME.indicator("资金快进快出", unit="比率", tables=("third_party",), law=basis.FALSE_ISSUING)
def bank_turnaround(f: Any) -> Any:
    """
    近12个月银行流出相当于流入的{value}{peers}，几乎不留余额可能资金回流。
    公式：银行流出 ÷ 银行流入
    """
    return ratio(f.bank_outflow, f.bank_inflow)


@THEME.indicator("工资占收入比", unit="比率", direction="low", tables=("returns",), law=basis.EXPERIENCE)
def payroll_rate(f: Any) -> Any:
    """
    最近一期企业所得税申报，工资薪金占营业收入的{value}{peers}，过低说明无人经营。
    公式：工资薪金 ÷ 营业收入
    """
    return ratio(f.cit_payroll, f.cit_revenue)


@THEME.indicator("人均销售额", unit="元", tables=("returns", "invoices"), law=basis.EXPERIENCE)
def sales_per_employee(f: Any) -> Any:
    """
    近12个月人均开票{value}{peers}。
    公式：净开票额 ÷ 最近一期申报从业人数
    """
    return ratio(f.sold_amount, f.cit_employees)


@THEME.indicator(
    "参保与从业人数比", unit="比率", direction="both", tables=("third_party", "returns"), law=basis.VAT_SHARED
)
def insured_rate(f: Any) -> Any:
    """
    近12个月参保人数相当于申报从业人数的{value}{peers}。
    公式：最高月参保人数 ÷ 最近一期申报从业人数
    """
    return ratio(f.social_people, f.cit_employees)


@THEME.indicator("物流费率", unit="比率", direction="low", tables=POWER, law=basis.VAT_SHARED)
def logistics_rate(f: Any) -> Any:
    """
    近12个月物流金额相当于净开票额的{value}{peers}，卖货而无运输可疑。
    公式：物流金额 ÷ 净开票额
    """
    return ratio(f.logistics_amount, f.sold_amount)


@THEME.indicator("单车次销售额", unit="元", tables=POWER, law=basis.VAT_SHARED)
def sales_per_trip(f: Any) -> Any:
    """
    近12个月每一车次货运，开票{value}{peers}，过高说明没有相应的货物运输。
    公式：净开票额 ÷ 货运车次
    """
    return ratio(f.sold_amount, f.logistics_trips)


@THEME.indicator("经营者账户收款比", unit="比率", tables=POWER, law=basis.EVASION)
def owner_inflow_rate(f: Any) -> Any:
    """
    近12个月经营者个人账户流入相当于本户开票价税合计的{value}{peers}，货款可能进入个人账户而未申报。
    公式：经营者个人账户流入 ÷（净开票额 + 税额）
    """
    return ratio(f.owner_inflow, f.sold_amount + f.sold_tax_amount)


@THEME.indicator("公转私比", unit="比率", tables=("third_party",), law=basis.FALSE_ISSUING)
def private_transfer_rate(f: Any) -> Any:
    """
    近12个月从对公账户转入个人的资金相当于银行流入的{value}{peers}，货款到账即转给个人可能是资金回流。
    公式：对公账户转入个人 ÷ 银行流入
    """
    return ratio(f.private_outflow, f.bank_inflow)


@THEME.indicator("收汇差额率", unit="比率", tables=("third_party", "customs_declarations"), law=basis.EXPORT_FRAUD)
def receipt_gap(f: Any) -> Any:
    """
    近12个月报关出口额中，有{value}没有收汇{peers}（负数表示收汇多于报关）。
    公式：（报关出口额 − 收汇额）÷ 报关出口额（有收汇记录的户）
    """
    return only(f.foreign_receipts.notnull(), ratio(f.export_amount - f.foreign_receipts, f.export_amount))


@THEME.indicator("申报工资与缴费基数比", unit="倍", tables=("third_party", "returns"), law=basis.EVASION)
def payroll_over_base(f: Any) -> Any:
    """
    最近一期企业所得税申报的工资是同期社会保险缴费基数的{value}{peers}，过高可能虚列人员工资。
    公式：工资薪金 ÷ 同期缴费基数合计
    """
    return ratio(f.cit_payroll, f.cit_wage_base)
