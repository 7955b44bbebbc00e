"""The database is made and brought up to date by whoever comes first, however many come at once."""

import os
import sqlite3
import stat
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest
from django.core.management import call_command

PREPARE = "from frontis.studio.preparing import prepare; prepare(); "


def python(program: str, folder: Path, **environment: str) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-W", "error", "-c", program],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=os.environ | {"FRONTIS_DATA_DIR": str(folder), "FRONTIS_DATABASE_URL": ""} | environment,
    )


def told(process: "subprocess.Popen[str]") -> str:
    out, err = process.communicate(timeout=120)
    assert process.returncode == 0, err
    return out.strip()


def plans(folder: Path) -> list[str]:
    with closing(sqlite3.connect(folder / "frontis.sqlite3")) as database:
        return [row[0] for row in database.execute("SELECT name FROM accounts_plan ORDER BY id")]


@pytest.mark.django_db
def test_the_models_say_what_the_migrations_make() -> None:
    call_command("makemigrations", "--check", "--dry-run", verbosity=0)


def test_a_new_folder_gets_a_database_that_only_its_owner_may_read(tmp_path: Path) -> None:
    folder = tmp_path / "deep" / "data"
    told(python(PREPARE, folder))
    assert plans(folder) == ["free", "plus", "pro"]
    for name in ("frontis.sqlite3", "frontis.sqlite3.lock"):
        assert stat.S_IMODE((folder / name).stat().st_mode) == 0o600


def test_four_processes_that_come_at_once_all_find_it_ready(tmp_path: Path) -> None:
    program = PREPARE + "from frontis.studio.accounts.models import Plan; print(Plan.objects.count())"
    assert [told(process) for process in [python(program, tmp_path) for _ in range(4)]] == ["3"] * 4


def test_a_database_of_an_older_version_is_brought_up_to_date(tmp_path: Path) -> None:
    older = "from django.core.management import call_command as call; call('migrate', 'accounts', '0001', verbosity=0)"
    told(
        python(
            f"import django; django.setup(); {older}", tmp_path, DJANGO_SETTINGS_MODULE="frontis.studio.configuration"
        )
    )
    assert plans(tmp_path) == []
    told(python(PREPARE, tmp_path))
    assert plans(tmp_path) == ["free", "plus", "pro"]


def test_what_is_up_to_date_is_not_written_to(tmp_path: Path) -> None:
    told(python(PREPARE, tmp_path))
    before = (tmp_path / "frontis.sqlite3").stat().st_mtime_ns
    with closing(sqlite3.connect(tmp_path / "frontis.sqlite3", isolation_level=None)) as database:
        # A writer would wait for this one.
        database.execute("BEGIN IMMEDIATE")
        started = time.monotonic()
        told(python(PREPARE, tmp_path))
        assert time.monotonic() - started < 15
    assert (tmp_path / "frontis.sqlite3").stat().st_mtime_ns == before


@pytest.mark.parametrize(
    ("address", "complaint"),
    [
        ("none", "FRONTIS_DATABASE_URL: is 'none', so there are no accounts."),
        ("postgresql://somebody:the-password@127.0.0.1:1/x", "FRONTIS_DATABASE_URL: the database cannot be used ("),
    ],
)
def test_a_database_that_cannot_be_used_is_told_without_its_password(
    tmp_path: Path, address: str, complaint: str
) -> None:
    catch = "from frontis.errors import BadSetting\ntry:\n    prepare()\nexcept BadSetting as error:\n    print(error)"
    program = f"from frontis.studio.preparing import prepare\n{catch}"
    said = told(python(program, tmp_path, FRONTIS_DATABASE_URL=address))
    assert said.startswith(complaint)
    assert "the-password" not in said
    assert "\n" not in said


def test_a_file_that_is_no_database_is_told(tmp_path: Path) -> None:
    (tmp_path / "frontis.sqlite3").write_text("no database at all, but a text of some length" * 100)
    process = python(PREPARE, tmp_path)
    _, err = process.communicate(timeout=60)
    assert "BadSetting: FRONTIS_DATABASE_URL: the database cannot be used (file is not a database)." in err
