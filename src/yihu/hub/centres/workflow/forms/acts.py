"""The form of one place: what may be done with it, and what each verb needs."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.urls import reverse_lazy

from yihu.hub.centres.workflow.choices import Origin, Verb
from yihu.hub.centres.workflow.models import Assignment
from yihu.hub.centres.workflow.selectors.standing import verbs_of
from yihu.hub.centres.workflow.selectors.ways import targets_of
from yihu.hub.foundation.org.api import User
from yihu.hub.screens.forms import PickField, ScreenForm

PEOPLE = ("person_1", "person_2", "person_3")
NEEDS_PEOPLE = (Verb.TRANSFER, Verb.DELEGATE, Verb.ADD_SIGN, Verb.CARBON_COPY)
SEVERAL = (Verb.ADD_SIGN, Verb.CARBON_COPY)
PLACES = (
    (Origin.BEFORE.value, "在我之前：他们都同意后再轮到我"),
    (Origin.AFTER.value, "在我之后：我同意后再请他们办理"),
    (Origin.PARALLEL.value, "与我并行：各自表态，都算一票"),
)
WAYS = (("again", "重新逐级办理"), ("straight", "办完直接返回本环节"))
HINTS = {
    Verb.AGREE: "同意后流转到下一环节。", Verb.REFUSE: "须写明理由；除流程另有规定外，流程就此结束。",
    Verb.RETURN_TO: "选择退回到哪个环节；须写明理由。", Verb.TRANSFER: "由对方代替您办理，您不再参与。",
    Verb.DELEGATE: "请对方先提意见，之后回到您这里由您决定。", Verb.ADD_SIGN: "请更多人在本环节表态。",
    Verb.REMOVE_SIGN: "减去您加签或委派、尚未办理的人。", Verb.CARBON_COPY: "让对方可以查阅，不需办理。",
    Verb.WITHDRAW: "撤回您刚才的同意，重新办理。", Verb.TERMINATE: "流程就此结束，不能恢复；须写明理由。",
}  # fmt: skip


def find_person(username: str) -> User | None:
    return User.objects.filter(username__iexact=username, is_active=True).first()


def person_field(label: str, **more: Any) -> PickField:
    return PickField(
        label=label, find=find_person, suggest_url=reverse_lazy("workflow:suggest-people"), what="人员",
        required=False, **more,
    )  # fmt: skip


class ActForm(ScreenForm):
    """Which fields go with which verb is written on them (`data-for`); the service asks for what is missing."""

    verb = forms.ChoiceField(label="操作", widget=forms.RadioSelect)
    node_id = forms.ChoiceField(label="退回到", required=False)
    way = forms.ChoiceField(label="办理之后", choices=WAYS, initial="again", required=False)
    place = forms.ChoiceField(label="加签方式", choices=PLACES, initial=Origin.BEFORE.value, required=False)
    person_1 = person_field("人员")
    person_2 = person_field("人员（二）")
    person_3 = person_field("人员（三）")
    removed = forms.MultipleChoiceField(label="减去", required=False, widget=forms.CheckboxSelectMultiple)
    opinion = forms.CharField(
        label="意见", required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 3, "maxlength": 2000})
    )
    revision = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, assignment: Assignment, actor: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.assignment = assignment
        verbs = verbs_of(assignment, actor)
        self.fields["verb"].choices = [(v.value, v.label) for v in verbs]
        self.fields["verb"].initial = verbs[0].value if verbs else ""
        self.fields["revision"].initial = assignment.step.instance.revision
        self._narrow(assignment, actor, set(verbs))

    def _narrow(self, assignment: Assignment, actor: User, verbs: set[Verb]) -> None:
        """Only fields that some verb needs."""
        if Verb.RETURN_TO in verbs:
            targets = targets_of(assignment)
            self.fields["node_id"].choices = [
                (t.node_id, t.name + (f"（{'、'.join(t.people)}）" if t.people else "")) for t in targets
            ]
        else:
            self._drop("node_id", "way")
        if Verb.ADD_SIGN not in verbs:
            self._drop("place")
        if not verbs & set(NEEDS_PEOPLE):
            self._drop(*PEOPLE)
        elif not verbs & set(SEVERAL):
            self._drop(*PEOPLE[1:])
        added = removable(assignment, actor) if Verb.REMOVE_SIGN in verbs else []
        self.fields["removed"].choices = [(a.assignee.username, a.assignee.display_name) for a in added]
        if not added:
            self._drop("removed")
            self.fields["verb"].choices = [c for c in self.fields["verb"].choices if c[0] != Verb.REMOVE_SIGN]

    def _drop(self, *names: str) -> None:
        for name in names:
            del self.fields[name]

    def people(self) -> list[User]:
        """Whom the act names."""
        if self.cleaned_data["verb"] == Verb.REMOVE_SIGN:
            return list(User.objects.filter(username__in=self.cleaned_data.get("removed", ())))
        found = (self.cleaned_data.get(name) for name in PEOPLE)
        return [one for one in found if one is not None]


def removable(assignment: Assignment, actor: User) -> Iterable[Assignment]:
    """Those the actor has added or asked and who have not decided."""
    rows = assignment.step.assignments.filter(state__in=["OPEN", "WAITING"]).exclude(pk=assignment.pk)
    return [a for a in rows.select_related("assignee") if a.added_by_id == actor.pk or a.parent_id == assignment.pk]
