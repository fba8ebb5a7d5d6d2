"""What is paid of what is earned."""

from typing import Any

from yihu.lens.indicators import basis
from yihu.lens.indicators.arithmetic import plus, ratio, share
from yihu.lens.indicators.theme import Theme

THEME = Theme("税负")
RETURNS = ("returns",)


@THEME.indicator("增值税税负率", unit="比率", direction="low", tables=RETURNS, law=basis.VAT_GENERAL)
def vat_burden(f: Any) -> Any:
    """
    最近12个已到期申报月的增值税税负率为{value}{peers}。
    公式：增值税应纳税额 ÷ 申报销售额（应税 + 免税 + 出口）
    """
    return share(f.declared_payable, f.declared_sales)


@THEME.indicator("税负率变动", unit="比率", window=24, direction="low", tables=RETURNS, law=basis.VAT_GENERAL)
def vat_burden_change(f: Any) -> Any:
    """
    增值税税负率比上一个12个月变动{value}{peers}。
    公式：本期税负率 ÷ 上期税负率 − 1
    """
    return ratio(vat_burden(f), share(f.declared_payable_before, f.declared_sales_before)) - 1


@THEME.indicator("进销项税额比", unit="比率", direction="both", tables=RETURNS, law=basis.VAT_GENERAL)
def input_output_ratio(f: Any) -> Any:
    """
    最近12个已到期申报月，进项税额相当于销项税额的{value}{peers}。
    公式：（进项税额 − 进项税额转出）÷ 销项税额
    """
    return share(f.declared_input - plus(f.declared_transfer), f.declared_output)


@THEME.indicator("进项转出率", unit="比率", tables=RETURNS, law=basis.VAT_INPUT_BARRED)
def input_transfer_rate(f: Any) -> Any:
    """
    最近12个已到期申报月，进项税额转出占进项税额的{value}{peers}。
    公式：进项税额转出 ÷ 进项税额
    """
    return share(f.declared_transfer, f.declared_input)


@THEME.indicator("免税销售占比", unit="比率", tables=RETURNS, law=basis.VAT_SALES)
def exempt_share(f: Any) -> Any:
    """
    最近12个已到期申报月，免税销售额占申报销售额的{value}{peers}。
    公式：免税销售额 ÷ 申报销售额
    """
    return share(f.declared_exempt, f.declared_sales)


@THEME.indicator("所得税贡献率", unit="比率", direction="low", tables=RETURNS, law=basis.ASSESSMENT)
def income_tax_burden(f: Any) -> Any:
    """
    最近一期企业所得税申报，应纳税额占营业收入的{value}{peers}。
    公式：企业所得税应纳税额 ÷ 营业收入
    """
    return share(f.cit_payable, f.cit_revenue)


@THEME.indicator("利润率", unit="比率", direction="low", tables=RETURNS, law=basis.EVASION)
def profit_margin(f: Any) -> Any:
    """
    最近一期企业所得税申报，利润总额占营业收入的{value}{peers}。
    公式：利润总额 ÷ 营业收入
    """
    return ratio(f.cit_profit, f.cit_revenue)


@THEME.indicator("成本率", unit="比率", tables=RETURNS, law=basis.EVASION)
def cost_rate(f: Any) -> Any:
    """
    最近一期企业所得税申报，营业成本占营业收入的{value}{peers}。
    公式：营业成本 ÷ 营业收入
    """
    return ratio(f.cit_cost, f.cit_revenue)


@THEME.indicator("增值税与所得税收入差异", unit="比率", direction="both", tables=RETURNS, law=basis.EVASION)
def revenue_difference(f: Any) -> Any:
    """
    同期增值税申报销售额与企业所得税营业收入相差{value}{peers}。
    公式：（增值税申报销售额 − 营业收入）÷ 营业收入
    """
    return ratio(f.cit_vat_sales - f.cit_revenue, f.cit_revenue)
