"""Whether somebody may be contacted is asked of a thousand leads each time that somebody looks at Today."""

from django.db import migrations

from foundation.stored_functions import stored_function


class Migration(migrations.Migration):
    dependencies = [("enquiries", "0089_packet_of_mail")]
    operations = [stored_function("enquiries", "may_be_contacted")]
