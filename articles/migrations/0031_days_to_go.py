from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("articles", "0030_claim_overrides"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="article",
            name="withdrawal_reason",
            field=models.TextField(blank=True, db_default="", editable=False, verbose_name="why it was withdrawn"),
        ),
        migrations.AddField(
            model_name="article",
            name="withdraws_at",
            field=models.DateTimeField(blank=True, editable=False, null=True, verbose_name="withdrawn from"),
        ),
        migrations.AddConstraint(
            model_name="article",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("withdraws_at", None), ("withdraws_at__gt", models.F("published_at")), _connector="OR"
                ),
                name="article_goes_after_it_came",
            ),
        ),
    ]
