"""The admin's own views of tables."""

from django.db import migrations


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("accounts", "0003_about_whom"),
    ]

    operations = [
        migrations.CreateModel(
            name="ProfileUsage",
            fields=[],
            options={
                "verbose_name": "profile usage",
                "verbose_name_plural": "profile usage",
                "proxy": True,
                "default_permissions": ("view",),
                "indexes": [],
                "constraints": [],
            },
            bases=("accounts.account",),
        ),
    ]
