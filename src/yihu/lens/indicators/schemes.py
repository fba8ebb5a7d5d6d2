"""
Leads that published tax cases describe.

The typologies are counted over 1,090 reports of the State Taxation Administration (see docs/subsystems/indicators.md);
each figure here measures the trace one of them leaves.
"""

from typing import Any

import ibis

from yihu.lens.indicators import basis
from yihu.lens.indicators.arithmetic import count_of, only, plus, positive, ratio, share
from yihu.lens.indicators.facts.schemes import SMALL_SCALE
from yihu.lens.indicators.theme import Theme

THEME = Theme("案情线索")
INVOICES = ("invoices",)
LINKS = ("registrations", "roles", "persons")
FEW = 4
SEASONED_MONTHS = 6


@THEME.indicator("未申报资金流入", unit="比率", tables=("third_party", "returns"), law=basis.EVASION)
def undeclared_inflow(f: Any) -> Any:
    """
    近12个月银行流入中，有{value}没有对应的申报销售{peers}，可能隐匿收入（负数表示申报多于流入）。
    公式：（银行流入 − 申报销售额 − 申报销项税额）÷ 银行流入（有申报的；申报按最近12个已到期月）
    """
    declared = plus(f.declared_sales_in_year, f.declared_output_in_year)
    return only(f.declared_sales_in_year.notnull(), ratio(f.third_inflow_in_year - declared, f.third_inflow_in_year))


@THEME.indicator("平台销售未申报", unit="比率", tables=("third_party", "returns"), law=basis.EVASION)
def undeclared_platform_sales(f: Any) -> Any:
    """
    近12个月平台报送的销售中，有{value}没有对应的申报销售{peers}，可能隐匿网络销售收入（负数表示申报多于平台）。
    公式：（平台报送金额 − 申报销售额 − 申报销项税额）÷ 平台报送金额（有申报的；申报按最近12个已到期月）
    """
    declared = plus(f.declared_sales_in_year, f.declared_output_in_year)
    return only(f.declared_sales_in_year.notnull(), ratio(f.platform_amount - declared, f.platform_amount))


@THEME.indicator("参保人均工资", unit="元", tables=("third_party", "returns"), law=basis.EVASION)
def pay_per_insured(f: Any) -> Any:
    """
    最近一期企业所得税申报的工资，按参保人数人均{value}{peers}，过高可能虚列工资。
    公式：工资薪金 ÷ 最高月参保人数
    """
    return ratio(f.cit_payroll, f.social_people)


@THEME.indicator("留抵无存货支撑", unit="比率", window=24, tables=("returns", "invoices"), law=basis.VAT_GENERAL)
def credit_without_stock(f: Any) -> Any:
    """
    近24个月进项倒挂额相当于票面结存货物的{value}{peers}，明显高于税率说明留抵没有存货支撑，可能少计销售骗取留抵退税。
    公式：Σ各期max(0，进项 − 转出 − 销项) ÷ max(0，购进净额 − 销售净额)
    """
    return ratio(
        f.declared_credit_in_two_years, positive(f.bought_amount_in_two_years - plus(f.sold_amount_in_two_years))
    )


@THEME.indicator("留抵退税占进项", unit="比率", window=24, tables=("returns", "return_lines"), law=basis.VAT_GENERAL)
def refunded_share(f: Any) -> Any:
    """
    近24个月申报的进项税额中，有{value}作为留抵退税退还{peers}，须核实进项真实性和退税后的经营。
    公式：申报表附列资料（二）第22栏上期留抵税额退税 ÷ 申报进项税额
    """
    return ratio(f.credit_refunded, f.declared_input_in_two_years)


@THEME.indicator("成本无票支撑", unit="比率", tables=("returns", "invoices"), law=basis.EVASION)
def unsupported_cost(f: Any) -> Any:
    """
    最近一期企业所得税申报的营业成本中，有{value}没有取得发票{peers}，可能虚列成本（负数表示取票多于成本）。
    公式：（营业成本 − 同期购进净额）÷ 营业成本
    """
    return ratio(f.cit_cost - plus(f.cit_bought), f.cit_cost)


