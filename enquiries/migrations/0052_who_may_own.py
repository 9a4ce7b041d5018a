"""Nobody is given a lead that they cannot open."""

from django.conf import settings
from django.db import migrations

from foundation.stored_functions import stored_function

TRIGGER = """
CREATE TRIGGER lead_owner BEFORE INSERT OR UPDATE OF owner_id ON enquiries_lead
FOR EACH ROW EXECUTE FUNCTION check_lead_owner();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("enquiries", "0051_packets_not_sent"),
        ("auth", "0012_alter_user_first_name_max_length"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]
    operations = [
        stored_function("enquiries", "staff_has_right"),
        stored_function("enquiries", "may_decide_clinically"),
        stored_function("enquiries", "check_lead_owner"),
        migrations.RunSQL(TRIGGER, "DROP TRIGGER lead_owner ON enquiries_lead"),
    ]
