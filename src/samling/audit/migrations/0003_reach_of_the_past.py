from django.db import migrations


class Migration(migrations.Migration):
    """Entries from before there was a reach are read where they say they belong."""

    dependencies = [("audit", "0002_reach_and_indexes")]

    operations = [
        migrations.RunSQL(
            "INSERT INTO audit_reach (entry_id, scope) "
            "SELECT id, scope FROM audit_entry WHERE scope <> ''",
            migrations.RunSQL.noop,
        )
    ]
