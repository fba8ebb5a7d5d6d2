"""Django's own commands: `python -m yihu.hub.config.manage makemigrations`."""

import os
import sys

from django.core.management import execute_from_command_line

from yihu.hub.config.database import ensure_running
from yihu.hub.config.roles import OWNER


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "yihu.hub.config.settings")
    # Commands at the machine itself migrate and repair.
    os.environ["YIHU_DATABASE_ROLE"] = OWNER
    ensure_running()
    from yihu.hub.base.history import name_process

    name_process(f"命令行 {' '.join(sys.argv[1:2])}".strip())
    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
