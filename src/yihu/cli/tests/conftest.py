"""Commands that open the database are tested on the one the web application's tests use."""

from yihu.hub.conftest import django_db_modify_db_settings, django_db_setup

__all__ = ["django_db_modify_db_settings", "django_db_setup"]
