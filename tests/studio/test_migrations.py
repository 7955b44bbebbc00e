"""The tables are as the models say, and can be made from nothing."""

import io
import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import connection

FROM_NOTHING = """
import django
django.setup()
from django.core.management import call_command
from django.db import connection
call_command("migrate", verbosity=0)
call_command("check", databases=["default"], fail_level="WARNING")
from frontis.studio.accounts.models import Plan
print(*Plan.objects.values_list("name", flat=True))
"""


@pytest.mark.django_db
def test_no_model_was_changed_without_a_migration() -> None:
    call_command("makemigrations", check=True, dry_run=True, stdout=io.StringIO())


@pytest.mark.django_db(transaction=True)
def test_an_empty_database_becomes_ours_with_its_plans(tmp_path: Path) -> None:
    name = "frontis_from_nothing"
    if connection.vendor == "sqlite":
        address = f"sqlite:///{tmp_path}/{name}.sqlite3"
    else:
        known = connection.settings_dict
        host = str(known["HOST"]).replace("/", "%2F")
        address = f"postgresql://{known['USER']}:{known['PASSWORD']}@{host}:{known['PORT']}/{name}"
        with connection.cursor() as cursor:
            cursor.execute(f"CREATE DATABASE {name}")
    try:
        result = subprocess.run(
            [sys.executable, "-W", "error", "-c", FROM_NOTHING],
            env=os.environ
            | {"FRONTIS_DATABASE_URL": address, "DJANGO_SETTINGS_MODULE": "frontis.studio.configuration"},
            capture_output=True,
            text=True,
            check=False,
        )
    finally:
        if connection.vendor != "sqlite":
            with connection.cursor() as cursor:
                cursor.execute(f"DROP DATABASE {name}")
    assert result.returncode == 0, result.stderr
    assert result.stdout.split()[-3:] == ["free", "plus", "pro"]
