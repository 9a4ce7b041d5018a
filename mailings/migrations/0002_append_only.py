"""Consents and their wordings are proof; Postgres refuses to change them."""

from django.db import migrations

TABLES = ["consent", "consentwording"]
FORWARD = "".join(
    f"""CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON mailings_{table}
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
    """
    for table in TABLES
)
BACKWARD = "".join(f"DROP TRIGGER {table}_append_only ON mailings_{table};" for table in TABLES)


class Migration(migrations.Migration):
    dependencies = [("mailings", "0001_tables"), ("articles", "0003_append_only")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
