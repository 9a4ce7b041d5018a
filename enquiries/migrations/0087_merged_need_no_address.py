"""Whose address was mistyped, and who is merged into another one, is reached as that one."""

from django.contrib.postgres.operations import AddConstraintNotValid
from django.db import migrations, models
from django.db.models import Q

REACHABLE = Q(email__isnull=False) | ~Q(phone="") | Q(erased_at__isnull=False) | Q(merged_into__isnull=False)


class Migration(migrations.Migration):
    dependencies = [("enquiries", "0086_erasing_keeps_sign_ups")]
    operations = [
        migrations.RemoveConstraint("lead", "lead_reachable"),
        # The next one looks at the rows, so that nobody waits meanwhile.
        AddConstraintNotValid(
            "lead",
            models.CheckConstraint(
                condition=REACHABLE,
                name="lead_reachable",
                violation_error_message="Give an e-mail address or a telephone number.",
            ),
        ),
    ]
