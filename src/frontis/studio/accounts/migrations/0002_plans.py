"""The three plans. Their numbers are those of the services' own pages; where a page gives none, they grow by the plan."""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

# name, watermark, URLPix, AI standard and pro, projects, domains of each, keys
PLANS = [
    ("free", True, False, 3, 0, 1, 1, 8),
    ("plus", True, False, 100, 0, 5, 3, 20),
    ("pro", False, True, 700, 300, 0, 0, 0),
]
# plan, dialect, requests a minute, images a day and a month. None: what OSIG's environment names say.
ALLOWANCES = [
    ("free", "osig", 0, None, None),
    ("plus", "osig", 0, None, None),
    ("pro", "osig", 0, None, None),
    ("free", "ogimage", 10, 0, 1_000),
    ("plus", "ogimage", 60, 0, 10_000),
    ("pro", "ogimage", 300, 0, 100_000),
    ("free", "ogstack", 20, 0, 0),
    ("plus", "ogstack", 100, 0, 0),
    ("pro", "ogstack", 500, 0, 0),
]


def seed(apps: Apps, _: BaseDatabaseSchemaEditor) -> None:
    """Make the plans that are not there."""
    plans = apps.get_model("accounts", "Plan")
    allowances = apps.get_model("accounts", "PlanAllowance")
    for name, is_watermarked, may_use_urlpix, standard, pro, projects, domains, keys in PLANS:
        plans.objects.get_or_create(
            name=name,
            defaults={
                "is_watermarked": is_watermarked,
                "may_use_urlpix": may_use_urlpix,
                "ai_standard_per_month": standard,
                "ai_pro_per_month": pro,
                "most_projects": projects,
                "most_domains": domains,
                "most_keys": keys,
            },
        )
    for plan, dialect, per_minute, per_day, per_month in ALLOWANCES:
        allowances.objects.get_or_create(
            plan=plans.objects.get(name=plan),
            dialect=dialect,
            defaults={
                "requests_per_minute": per_minute,
                "images_per_day": per_day,
                "images_per_month": per_month,
            },
        )


class Migration(migrations.Migration):
    dependencies = [("accounts", "0001_initial")]
    operations = [migrations.RunPython(seed, migrations.RunPython.noop)]
