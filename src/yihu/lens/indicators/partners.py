"""Who the household trades with."""

from typing import Any

from yihu.lens.indicators import basis
from yihu.lens.indicators.arithmetic import concentration, only, ratio, share
from yihu.lens.indicators.theme import Theme

THEME = Theme("对手")
INVOICES = ("invoices",)
REGISTERED = ("invoices", "registrations")
REPORTED = ("invoices", "third_party")
FEW = 4
DAYS_A_YEAR = 365.25
NEW_MONTHS = 3


@THEME.indicator("新购方占比", unit="比率", window=3, tables=INVOICES, law=basis.EXPERIENCE)
def new_buyer_share(f: Any) -> Any:
    """
    近3个月销售中，{value}卖给此前从未交易过的购方{peers}。
    公式：卖给首次交易在近3个月内的购方的净额 ÷ 近3个月销售净额（本户首次销售不足3个月的不计）
    """
    return only(_seasoned(f, "buyers"), share(f.buyers_recent_new, f.buyers_recent))


@THEME.indicator("新销方占比", unit="比率", window=3, tables=INVOICES, law=basis.EXPERIENCE)
def new_supplier_share(f: Any) -> Any:
    """
    近3个月采购中，{value}来自此前从未交易过的销方{peers}。
    公式：来自首次交易在近3个月内的销方的净额 ÷ 近3个月采购净额（本户首次采购不足3个月的不计）
    """
    return only(_seasoned(f, "suppliers"), share(f.suppliers_recent_new, f.suppliers_recent))


@THEME.indicator("购方集中度", unit="比率", direction="both", tables=INVOICES, law=basis.EXPERIENCE)
def buyer_concentration(f: Any) -> Any:
    """
    近12个月购方集中度（赫芬达尔指数）为{value}{peers}。
    公式：Σ各购方金额² ÷（Σ金额）²
    """
    return concentration(f.buyers_squares, f.buyers_whole)


@THEME.indicator("销方集中度", unit="比率", direction="both", tables=INVOICES, law=basis.EXPERIENCE)
def supplier_concentration(f: Any) -> Any:
    """
    近12个月销方集中度（赫芬达尔指数）为{value}{peers}。
    公式：Σ各销方金额² ÷（Σ金额）²
    """
    return concentration(f.suppliers_squares, f.suppliers_whole)


@THEME.indicator("第一大购方占比", unit="比率", tables=INVOICES, law=basis.EXPERIENCE)
def top_buyer_share(f: Any) -> Any:
    """
    近12个月最大的购方占销售净额的{value}{peers}。
    公式：最大购方净额 ÷ 销售净额
    """
    return share(f.buyers_top, f.buyers_amount)


@THEME.indicator("第一大销方占比", unit="比率", tables=INVOICES, law=basis.EXPERIENCE)
def top_supplier_share(f: Any) -> Any:
    """
    近12个月最大的销方占采购净额的{value}{peers}。
    公式：最大销方净额 ÷ 采购净额
    """
    return share(f.suppliers_top, f.suppliers_amount)


@THEME.indicator("购方数量", unit="户", direction="both", tables=INVOICES, law=basis.EXPERIENCE)
def buyer_count(f: Any) -> Any:
    """
    近12个月购方共{value}{peers}。
    公式：净交易额为正的购方户数
    """
    return f.buyers_count


@THEME.indicator("销方数量", unit="户", direction="both", tables=INVOICES, law=basis.EXPERIENCE)
def supplier_count(f: Any) -> Any:
    """
    近12个月销方共{value}{peers}。
    公式：净交易额为正的销方户数
    """
    return f.suppliers_count


@THEME.indicator("购销户数比", unit="倍", tables=INVOICES, law=basis.FALSE_ISSUING)
def buyers_per_supplier(f: Any) -> Any:
    """
    近12个月购方户数是销方户数的{value}{peers}。
    公式：购方户数 ÷ 销方户数
    """
    return ratio(f.buyers_count, f.suppliers_count)


@THEME.indicator("一次性购方占比", unit="比率", tables=INVOICES, law=basis.EXPERIENCE)
def one_time_buyer_share(f: Any) -> Any:
    """
    近12个月的购方中，{value}只收过一张发票{peers}。
    公式：只有一张发票的购方户数 ÷ 购方户数（不足5户不计）
    """
    return share(f.buyers_once_count, f.buyers_count, least=FEW)


@THEME.indicator("一次性销方占比", unit="比率", tables=INVOICES, law=basis.EXPERIENCE)
def one_time_supplier_share(f: Any) -> Any:
    """
    近12个月的销方中，{value}只开来过一张发票{peers}。
    公式：只有一张发票的销方户数 ÷ 销方户数（不足5户不计）
    """
    return share(f.suppliers_once_count, f.suppliers_count, least=FEW)


