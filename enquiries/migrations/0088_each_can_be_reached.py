from django.contrib.postgres.operations import ValidateConstraint
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("enquiries", "0087_merged_need_no_address")]
    operations = [ValidateConstraint("lead", "lead_reachable")]
