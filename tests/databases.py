"""Which database the records are in, and one more of the same kind for programs of their own."""

import uuid
from pathlib import Path

from django.conf import settings
from django.db import connection

POSTGRESQL = settings.DATABASES["default"]["ENGINE"].endswith("postgresql")


def own_environment(data: Path) -> dict[str, str]:
    """The environment of a program that has a folder and an empty database of its own.

    On SQLite the database is a file in the folder. On PostgreSQL it is made on the suite's server,
    which is thrown away when the suite ends. No test has to be allowed the suite's own database.
    """
    environment = {"SAMLING_DATA": str(data), "DJANGO_SETTINGS_MODULE": "samling.web.settings"}
    if not POSTGRESQL:
        return environment
    name = f"own_{uuid.uuid4().hex}"
    with connection._nodb_cursor() as cursor:
        cursor.execute(f'CREATE DATABASE "{name}"')
    address = settings.SAMLING_DATABASE_URL.rpartition("/")[0]
    return {**environment, "DATABASE_URL": f"{address}/{name}"}
