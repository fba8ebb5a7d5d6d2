"""One list of work for every officer, over all sources."""

from pathlib import Path

from django.apps import AppConfig

from yihu.hub.base.navigation import Panel, Place, add_panel, add_place


class TasksConfig(AppConfig):
    """任务中心: the list with its badge, the chiefs' desk, the day on the home page."""

    name = "yihu.hub.centres.tasks"
    label = "tasks"
    verbose_name = "任务中心"

    def ready(self) -> None:
        from yihu.hub.centres.tasks.services.changes import when_changed
        from yihu.hub.centres.tasks.services.handing import shut_codes_of
        from yihu.hub.centres.tasks.services.reminding import tell_page, tell_pressing
        from yihu.hub.centres.tasks.services.sms.codes import issue_when_wanted
        from yihu.hub.centres.tasks.services.sms.replies import on_reply
        from yihu.hub.foundation.notices.api import on_sms_received, register_templates
        from yihu.hub.foundation.org.api import when_leaving

        when_leaving(shut_codes_of)
        when_changed(issue_when_wanted)
        when_changed(tell_pressing)
        when_changed(tell_page)
        on_sms_received(on_reply)
        register_templates(Path(__file__).with_name("notices.yaml"))
        _open_to_outside_systems()
        add_place(
            Place(
                "待办", "tasks:todos", "checklist", "tasks.self", order=5, key="j", note="各系统的待办、待阅、抄送",
                badge_url_name="tasks:badge",
            )
        )  # fmt: skip
        add_place(
            Place(
                "督办",
                "tasks:reached-list",
                "eye-check",
                "tasks.supervise",
                order=6,
                note="所辖人员的在办事项，督办与移交",
            )
        )
        add_place(
            Place(
                "待办来源", "tasks:sources", "plug-connected", "tasks.sources", order=84,
                note="哪些系统可登记待办，什么算低风险", group="安全",
            )
        )  # fmt: skip
        add_place(
            Place(
                "对账报告", "tasks:reconciliations", "arrows-diff", "exchange.view", order=85,
                note="外部系统在办的待办与本系统的差异", group="安全",
            )
        )  # fmt: skip
        add_panel(Panel("我的一天", "tasks:panel-day", "tasks.self", order=1, size="wide"))


def _open_to_outside_systems() -> None:
    """What outside systems may do here, how it is carried, and what they are told of."""
    from yihu.hub.centres.exchange.api import Link, Operation, add_event, add_link, add_operation, add_redo, add_router
    from yihu.hub.centres.tasks.endpoints import reconciliations, taking, todos, weaver
    from yihu.hub.centres.tasks.services.changes import when_changed
    from yihu.hub.centres.tasks.services.outside import DECIDED, SETTLED, take_again, tell_outside

    add_operation(Operation(todos.PUSH, "推送待办", "新增和更新本系统的待办"))
    add_operation(Operation(todos.SETTLE, "办结待办", "办结、撤回本系统的待办"))
    add_operation(Operation(todos.READ, "查询待办", "查询本系统推送的在办待办"))
    add_operation(Operation(weaver.WEAVER, "泛微格式推送", "按泛微统一待办的字段推送和删除"))
    add_operation(Operation(reconciliations.RECONCILE, "对账", "报送在办清单，查看差异"))
    add_event(SETTLED, "待办办结")
    add_event(DECIDED, "办理结果")
    add_link(Link("对账报告", "tasks:reconciliations", "exchange.view"))
    add_router("todos/reconciliations", reconciliations.router)
    add_router("todos", todos.router)
    add_router("weaver", weaver.router)
    add_redo(taking.PUSH, take_again)
    when_changed(tell_outside)
