"""What the form of the clinic's details takes; rows stay as they are, and so does the table."""

import django.core.validators
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("foundation", "0002_languages")]
    operations = [
        migrations.AlterField(
            "clinicprofile",
            "first_answer_hours",
            models.PositiveSmallIntegerField(
                db_default=4,
                default=4,
                help_text="Opening hours in which a person answers an enquiry. Enquiries already here keep their time.",
                validators=[
                    django.core.validators.MinValueValidator(1),
                    django.core.validators.MaxValueValidator(200),
                ],
                verbose_name="first answer within",
            ),
        ),
    ]
