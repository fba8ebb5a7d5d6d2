"""The people behind the household and what it shares with others."""

from typing import Any

from yihu.lens.indicators import basis
from yihu.lens.indicators.arithmetic import count_of, positive, share
from yihu.lens.indicators.theme import Theme

THEME = Theme("人员关联")
ROLES = ("roles", "persons")
LINKS = ("registrations", "roles", "persons")
FEW = 4


@THEME.indicator("法定代表人名下户数", unit="户", window=0, tables=ROLES, law=basis.RELATED)
def legal_representative_firms(f: Any) -> Any:
    """
    本户法定代表人同时是{value}的法定代表人（含本户）{peers}。
    公式：现任法定代表人（自然人归并后）任法定代表人的户数
    """
    return f.people_legal_firms


@THEME.indicator("人员最多关联户数", unit="户", window=0, tables=ROLES, law=basis.RELATED)
def widest_person_firms(f: Any) -> Any:
    """
    本户人员中，一人最多在{value}任职或持股（含本户）{peers}。
    公式：现任四员与股东（自然人归并后）所在户数的最大值
    """
    return f.people_widest_firms


@THEME.indicator("办税领票人数", unit="人", window=0, direction="both", tables=ROLES, law=basis.INVOICE_VERIFY)
def handler_count(f: Any) -> Any:
    """
    本户现有办税员、领票人共{value}{peers}。
    公式：现任办税员和领票人（自然人归并后）人数
    """
    return f.people_handlers


@THEME.indicator("四员重合度", unit="比率", window=0, tables=ROLES, law=basis.INVOICE_VERIFY)
def officer_overlap(f: Any) -> Any:
    """
    本户法定代表人、财务负责人、办税员、领票人的重合度为{value}{peers}，100%为一人包办。
    公式：（在任岗位种数 − 在任人数）÷（在任岗位种数 − 1）（人数多于岗位的计0，不足2岗的不计）
    """
    spare = positive(f.people_officer_posts - f.people_officers)
    return share(spare, f.people_officer_posts - 1)


@THEME.indicator("近期新任人员数", unit="人", tables=ROLES, law=basis.CHANGES)
def new_officer_count(f: Any) -> Any:
    """
    近12个月新任四员共{value}{peers}。
    公式：近12个月内、且在登记30天以后任职的四员人数
    """
    return count_of(f.changed_officers, f.people_officers.notnull())


@THEME.indicator("共用人员户数", unit="户", window=0, tables=LINKS, law=basis.RELATED)
def shared_person_count(f: Any) -> Any:
    """
    与本户共用同一人员的另有{value}{peers}。
    公式：有人员关联的其他户数
    """
    return count_of(f.tied_person, f.is_registered)


@THEME.indicator("共用电话户数", unit="户", window=0, tables=LINKS, law=basis.EXPERIENCE)
def shared_phone_count(f: Any) -> Any:
    """
    与本户共用联系电话的另有{value}{peers}。
    公式：有电话关联的其他户数
    """
    return count_of(f.tied_phone, f.is_registered)


@THEME.indicator("共用地址户数", unit="户", window=0, tables=LINKS, law=basis.EXPERIENCE)
def shared_address_count(f: Any) -> Any:
    """
    与本户同一注册地址的另有{value}{peers}。
    公式：有地址关联的其他户数
    """
    return count_of(f.tied_address, f.is_registered)


@THEME.indicator("共用开票设备户数", unit="户", window=0, tables=("invoices",), law=basis.INVOICE_USE)
def shared_device_count(f: Any) -> Any:
    """
    与本户共用开票设备的另有{value}{peers}。
    公式：有设备关联的其他户数（有开票的户）
    """
    return count_of(f.tied_device, f.sold_first_month.notnull())


@THEME.indicator("关联问题户数", unit="户", window=0, tables=LINKS, law=basis.RELATED)
def troubled_tie_count(f: Any) -> Any:
    """
    与本户有人员、电话、地址或设备关联的户中，{value}已注销或为非正常户{peers}。
    公式：关联户中状态为注销或非正常的户数
    """
    return count_of(f.tied_bad, f.is_registered)


@THEME.indicator("关联户问题率", unit="比率", window=0, tables=LINKS, law=basis.RELATED)
def troubled_tie_share(f: Any) -> Any:
    """
    与本户有关联的户中，已注销或非正常的占{value}{peers}。
    公式：已注销或非正常的关联户数 ÷ 关联户数（不足5户不计）
    """
    return share(f.tied_bad, f.tied_all, least=FEW)


@THEME.indicator("关联虚开户数", unit="户", window=0, tables=(*LINKS, "third_party"), law=basis.FALSE_ISSUING)
def false_tie_count(f: Any) -> Any:
    """
    与本户有人员、电话、地址或设备关联的户中，{value}已证实虚开{peers}。
    公式：关联户中已证实虚开的户数
    """
    return count_of(f.tied_false, f.is_registered)
