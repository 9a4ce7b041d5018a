from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("mailings", "0007_held_subscribers")]
    operations = [
        migrations.AlterField(
            "suppression",
            "reason",
            models.CharField(
                choices=[
                    ("not_requested", "said: I did not ask for this"),
                    ("unsubscribed", "left the newsletter"),
                    ("hard_bounce", "the address does not exist"),
                    ("complaint", "reported our mail as spam"),
                    ("asked_to_stop", "asked us to stop"),
                ],
                max_length=20,
                verbose_name="reason",
            ),
        ),
    ]
