import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("newsletters", "0005_states_held"),
        ("mailings", "0033_pace"),
        # newsletter_stops reads the day to go.
        ("articles", "0031_days_to_go"),
    ]
    operations = [
        migrations.AddField(
            "newsletterevent",
            "outgoing",
            models.OneToOneField(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="newsletter_test",
                to="mailings.outgoingemail",
                verbose_name="mail",
            ),
        ),
    ]
