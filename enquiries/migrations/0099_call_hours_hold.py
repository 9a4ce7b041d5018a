from django.contrib.postgres.operations import ValidateConstraint
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("enquiries", "0098_call_hours")]
    operations = [
        ValidateConstraint("lead", "lead_call_hours_are_hours"),
        ValidateConstraint("lead", "lead_erased_prefers_nothing"),
    ]
