"""What is sold against what was bought."""

from typing import Any

from yihu.lens.indicators import basis
from yihu.lens.indicators.arithmetic import only, ratio, share
from yihu.lens.indicators.theme import Theme

THEME = Theme("货物")
INVOICES = ("invoices", "registrations")
# GB/T 4754: wholesale 51 and retail 52; they sell what they bought.
TRADERS = ("51", "52")


@THEME.indicator("进销品名背离", unit="比率", window=0, tables=INVOICES, law=basis.INVOICE_OBTAIN)
def goods_mismatch(f: Any) -> Any:
    """
    本户为批发零售企业，销售额中{value}的货物大类从未购进{peers}，可能变名销售。
    公式：从未购进的货物大类销售额 ÷ 全部有品名的销售额（批发、零售业且有购进）
    """
    return only(_is_trader(f) & (f.goods_bought > 0), share(f.goods_sold_unbought, f.goods_sold))


@THEME.indicator("购进未销占比", unit="比率", window=0, tables=INVOICES, law=basis.INVOICE_OBTAIN)
def goods_unsold(f: Any) -> Any:
    """
    本户为批发零售企业，购进额中{value}的货物大类从未开票销售{peers}，可能账外销售或票货分离。
    公式：从未销售的货物大类购进额 ÷ 全部有品名的购进额（批发、零售业且有销售）
    """
    return only(_is_trader(f) & (f.goods_sold > 0), share(f.goods_bought_unsold, f.goods_bought))


@THEME.indicator("销售货物大类数", unit="个", window=0, tables=("invoices",), law=basis.INVOICE_TRUE)
def goods_sold_groups(f: Any) -> Any:
    """
    开票涉及的货物大类共{value}{peers}，过杂可能无真实经营。
    公式：净销售额为正的货物大类个数
    """
    return only(f.goods_sold > 0, f.goods_sold_groups)


@THEME.indicator("销购品类比", unit="倍", window=0, tables=("invoices",), law=basis.FALSE_ISSUING)
def goods_breadth(f: Any) -> Any:
    """
    开票的货物大类数是购进大类数的{value}{peers}。
    公式：销售大类数 ÷ 购进大类数
    """
    return only(f.goods_sold > 0, ratio(f.goods_sold_groups, f.goods_bought_groups))


@THEME.indicator("第一大货物占比", unit="比率", window=0, direction="low", tables=("invoices",), law=basis.EXPERIENCE)
def top_goods_share(f: Any) -> Any:
    """
    最主要的货物大类占有品名销售额的{value}{peers}。
    公式：销售额最大的货物大类 ÷ 全部有品名的销售额
    """
    return share(f.goods_sold_top, f.goods_sold)


def _is_trader(f: Any) -> Any:
    """Industry codes come as 51, 5175 or F5175."""
    return f.industry_code.fill_null("").lstrip().replace("F", "").substr(0, 2).isin(TRADERS)
