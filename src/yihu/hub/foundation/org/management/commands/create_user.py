"""Make an account from the command line; the password is asked for, or read from standard input."""

import getpass
import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from yihu.hub.foundation.org.choices import OfficeLevel, StandardDuty
from yihu.hub.foundation.org.models import Office
from yihu.hub.foundation.org.services.accounts import UnableToCreateUserError, create_user
from yihu.hub.foundation.org.services.learning import LONG_AGO


class Command(BaseCommand):
    """`python -m yihu.hub.config.manage create_user zhang --name 张三 --duty OFFICER --office 1440303`."""

    help = "新建账号"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("username")
        parser.add_argument("--name", required=True, help="姓名")
        parser.add_argument("--duty", required=True, choices=StandardDuty.values, help="岗责")
        parser.add_argument("--office", required=True, help="机关代码")
        parser.add_argument("--office-name", help="机关尚不存在时，按此名称新建")
        parser.add_argument("--level", choices=OfficeLevel.names, default="BRANCH", help="新建机关的级次")
        parser.add_argument("--division", default="", help="新建机关的行政区划前缀，如 4403")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            user = create_user(
                username=options["username"],
                password=_password(),
                display_name=options["name"],
                duty=StandardDuty(options["duty"]),
                office=_office(options),
            )
        except UnableToCreateUserError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"已新建 {user}，{user.post_title}，{user.office_title}")


def _password() -> str:
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\n")
    first = getpass.getpass("密码：")
    if first != getpass.getpass("再输一次："):
        raise CommandError("两次输入不一致")
    return first


def _office(options: dict[str, Any]) -> Office:
    found = Office.objects.filter(code=options["office"]).first()
    if found:
        return found
    if not options["office_name"]:
        some = list(Office.objects.all()[:20])
        known = "、".join(str(office) for office in some) or "无"
        raise CommandError(f"没有机关 {options['office']}（现有：{known}）；新建须给出 --office-name")
    return Office.objects.create(
        code=options["office"],
        name=options["office_name"],
        level=OfficeLevel[options["level"]],
        path=f"{options['office']}/",
        division_code=options["division"],
        valid_from=LONG_AGO,
    )