@THEME.indicator("农产品购进占比", unit="比率", window=0, direction="both", tables=INVOICES, law=basis.VAT_GENERAL)
def farm_purchase_share(f: Any) -> Any:
    """
    购进额中，农林牧渔产品占{value}{peers}，收购凭证可自开自抵，须核实货源。
    公式：农林牧渔类（编码101）购进额 ÷ 全部有品名的购进额
    """
    return share(f.goods_bought_farm, f.goods_bought)


@THEME.indicator("变名规模", unit="比率", window=0, tables=INVOICES, law=basis.INVOICE_OBTAIN)
def goods_renamed(f: Any) -> Any:
    """
    未购而销与购而未销的货物，两者可以互相抵充的部分占销售额的{value}{peers}，可能变更品名。
    公式：min(从未购进的货物大类销售额，从未销售的货物大类购进额) ÷ 有品名的销售额，不超过1
    """
    swapped = ibis.least(f.goods_sold_unbought, f.goods_bought_unsold).fill_null(0)
    return share(ibis.least(swapped, f.goods_sold), f.goods_sold)


@THEME.indicator("逼近小规模标准", unit="比率", tables=("invoices", "registrations"), law=basis.VAT_SALES)
def small_scale_use(f: Any) -> Any:
    """
    本户为小规模纳税人，近12个月净开票额已达年销售500万元标准的{value}{peers}。
    公式：净开票额 ÷ 500万元（小规模纳税人）
    """
    return only(f.is_small, positive(f.sold_amount) / SMALL_SCALE)


@THEME.indicator("紧贴免征额月数", unit="月", tables=("invoices", "registrations"), law=basis.VAT_SALES)
def exempt_edge_months(f: Any) -> Any:
    """
    本户为小规模纳税人，近12个月中有{value}的净开票额在9万元至10万元之间{peers}，紧贴月销售10万元免征额。
    公式：净开票额大于9万元且不超过10万元的月数（小规模纳税人）
    """
    return only(f.is_small, f.edge_months)


@THEME.indicator("同一法人小规模销售合计", unit="倍", tables=("invoices", *LINKS), law=basis.RELATED)
def owner_small_sales(f: Any) -> Any:
    """
    本户法定代表人名下小规模户近12个月净开票额合计是500万元标准的{value}{peers}，超过1倍可能拆分收入。
    公式：同一法定代表人（自然人归并后）名下小规模户净开票额合计 ÷ 500万元（小规模纳税人）
    """
    return only(f.is_small, f.owner_small_sales / SMALL_SCALE)


@THEME.indicator("同一法人逼近标准户数", unit="户", tables=("invoices", *LINKS), law=basis.RELATED)
def owner_split_firms(f: Any) -> Any:
    """
    本户法定代表人名下，近12个月净开票额在250万元至500万元之间的小规模户共{value}{peers}，多户可能拆分收入。
    公式：同一法定代表人名下净开票额大于250万元且不超过500万元的小规模户数（小规模纳税人）
    """
    return only(f.is_small, f.owner_split_firms)


@THEME.indicator("法定代表人问题户数", unit="户", window=0, tables=LINKS, law=basis.RELATED)
def owner_bad_firms(f: Any) -> Any:
    """
    本户法定代表人名下另有{value}已注销或为非正常户{peers}。
    公式：同一法定代表人（自然人归并后）名下其他注销或非正常户数
    """
    return f.owner_bad_firms


@THEME.indicator("同期设立关联户数", unit="户", window=0, tables=LINKS, law=basis.RELATED)
def tied_together_count(f: Any) -> Any:
    """
    与本户有人员、电话、地址或设备关联的户中，有{value}与本户在90天内先后设立{peers}，可能批量注册空壳。
    公式：登记日与本户相差不超过90天的关联户数
    """
    return count_of(f.tied_together, f.is_registered)


