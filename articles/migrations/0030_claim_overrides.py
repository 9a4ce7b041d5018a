import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

APPEND_ONLY = """
CREATE TRIGGER claimoverride_append_only BEFORE UPDATE OR DELETE ON articles_claimoverride
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
"""
WITHOUT = "DROP TRIGGER claimoverride_append_only ON articles_claimoverride;"


class Migration(migrations.Migration):
    dependencies = [
        ("articles", "0024_keep_search"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="ClaimOverride",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("rule", models.CharField(max_length=40, verbose_name="rule")),
                ("passage", models.TextField(blank=True, verbose_name="passage")),
                ("reason", models.TextField(verbose_name="reason")),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="said at")),
                (
                    "created_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, to=settings.AUTH_USER_MODEL, verbose_name="said by"
                    ),
                ),
                (
                    "revision",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="overrides",
                        to="articles.articlerevision",
                        verbose_name="revision",
                    ),
                ),
            ],
            options={
                "verbose_name": "override of a claims rule",
                "verbose_name_plural": "overrides of claims rules",
                "ordering": ["pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("reason", ""), _negated=True), name="claimoverride_says_why"
                    )
                ],
            },
        ),
        migrations.RunSQL(APPEND_ONLY, WITHOUT),
    ]
