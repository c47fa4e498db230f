from django.db import migrations

from samling.audit.sealing import seal, unseal


class Migration(migrations.Migration):
    """From here on the database refuses to change the audit.

    A later migration that changes one of its tables has to seal it again: SQLite makes the table
    anew without its triggers. tests/audit/test_sealing.py tells if that is forgotten.
    """

    dependencies = [("audit", "0003_reach_of_the_past")]

    operations = [
        migrations.RunPython(
            lambda apps, editor: seal(editor.connection),
            lambda apps, editor: unseal(editor.connection),
        )
    ]
