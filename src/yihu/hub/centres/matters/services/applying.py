"""Handing an application in: a case with its number, a running process, a running clock, one record, or nothing."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from yihu.hub.base.access import Label
from yihu.hub.centres.matters.catalogue.conditions import process_data
from yihu.hub.centres.matters.catalogue.personal import sealed
from yihu.hub.centres.matters.catalogue.reading import Raw, data_of, raw_of
from yihu.hub.centres.matters.catalogue.registries import checks
from yihu.hub.centres.matters.catalogue.validation import Fault
from yihu.hub.centres.matters.choices import EventKind
from yihu.hub.centres.matters.keys import seal
from yihu.hub.centres.matters.models import Case, Draft, MatterVersion
from yihu.hub.centres.matters.services.clock import start_clock
from yihu.hub.centres.matters.services.drafts import begin_draft, check_open, prefilled, raw_of_draft, save_draft
from yihu.hub.centres.matters.services.events import note, write
from yihu.hub.centres.matters.services.examining import examine_application
from yihu.hub.centres.matters.services.numbers import next_number
from yihu.hub.centres.matters.services.refusals import UnableToApplyError
from yihu.hub.centres.matters.services.wording import title_of
from yihu.hub.centres.workflow import api as workflow
from yihu.hub.foundation.documents.api import hand_over
from yihu.hub.foundation.org.api import find_office

SUBJECT = "case"


def application_data(draft: Draft, raw: Raw, *, now: datetime) -> dict[str, Any]:
    """What is handed in: what was typed, and for fields that cannot be typed what the program says."""
    version = draft.version
    data = data_of(version.bundle.form, raw)
    ours = prefilled(version, actor=draft.owner, taxpayer_number=draft.taxpayer_number, now=now)
    for field in version.bundle.form.fields_for(data):
        if field.schema.get("readOnly") and "x-compute" not in field.schema:
            data.pop(field.name, None)
            if field.name in ours:
                data[field.name] = ours[field.name]
    return data


@transaction.atomic
def submit_application(*, draft: Draft, actor: Any, now: datetime, request: Any = None) -> Case:
    """
    Hand an application in.

    :raises UnableToApplyError: MAT-A01 to MAT-A03 as when it was begun; MAT-A05 faults, each beside its field
    :raises UnableTo: the process cannot start, e.g. nobody is there to handle it
    """
    version = draft.version
    taxpayer = check_open(version, actor=actor, now=now, taxpayer_number=draft.taxpayer_number)
    data = application_data(draft, raw_of_draft(draft), now=now)
    faults = examine_application(version, data, about=draft.about, on=timezone.localtime(now).date())
    faults = faults or _faults_outside(version, data, actor=actor, taxpayer=taxpayer, now=now)
    if faults:
        raise UnableToApplyError("MAT-A05", f"有 {len(faults)} 处需要改正，请看各项下面的说明", faults)
    case = _case(version, data, actor=actor, taxpayer=taxpayer, now=now)
    hand_over(source=draft.about, target=case.about)
    note(case, EventKind.SUBMITTED, actor=actor, now=now)
    if version.bundle.spec.time_limit.start == "submit":
        start_clock(case, now=now)
    made = write(
        "submit", case, actor=actor, request=request,
        detail={"matter": version.matter.key, "edition": version.edition, "digest": version.digest,
                "fields": sorted(data)},
    )  # fmt: skip
    Case.objects.filter(pk=case.pk).update(record_number=made.pk)
    draft.delete()
    _start_process(case, data, actor=actor, now=now)
    return Case.objects.select_related("version", "applicant").get(pk=case.pk)


@transaction.atomic
def apply_at_once(
    *, version: MatterVersion, actor: Any, form: Mapping[str, Any], now: datetime, taxpayer_number: str = ""
) -> Case:
    """
    An application by data instead of by a page: begun, filled in and handed in, with the same checks.

    :param form: field -> value as JSON; what is known of the applicant is filled in beforehand
    :raises UnableToApplyError: as `begin_draft` and `submit_application`
    """
    draft = begin_draft(version=version, actor=actor, now=now, taxpayer_number=taxpayer_number)
    save_draft(draft=draft, raw=raw_of_draft(draft) | raw_of(version.bundle.form, form), now=now)
    draft.refresh_from_db()
    return submit_application(draft=draft, actor=actor, now=now)


def _faults_outside(
    version: MatterVersion, data: Mapping[str, Any], *, actor: Any, taxpayer: Any, now: datetime
) -> list[Fault]:
    """What the check named by the bundle finds, once the form itself is in order."""
    check = checks().get(version.bundle.spec.apply.check)
    found = check(actor=actor, data=data, taxpayer=taxpayer, now=now) if check else None
    return [Fault(*found)] if found else []


def _case(version: MatterVersion, data: Mapping[str, Any], *, actor: Any, taxpayer: Any, now: datetime) -> Case:
    spec = version.bundle.spec
    office = actor.office
    if taxpayer is not None:
        office = find_office(taxpayer.office_code) or office
    case = Case(
        version=version, matter=version.matter, number=next_number(matter=version.matter, rule=spec.number, now=now),
        title=version.name, applicant=actor, applicant_name=actor.display_name, applicant_post=actor.post_title[:120],
        office_code=office.code, office_name=office.name,
        taxpayer_number=taxpayer.number if taxpayer else None, taxpayer_name=taxpayer.name if taxpayer else "",
        label=max(spec.data_label, Label(taxpayer.label) if taxpayer else Label.PUBLIC),
        form=sealed(version.bundle.form, data, seal), submitted_at=now,
    )  # fmt: skip
    case.title = title_of(case, now=now)
    case.save()
    return case


def _start_process(case: Case, data: Mapping[str, Any], *, actor: Any, now: datetime) -> None:
    subject = workflow.Subject(
        kind=SUBJECT, number=case.number, title=case.title, url=reverse("matters:case", args=[case.number]),
        office_code=case.office_code, label=case.label, taxpayer_number=case.taxpayer_number,
    )  # fmt: skip
    instance = workflow.start(
        process=case.version.process, subject=subject, data=process_data(case.version.bundle.form, data),
        initiator=actor, now=now,
    )  # fmt: skip
    # The process may have run on, even to its end, while it started: the row is not what it was.
    Case.objects.filter(pk=case.pk).update(instance=instance)
