"""Emptying the database between tests, though the audit refuses to be emptied.

Only the owner of the tables can do it, by taking away the refusal and putting it back in the same
transaction. The program itself has no way to; nothing here is part of it.
"""

from django.db import transaction
from django.db.backends.base.operations import BaseDatabaseOperations

from samling.audit.sealing import SEALED, seal, unseal

original = BaseDatabaseOperations.execute_sql_flush


def unsealed_for_flushing(operations: BaseDatabaseOperations, statements: list[str]) -> None:
    connection = operations.connection
    with transaction.atomic(using=connection.alias):
        sealed = sorted(set(SEALED) & set(connection.introspection.table_names()))
        unseal(connection, sealed)
        original(operations, statements)
        seal(connection, sealed)


BaseDatabaseOperations.execute_sql_flush = unsealed_for_flushing
