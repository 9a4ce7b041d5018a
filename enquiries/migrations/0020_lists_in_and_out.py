import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("enquiries", "0019_saved_views"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]
    operations = [
        migrations.CreateModel(
            name="LeadImport",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "created_at",
                    models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name="since"),
                ),
                ("file_name", models.CharField(max_length=200, verbose_name="file")),
                ("consent", models.CharField(max_length=500, verbose_name="how and when they agreed")),
                ("content", models.BinaryField(default=b"")),
                ("columns", models.JSONField(default=list)),
                (
                    "state",
                    models.CharField(
                        choices=[("waiting", "waiting"), ("done", "done")],
                        default="waiting",
                        max_length=20,
                        verbose_name="state",
                    ),
                ),
                ("rows_done", models.PositiveIntegerField(default=0)),
                ("counts", models.JSONField(default=dict)),
                ("refused", models.JSONField(default=list)),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=models.deletion.PROTECT,
                        related_name="imports",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="by",
                    ),
                ),
            ],
            options={
                "verbose_name": "import of leads",
                "verbose_name_plural": "imports of leads",
                "ordering": ["-created_at"],
            },
        ),
    ]
