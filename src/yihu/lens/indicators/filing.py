"""Whether returns and payments arrive, and whether they say what the invoices say."""

from typing import Any

from yihu.lens.indicators import basis
from yihu.lens.indicators.arithmetic import count_of, only, plus, positive, ratio, share
from yihu.lens.indicators.theme import Theme

THEME = Theme("申报缴款")
RETURNS = ("returns",)
COMPARED = ("returns", "invoices")


@THEME.indicator("连续零申报", unit="月", window=0, tables=RETURNS, law=basis.FILING)
def zero_filing_streak(f: Any) -> Any:
    """
    截至最近一期，已连续{value}零申报{peers}。
    公式：最后一次申报有销售额之后，销售额为零的增值税申报所覆盖的月数
    """
    return f.zero_months


@THEME.indicator("逾期申报次数", unit="次", tables=RETURNS, law=basis.FILING)
def late_filing_count(f: Any) -> Any:
    """
    最近12个已到期申报月，增值税逾期申报{value}{peers}。
    公式：申报日期晚于申报期限的增值税申报份数
    """
    return only(f.filed_count > 0, f.filed_late)


@THEME.indicator("未申报月数", unit="月", tables=("returns", "registrations"), law=basis.FILING)
def unfiled_months(f: Any) -> Any:
    """
    最近12个已到期申报月中，有{value}没有增值税申报{peers}。
    公式：应申报月数（登记次月起至注销前）− 已申报覆盖的月数
    """
    return only(f.due_months > 0, positive(f.due_months - plus(f.filed_months)))


@THEME.indicator("开票大于申报销售", unit="比率", tables=COMPARED, law=basis.EVASION)
def undeclared_sales(f: Any) -> Any:
    """
    同期开票净额中，有{value}没有体现在申报销售额中{peers}（负数表示申报多于开票）。
    公式：（开票净额 − 申报销售额）÷ 开票净额
    """
    return ratio(f.invoiced_sales - plus(f.declared_sales), f.invoiced_sales)


@THEME.indicator("销项税额申报差异", unit="比率", tables=COMPARED, law=basis.EVASION)
def undeclared_output_tax(f: Any) -> Any:
    """
    同期开票税额中，有{value}没有体现在申报销项税额中{peers}（负数表示申报多于开票）。
    公式：（开票税额 − 申报销项税额）÷ 开票税额（申报有销项税额的）
    """
    return ratio(f.invoiced_output - f.declared_output, f.invoiced_output)


@THEME.indicator("进项税额多报", unit="比率", tables=COMPARED, law=basis.VAT_INPUT_BARRED)
def unsupported_input_tax(f: Any) -> Any:
    """
    同期申报的进项税额中，有{value}没有取得专票支持{peers}（海关缴款书、农产品收购等可为正常原因）。
    公式：（申报进项税额 − 取得专票税额）÷ 申报进项税额
    """
    return ratio(f.declared_input - f.invoiced_input, f.declared_input)


@THEME.indicator("逾期缴款次数", unit="次", tables=("payments",), law=basis.PAYMENT)
def late_payment_count(f: Any) -> Any:
    """
    最近12个已到期月的税款中，逾期缴纳{value}{peers}。
    公式：缴款日期晚于缴款期限的笔数
    """
    return only(f.paid_count > 0, f.paid_late_count)


@THEME.indicator("逾期缴款金额占比", unit="比率", tables=("payments",), law=basis.PAYMENT)
def late_payment_share(f: Any) -> Any:
    """
    最近12个已到期月缴纳的税款中，{value}是逾期缴纳的{peers}。
    公式：逾期缴款金额 ÷ 缴款金额
    """
    return share(f.paid_late_amount, f.paid_amount)


@THEME.indicator("最长逾期天数", unit="天", tables=("payments",), law=basis.PAYMENT)
def longest_payment_delay(f: Any) -> Any:
    """
    最近12个已到期月的税款，最长逾期{value}缴纳{peers}。
    公式：max(缴款日期 − 缴款期限)，无逾期为0
    """
    return count_of(f.paid_late_days, (f.paid_count > 0).fill_null(False))


@THEME.indicator("欠税率", unit="比率", tables=("returns", "payments"), law=basis.ARREARS)
def arrears_rate(f: Any) -> Any:
    """
    最近12个已到期申报月的增值税应纳税额中，{value}尚未缴纳{peers}。
    公式：max(0，应纳增值税 − 已缴增值税) ÷ 应纳增值税
    """
    return ratio(arrears_amount(f), f.declared_payable)


@THEME.indicator("欠税金额", unit="元", tables=("returns", "payments"), law=basis.ARREARS)
def arrears_amount(f: Any) -> Any:
    """
    最近12个已到期申报月，尚未缴纳的增值税{value}{peers}。
    公式：max(0，应纳增值税 − 已缴增值税)
    """
    return only(f.declared_payable.notnull(), positive(f.declared_payable - plus(f.paid_vat)))
