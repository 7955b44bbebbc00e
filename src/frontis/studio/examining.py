"""Looks at the database without changing it, for whoever wants to know how it is."""

import os
from dataclasses import dataclass
from pathlib import Path

import django
from django.db import DatabaseError, connection

from frontis.errors import BadSetting
from frontis.studio.preparing import CONFIGURATION, is_behind


@dataclass(frozen=True, slots=True)
class Examined:
    """What is known of the database.

    engine: its name and version. is_new: there are no tables yet. is_behind: its tables are those of another version.
    accounts, superusers: how many there are, 0 for a new one.
    """

    engine: str
    is_new: bool = False
    is_behind: bool = False
    accounts: int = 0
    superusers: int = 0


def examine() -> Examined:
    """Look at the database of the settings. Raises BadSetting when it cannot be used."""
    os.environ["DJANGO_SETTINGS_MODULE"] = CONFIGURATION
    django.setup()
    if connection.vendor == "sqlite" and not Path(connection.settings_dict["NAME"]).exists():
        # To look at it would make it.
        return Examined("SQLite", is_new=True)
    try:
        return _examine()
    except (DatabaseError, OSError) as error:
        told = " ".join(str(error).split())
        raise BadSetting(f"FRONTIS_DATABASE_URL: the database cannot be used ({told}).") from error
    finally:
        connection.close()


def _examine() -> Examined:
    from frontis.studio.accounts.models import Account  # noqa: PLC0415  (Django is set up by now)

    with connection.cursor() as cursor:
        is_new = not connection.introspection.table_names(cursor)
    version = ".".join(map(str, connection.get_database_version()))
    engine = f"{connection.display_name} {version}"
    if is_new:
        return Examined(engine, is_new=True)
    if is_behind():
        return Examined(engine, is_behind=True)
    people = Account.objects.all()
    return Examined(engine, accounts=people.count(), superusers=people.filter(is_superuser=True).count())
