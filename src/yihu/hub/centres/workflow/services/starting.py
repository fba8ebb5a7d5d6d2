"""Freezing processes and starting instances."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

from django.db import transaction
from django.db.models import Max

from yihu.hub.base.access import Label
from yihu.hub.base.requests import current_request
from yihu.hub.base.row_scope import as_system
from yihu.hub.centres.workflow.catalogue.reading import read_process
from yihu.hub.centres.workflow.choices import Verb
from yihu.hub.centres.workflow.models import Instance, ProcessVersion
from yihu.hub.centres.workflow.selectors.graphs import get_version
from yihu.hub.centres.workflow.services.automatic import as_json
from yihu.hub.centres.workflow.services.examining import examine_process
from yihu.hub.centres.workflow.services.flow import advance
from yihu.hub.centres.workflow.services.recording import write_act
from yihu.hub.centres.workflow.services.refusals import UnableToActError
from yihu.hub.centres.workflow.services.run import Run
from yihu.hub.foundation.audit.api import record
from yihu.hub.foundation.org.api import User


@dataclass(frozen=True, slots=True)
class Subject:
    """What an instance is about; office, label and taxpayer bound who may see it."""

    kind: str
    number: str
    title: str
    url: str
    office_code: str
    label: Label = Label.INTERNAL
    taxpayer_number: str | None = None


@transaction.atomic
def freeze_process(
    *, key: str, xml: str, roles: Mapping[str, Any], actor: User | None, now: datetime
) -> ProcessVersion:
    """
    Keep a process as its next version; the same text with the same roles is the version there is.

    :raises UnableToActError: BPM-301, with the first of its problems
    """
    problems = examine_process(xml, roles=roles)
    if problems:
        raise UnableToActError("BPM-301", what=len(problems), first=problems[0])
    digest = sha256(f"{xml}\n{json.dumps(dict(roles), sort_keys=True, ensure_ascii=False)}".encode()).hexdigest()
    found = ProcessVersion.objects.filter(key=key, digest=digest).first()
    if found is not None:
        return found
    last = ProcessVersion.objects.filter(key=key).aggregate(last=Max("number"))["last"] or 0
    made = ProcessVersion.objects.create(
        key=key, number=last + 1, name=read_process(xml).name or key, xml=xml, roles=dict(roles), digest=digest,
        frozen_by=actor, frozen_at=now,
    )  # fmt: skip
    who = {"actor": actor} if actor is not None else {"username": "系统"}
    record(
        verb="process_version.publish", request=current_request(), target=f"process_version:{made.pk}",
        target_name=str(made), after={"key": key, "number": made.number, "sha256": digest}, **who,
    )  # fmt: skip
    return made


@transaction.atomic
def start(
    *,
    process: ProcessVersion | str,
    subject: Subject,
    data: Mapping[str, Any],
    initiator: User,
    now: datetime,
    channel: str = "",
) -> Instance:
    """
    Start an instance; it moves until people, a timer or trouble hold it.

    :param process: a version, or a key, whose newest version is taken
    :raises UnableToActError: BPM-302, 505, 520
    """
    version = get_version(process) if isinstance(process, str) else process
    if version is None:
        raise UnableToActError("BPM-302", what=process)
    with as_system("流程发起"):
        instance = Instance.objects.create(
            version=version, subject_kind=subject.kind, subject_number=subject.number,
            subject_title=subject.title[:200], subject_url=subject.url, office_code=subject.office_code,
            label=subject.label, taxpayer_number=subject.taxpayer_number, initiator=initiator, data=as_json(data),
            started_at=now,
        )  # fmt: skip
        run = Run(instance, now, initiator, channel)
        write_act(instance=instance, verb=Verb.START, actor=initiator, now=now)
        first = run.graph.start_of()
        run.enter(run.add_token(first.id), first.id)
        advance(run)
        return instance