@THEME.indicator("同期设立关联户占比", unit="比率", window=0, tables=LINKS, law=basis.RELATED)
def tied_together_share(f: Any) -> Any:
    """
    与本户有关联的户中，{value}与本户在90天内先后设立{peers}。
    公式：登记日与本户相差不超过90天的关联户数 ÷ 登记日明确的关联户数（不足5户不计）
    """
    return share(f.tied_together, f.tied_dated, least=FEW)


@THEME.indicator("开票存续月数", unit="月", window=0, direction="low", tables=INVOICES, law=basis.FALSE_ISSUING)
def issuing_life(f: Any) -> Any:
    """
    从首次到最近一次有净开票额，本户开票前后共{value}{peers}。
    公式：最近有净开票额的月份 − 首个月份 + 1
    """
    return f.life_last - f.life_first + 1


@THEME.indicator("高峰后存续月数", unit="月", window=0, direction="low", tables=INVOICES, law=basis.FALSE_ISSUING)
def life_after_peak(f: Any) -> Any:
    """
    开票最高的月份之后，本户继续开票{value}{peers}，高峰后即停可能突击虚开后走逃。
    公式：最近有净开票额的月份 − 净开票额最高的月份（首月起满6个月的）
    """
    seasoned = f.as_of_month - f.life_first >= SEASONED_MONTHS
    return only(seasoned, f.life_last - f.life_peak)


@THEME.indicator(
    "高峰后注销月数",
    unit="月",
    window=0,
    direction="low",
    tables=("registrations", "invoices"),
    law=basis.FALSE_ISSUING,
)
def closed_after_peak(f: Any) -> Any:
    """
    本户在开票最高的月份之后{value}注销{peers}。
    公式：注销月份 − 净开票额最高的月份（已注销的）
    """
    months = f.closed_month - f.life_peak
    return only(months >= 0, months)


@THEME.indicator("开业集中开票", unit="比率", window=0, tables=INVOICES, law=basis.FALSE_ISSUING)
def opening_rush(f: Any) -> Any:
    """
    本户全部开票额中，{value}集中在开始开票的前3个月{peers}。
    公式：首个开票月起3个月净开票额 ÷ 全部净开票额（首月起满6个月的，只计净额为正的月份）
    """
    seasoned = f.as_of_month - f.life_first >= SEASONED_MONTHS
    return only(seasoned, share(f.life_opening, f.life_amount))


@THEME.indicator("月末补票", unit="百分点", tables=INVOICES, law=basis.FALSE_ISSUING)
def month_end_cover(f: Any) -> Any:
    """
    近12个月取票集中在月末的比例，比开票集中在月末的比例高{value}{peers}，可能月末临时找票抵扣。
    公式：每月最后3天取得金额 ÷ 取得金额 − 每月最后3天开票金额 ÷ 开票金额
    """
    bought = share(f.bought_month_end_amount, f.bought_blue_amount)
    return bought - share(f.sold_month_end_amount, f.sold_blue_amount)


@THEME.indicator(
    "首次出口距今月数", unit="月", window=0, direction="low", tables=("customs_declarations",), law=basis.EXPORT_FRAUD
)
def months_since_first_export(f: Any) -> Any:
    """
    本户首次报关出口距今{value}{peers}，新开展出口且增长迅猛须核实货源。
    公式：统计月份 − 首次报关出口的月份
    """
    return f.export_first_age


@THEME.indicator("参保人均出口", unit="元", tables=("customs_declarations", "third_party"), law=basis.EXPORT_FRAUD)
def export_per_insured(f: Any) -> Any:
    """
    近12个月按参保人数人均报关出口{value}{peers}，过高可能借货出口、买单配票。
    公式：报关出口额 ÷ 最高月参保人数（有出口的户）
    """
    return only(f.export_amount > 0, ratio(f.export_amount, f.social_people))
