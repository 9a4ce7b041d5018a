"""What got better stands with what went wrong, whichever way it comes. Rows of before are let be until they change."""

from django.db import migrations

from foundation.stored_functions import stored_function

TRIGGER = """
CREATE CONSTRAINT TRIGGER ownnumber_tells_of_harm AFTER INSERT OR UPDATE OR DELETE ON foundation_ownnumber
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION check_own_numbers();
"""


class Migration(migrations.Migration):
    dependencies = [("foundation", "0031_own_numbers_and_prices")]
    operations = [
        stored_function("foundation", "check_own_numbers", before="DROP FUNCTION check_own_numbers()"),
        migrations.RunSQL(TRIGGER, "DROP TRIGGER ownnumber_tells_of_harm ON foundation_ownnumber"),
    ]
