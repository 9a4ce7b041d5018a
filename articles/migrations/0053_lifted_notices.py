import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

APPEND_ONLY = """
CREATE TRIGGER liftednotice_append_only BEFORE UPDATE OR DELETE ON articles_liftednotice
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
"""
WITHOUT = "DROP TRIGGER liftednotice_append_only ON articles_liftednotice;"


class Migration(migrations.Migration):
    dependencies = [
        ("articles", "0052_once_read_stays_known"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="LiftedNotice",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("lifted_at", models.DateTimeField(auto_now_add=True, verbose_name="taken off at")),
                (
                    "article",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="lifted_notices",
                        to="articles.article",
                        verbose_name="article",
                    ),
                ),
                (
                    "lifted_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="taken off by",
                    ),
                ),
                (
                    "paper",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="lifted_notices",
                        to="articles.paper",
                        verbose_name="paper",
                    ),
                ),
                (
                    "record",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="lifted_notices",
                        to="articles.retractionrecord",
                        verbose_name="record",
                    ),
                ),
                (
                    "revision",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="lifted_notices",
                        to="articles.articlerevision",
                        verbose_name="revision",
                    ),
                ),
            ],
            options={
                "verbose_name": "notice that was taken off",
                "verbose_name_plural": "notices that were taken off",
                "ordering": ["-pk"],
            },
        ),
        migrations.RunSQL(APPEND_ONLY, WITHOUT),
    ]
