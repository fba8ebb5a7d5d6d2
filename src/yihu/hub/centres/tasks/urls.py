"""Addresses of the tasks centre."""

from django.urls import path

from yihu.hub.centres.tasks.views import batch, chiefs, details, mine, reconciling, sms, sources

MOUNT = "tasks/"
app_name = "tasks"
urlpatterns = [
    path("", mine.todos, name="todos"),
    path("badge/", mine.badge, name="badge"),
    path("day/", mine.day_panel, name="panel-day"),
    path("read/", mine.read_many, name="mark-read"),
    path("batch/", batch.batch, name="batch"),
    path("<int:todo_id>/", details.todo, name="todo"),
    path("<int:todo_id>/open/", mine.open_todo, name="open"),
    path("sms/", sms.sms, name="sms"),
    path("sms/switch/", sms.switch, name="sms-switch"),
    path("sms/<int:challenge_id>/again/", sms.send_again, name="sms-again"),
    path("sources/", sources.sources, name="sources"),
    path("sources/new/", sources.new_source, name="new-source"),
    path("sources/<slug:code>/", sources.source, name="source"),
    path("sources/<slug:code>/change/", sources.change, name="change-source"),
    path("supervisions/<int:supervision_id>/answer/", details.give_answer, name="answer"),
    path("supervisions/<int:supervision_id>/lift/", chiefs.lift_one, name="lift"),
    path("supervise/", chiefs.reached, name="reached-list"),
    path("supervise/asked/", chiefs.asked, name="asked"),
    path("supervise/hand-over/", chiefs.hand_all_over, name="hand-over"),
    path("supervise/people/", chiefs.suggest_people, name="suggest-people"),
    path("supervise/<int:todo_id>/", chiefs.reached_todo, name="reached"),
    path("supervise/<int:todo_id>/ask/", chiefs.ask, name="supervise"),
    path("reconciliations/", reconciling.reports, name="reconciliations"),
    path("reconciliations/fetch/", reconciling.fetch_now, name="fetch-now"),
    path("reconciliations/<int:report_id>/", reconciling.report, name="reconciliation"),
    path("reconciliations/<int:report_id>/mend/", reconciling.mend_report, name="mend"),
]