@THEME.indicator("购方平均距离", unit="公里", tables=REGISTERED, law=basis.EXPERIENCE)
def buyer_distance(f: Any) -> Any:
    """
    近12个月按金额加权，购方所在省会平均距本户{value}{peers}。
    公式：Σ金额×双方省会距离 ÷ Σ金额（双方登记地明确的）
    """
    return ratio(f.buyers_km, f.buyers_located)


@THEME.indicator("销方平均距离", unit="公里", tables=REGISTERED, law=basis.EXPERIENCE)
def supplier_distance(f: Any) -> Any:
    """
    近12个月按金额加权，销方所在省会平均距本户{value}{peers}。
    公式：Σ金额×双方省会距离 ÷ Σ金额（双方登记地明确的）
    """
    return ratio(f.suppliers_km, f.suppliers_located)


@THEME.indicator("远程购方占比", unit="比率", tables=REGISTERED, law=basis.EXPERIENCE)
def far_buyer_share(f: Any) -> Any:
    """
    近12个月销售中，{value}卖给省会相距1000公里以上的购方{peers}。
    公式：相距1000公里以上的购方净额 ÷ 双方登记地明确的销售净额
    """
    return share(f.buyers_far, f.buyers_located)


@THEME.indicator("未登记购方占比", unit="比率", tables=REGISTERED, law=basis.INVOICE_TRUE)
def unregistered_buyer_share(f: Any) -> Any:
    """
    近12个月销售中，{value}开给本地没有登记信息的购方{peers}。
    公式：无登记信息的购方净额 ÷ 销售净额
    """
    return share(f.buyers_unregistered, f.buyers_amount)


@THEME.indicator("上游平均年龄", unit="年", direction="low", tables=REGISTERED, law=basis.EXPERIENCE)
def supplier_age(f: Any) -> Any:
    """
    近12个月按金额加权，上游企业平均成立{value}{peers}。
    公式：Σ金额×销方登记天数 ÷ Σ金额 ÷ 365.25
    """
    return ratio(f.suppliers_age_days, f.suppliers_aged) / DAYS_A_YEAR


@THEME.indicator("上游新户占比", unit="比率", tables=REGISTERED, law=basis.FALSE_ISSUING)
def young_supplier_share(f: Any) -> Any:
    """
    近12个月采购中，{value}来自成立不满一年的企业{peers}。
    公式：登记不满365天的销方净额 ÷ 登记日明确的采购净额
    """
    return share(f.suppliers_young, f.suppliers_aged)


@THEME.indicator("下游新户占比", unit="比率", tables=REGISTERED, law=basis.FALSE_ISSUING)
def young_buyer_share(f: Any) -> Any:
    """
    近12个月销售中，{value}卖给成立不满一年的企业{peers}。
    公式：登记不满365天的购方净额 ÷ 登记日明确的销售净额
    """
    return share(f.buyers_young, f.buyers_aged)


@THEME.indicator("上游注销占比", unit="比率", tables=REGISTERED, law=basis.VAT_INPUT_BARRED)
def closed_supplier_share(f: Any) -> Any:
    """
    近12个月采购中，{value}来自现已注销的企业{peers}。
    公式：已注销销方净额 ÷ 采购净额
    """
    return share(f.suppliers_closed, f.suppliers_amount)


@THEME.indicator("上游非正常占比", unit="比率", tables=REGISTERED, law=basis.VAT_INPUT_BARRED)
def abnormal_supplier_share(f: Any) -> Any:
    """
    近12个月采购中，{value}来自非正常户{peers}。
    公式：非正常户销方净额 ÷ 采购净额
    """
    return share(f.suppliers_abnormal, f.suppliers_amount)


@THEME.indicator("上游已证实虚开占比", unit="比率", tables=REPORTED, law=basis.INVOICE_TRUE)
def false_supplier_share(f: Any) -> Any:
    """
    近12个月采购中，{value}来自已证实虚开的企业{peers}。
    公式：已证实虚开的销方净额 ÷ 采购净额
    """
    return share(f.suppliers_false, f.suppliers_amount)


@THEME.indicator("下游问题户占比", unit="比率", tables=REPORTED, law=basis.INVOICE_TRUE)
def troubled_buyer_share(f: Any) -> Any:
    """
    近12个月销售中，{value}开给非正常户或已证实虚开的企业{peers}。
    公式：非正常户及已证实虚开购方净额（两者皆是的只计一次）÷ 销售净额
    """
    return share(f.buyers_troubled, f.buyers_amount)


def _seasoned(f: Any, side: str) -> Any:
    """The household itself traded before the last three months began."""
    return f.as_of_month - f[f"{side}_first_month"] >= NEW_MONTHS
