"""Carry an installation's offices into the tree, and its users' kinds over to posts, duties and confirmed appointments."""

from django.db import migrations
from django.utils import timezone

# As the kinds were understood; the permissions of each follow from `duties.yaml` after the migrations.
DUTIES = {
    "OFFICER": ("税收管理员", "BUSINESS", "OFFICE", 1),
    "SECTION_CHIEF": ("科所长", "BUSINESS", "SUBTREE", 2),
    "DIRECTOR": ("局领导", "BUSINESS", "SUBTREE", 3),
    "AUDITOR": ("安全审计员", "AUDIT", "EVERYTHING", 1),
    "OPERATOR": ("系统运维", "SYSTEM", "NONE", 0),
}
LEVEL_BY_DIVISION = {0: 1, 2: 2, 4: 3}
COUNTY, BRANCH = 4, 5


def place_offices(apps, schema_editor):
    """Bureaus by the breadth of their division; the others below the bureau whose division holds theirs best."""
    offices = list(apps.get_model("org", "Office").objects.order_by("code"))
    for office in offices:
        office.level = _level(office)
    for office in sorted(offices, key=lambda o: (o.level, o.code)):
        above = [o for o in offices if o.is_bureau and o.level < office.level]
        holding = [o for o in above if office.division_code.startswith(o.division_code)]
        office.parent = max(holding, key=lambda o: (o.level, o.code), default=None)
        office.path = f"{office.parent.path if office.parent else ''}{office.code}/"
        office.save()


def _level(office):
    if office.is_bureau:
        return LEVEL_BY_DIVISION.get(len(office.division_code), COUNTY)
    return BRANCH if office.name.endswith(("所", "分局")) else COUNTY


def appoint_users(apps, schema_editor):
    """Each user gets the post of their kind in their office, as primary post, from today on."""
    model = {name: apps.get_model("org", name) for name in ("Duty", "Post", "PostDuty", "Appointment", "User")}
    now = timezone.now()
    today = timezone.localdate(now)
    for user in model["User"].objects.all():
        name, family, rule, clearance = DUTIES[user.kind]
        duty, _ = model["Duty"].objects.get_or_create(
            code=user.kind,
            defaults={
                "name": name, "family": family, "scope_rule": rule, "clearance": clearance, "is_standard": True,
                "valid_from": today,
            },
        )  # fmt: skip
        post, is_new = model["Post"].objects.get_or_create(
            code=f"{user.office.code}-{user.kind}",
            defaults={"name": name, "office": user.office, "valid_from": today},
        )
        if is_new:
            model["PostDuty"].objects.create(post=post, duty=duty, valid_from=today)
        model["Appointment"].objects.create(
            user=user, post=post, valid_from=today, is_primary=True, appointed_at=now, confirmed_at=now
        )


class Migration(migrations.Migration):
    dependencies = [("org", "0002_organisation")]

    operations = [
        migrations.RunPython(place_offices, migrations.RunPython.noop),
        migrations.RunPython(appoint_users, migrations.RunPython.noop),
    ]
