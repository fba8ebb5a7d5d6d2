"""Every table of the workbench keeps the history of its rows, or says why it need not."""

import pytest
from django.apps import apps

from yihu.hub.base.history import kept_models

HUB = "yihu.hub."
# Model -> the reason. One with neither history nor a reason fails the build.
WITHOUT = {
    "audit.AccessRecord": "the log itself: append-only and in the tree",
    "audit.Pending": "marks of records that wait for their place; gone within a second",
    "audit.KnownObject": "names of objects, for the search of the log",
    "audit.Leaf": "append-only; the tree finds what was altered",
    "audit.Tile": "grows only; the tree finds what was altered",
    "audit.Head": "signed",
    "audit.SigningKey": "each key is named by a note that the one before signs",
    "audit.WitnessAccount": "its cosignatures are checked against the heads; registering one is recorded",
    "audit.VerificationRun": "a journal: one row a run",
    "audit.Archive": "a journal: one row a sealed file",
    "audit.ArchivedLeaf": "hashes of sealed records, held by the tree",
    "codes.CodeEntry": "a published version is locked by a trigger and followed by another; drafts are recorded by act",
    "identity.SignInAttempt": "a journal: one row an attempt",
    "identity.PasswordRecord": "a journal of password hashes, which must be nowhere else",
    "org.ActivationCode": "hashes used once; issuing and use are recorded",
    "org.OfficeChange": "a journal: what was and what became stands in the row; offices keep history",
    "taxpayers.Refresh": "one row beside the snapshot, which is kept whole",
    "gathering.Run": "a journal: one row a run",
    "rules.DayHits": "counts that only grow",
    "rules.Trace": "a journal: one row a decision; never changed",
    "rules.BackTest": "a journal: one row a run; asking for one is recorded",
    "rules.BackTestExample": "rows of a run, made with it",
    "risk.SavedFilter": "a person's own filters; saved and deleted on record",
    "modelhub.TrainingRun": "a journal: one row a run; asked for, stopped and ended on record",
    "modelhub.Reading": "a journal: one row a model and snapshot; never changed",
    "documents.Content": "bytes by their digest; never changed",
    "documents.Document": "added and taken back, each recorded; nothing else changes",
    "matters.Matter": "a name for its versions, which keep history",
    "matters.Draft": "a person's own unfinished typing; begun and discarded on record",
    "matters.NumberSeries": "a counter; the numbers stand in the cases",
    "matters.Case": "high volume; its events, trail and log say what changed",
    "matters.CaseEvent": "a journal, protected by a trigger",
    "matters.Letter": "issued once, protected by a trigger",
    "workflow.ProcessVersion": "frozen by a trigger; what changes is the next version",
    "workflow.Instance": "every change is an act of its trail, which is frozen by a trigger",
    "workflow.Act": "a journal, frozen by a trigger",
    "workflow.Token": "where a process stands; how it came there is told by the trail",
    "workflow.Step": "opened and closed by acts of the trail",
    "workflow.Assignment": "opened and closed by acts of the trail",
    "workflow.Timer": "set and fired by the engine; what it did is an act of the trail",
    "workflow.Incident": "opened and resolved by acts of the trail",
    "workflow.Party": "follows from assignments and copies",
    "workflow.Copy": "a journal: one row a receiver",
    "bookings.Booking": "high volume; held, moved, cancelled and used on record; resources keep history",
    "bookings.Trip": "a journal: one row a journey",
    "exchange.Breaker": "opened and closed by what deliveries met; counts only",
    "exchange.DeadLetter": "a journal of refused items; taking one again is recorded",
    "exchange.Delivery": "a journal: one row a message out",
    "exchange.Nonce": "marks of requests, gone after minutes",
    "exchange.Passage": "a journal: one row a request",
    "exchange.Proposal": "a journal: proposed and decided on record; systems and keys keep history",
    "exchange.QuotaUse": "counters of a minute or a day",
    "grants.InvoiceQuota": "one row a decision, never overwritten; its end is set by the next decision, on record",
    "grants.RegistrationChange": "one row a decision; never changed",
    "grants.TaxDeferral": "one row a decision; never changed",
    "notices.Address": "sealed numbers, which must be nowhere else; bound and removed on record",
    "notices.Announcement": "published and taken back on record; its text does not change",
    "notices.Challenge": "hashes of codes used once",
    "notices.Delivery": "a journal: one row a mail or SMS",
    "notices.IncomingSms": "a journal: one row a message in",
    "notices.Notice": "high volume; worded once, then only read or filed",
    "notices.Preference": "a person's own wishes; nothing of others follows from them",
    "publications.Citation": "written with its revision, which is never edited in place",
    "publications.Feedback": "a journal: a reader's word and its answer",
    "publications.Issue": "compiled and published on record",
    "publications.Placement": "written with its issue",
    "publications.Publication": "a name for its revisions; withdrawn on record, never deleted (a trigger refuses)",
    "publications.Revision": "never edited in place: a change is the next revision",
    "tasks.Difference": "rows of a report, made with it; mending one is recorded",
    "tasks.EarlyEnding": "endings that came before their beginning; used once",
    "tasks.Reconciliation": "a journal: one row a comparison",
    "tasks.Reminder": "a journal: one row a reminder",
    "tasks.SmsApprover": "switched on and off on record",
    "tasks.SmsChallenge": "hashes of codes used once; what was decided is recorded",
    "tasks.SmsReply": "a journal: one row a message in, without its text",
    "tasks.Supervision": "asked, answered and lifted on record",
    "tasks.Todo": "high volume; its source keeps what happened, decisions are recorded",
    "household.SavedView": "a person's own filters; nothing follows from them",
    "household.Unmasking": "a journal: one row a look; recorded",
    "household.Visit": "a person's latest look; each look is recorded",
    "household.CanvasMark": "a person's own pins and notes; nothing follows from them",
    "household.CanvasStep": "a journal: one row a step",
}


def _tables() -> set[str]:
    mine = (m for m in apps.get_models() if m.__module__.startswith(HUB) and not hasattr(m, "pgh_tracked_model"))
    return {m._meta.label for m in mine if not m._meta.proxy}


def test_every_table_keeps_history_or_says_why_not() -> None:
    kept = {m._meta.label for m in kept_models()}
    assert len(kept) >= 18, "the walk finds the models that opted in"
    assert sorted(_tables() - kept - set(WITHOUT)) == [], (
        "declare the model @tracked (hub/base/history.py) and make its migration, or name it with its reason in WITHOUT"
    )
    assert sorted(set(WITHOUT) - _tables()) == [], "a reason without a table"
    assert sorted(set(WITHOUT) & kept) == [], "a table with history needs no reason"


@pytest.mark.parametrize("secret", ["password", "secret", "code_hash", "last_login"])
def test_no_history_keeps_a_secret(secret: str) -> None:
    assert [k.event for k in kept_models().values() if secret in {f.name for f in k.event._meta.fields}] == []
