"""抄送: somebody may read along."""

from collections.abc import Iterable

from yihu.hub.centres.workflow.models import Copy
from yihu.hub.centres.workflow.services import todos
from yihu.hub.centres.workflow.services.places import take_part
from yihu.hub.centres.workflow.services.run import Run
from yihu.hub.foundation.org.api import User


def send_copies(run: Run, people: Iterable[User], *, sender: User) -> None:
    """Each gets it once, however often it is sent."""
    for person in people:
        _, made = Copy.objects.get_or_create(
            instance=run.instance, receiver=person, defaults={"sent_by": sender, "sent_at": run.now}
        )
        if made:
            take_part(run, person.pk)
            todos.put_copy(run.instance, person, stamp=run.stamp(), now=run.now)
