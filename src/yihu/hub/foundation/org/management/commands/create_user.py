"""Make an account from the command line; the password is asked for, or read from standard input."""

import getpass
import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from yihu.hub.foundation.org.choices import Kind
from yihu.hub.foundation.org.models import Office
from yihu.hub.foundation.org.services import UnableToCreateUserError, create_user


class Command(BaseCommand):
    """`python -m yihu.hub.config.manage create_user zhang --name 张三 --kind OFFICER --office 1440303`."""

    help = "新建账号"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("username")
        parser.add_argument("--name", required=True, help="姓名")
        parser.add_argument("--kind", required=True, choices=Kind.values, help="岗位")
        parser.add_argument("--office", required=True, help="机关代码")
        parser.add_argument("--office-name", help="机关尚不存在时，按此名称新建")
        parser.add_argument("--division", default="", help="新建机关的行政区划前缀，如 4403")
        parser.add_argument("--bureau", action="store_true", help="新建的机关按区划管户")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            user = create_user(
                username=options["username"],
                password=_password(),
                display_name=options["name"],
                kind=Kind(options["kind"]),
                office=_office(options),
            )
        except UnableToCreateUserError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"已新建 {user}，{user.get_kind_display()}，{user.office_title}")


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
        known = "、".join(str(office) for office in Office.objects.all()) or "无"
        raise CommandError(f"没有机关 {options['office']}（现有：{known}）；新建须给出 --office-name")
    return Office.objects.create(
        code=options["office"],
        name=options["office_name"],
        division_code=options["division"],
        is_bureau=options["bureau"],
    )
