"""Who stands above a person: the chief and the leader of the office, then the leaders of the offices above."""

from datetime import date

from yihu.hub.base.access import Label
from yihu.hub.foundation.org.api import Office, StandardDuty, User, find_office, list_able

ACT = "workflow.act"
CHIEF, LEADER = StandardDuty.SECTION_CHIEF, StandardDuty.DIRECTOR


def heads_of(person: User, *, day: date, label: Label = Label.PUBLIC) -> list[list[int]]:
    """
    The people of each level above a person, the nearest first; levels without anybody are left out.

    A level is a duty at an office: the chiefs of the person's office, its leaders, the leaders of each office above.
    What stands below or beside the person's own place does not count.
    """
    office = person.office
    codes = [office.code, *reversed(office.ancestor_codes)]
    places = [(office.code, CHIEF), *((code, LEADER) for code in codes)]
    held: dict[tuple[str, str], list[int]] = {}
    for duty in (CHIEF, LEADER):
        for holder in list_able(permission=ACT, day=day, label=label, duty=duty, office_codes=codes):
            held.setdefault((holder.office_code, duty), []).append(holder.user_id)
    own = max((i for i, place in enumerate(places) if person.pk in held.get(place, ())), default=-1)
    return [held[place] for place in places[own + 1 :] if held.get(place)]


def superiors_with(duty: str, office: Office, *, day: date, label: Label) -> list[int]:
    """Holders of a duty at the nearest office above that has any."""
    codes = list(reversed(office.ancestor_codes))
    found = list_able(permission=ACT, day=day, label=label, duty=duty, office_codes=codes)
    nearest = next((code for code in codes if any(h.office_code == code for h in found)), None)
    return [h.user_id for h in found if h.office_code == nearest]


def holders_at(duty: str, office_code: str, *, day: date, label: Label) -> list[int]:
    """Holders of a duty at one office; of the office it was merged into, when it is no more."""
    office = find_office(office_code)
    if office is not None and office.merged_into is not None:
        office_code = office.merged_into.code
    found = list_able(permission=ACT, day=day, label=label, duty=duty, office_codes=[office_code])
    return list(dict.fromkeys(h.user_id for h in found))
