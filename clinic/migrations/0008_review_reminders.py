import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("articles", "0009_gate"),
        ("clinic", "0007_export_ended"),
        ("mailings", "0018_demo_packet"),
    ]
    operations = [
        migrations.CreateModel(
            name="ReviewReminder",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("due_on", models.DateField(verbose_name="review due")),
                (
                    "article",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reminders",
                        to="articles.article",
                        verbose_name="article",
                    ),
                ),
                (
                    "outgoing",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="review_reminder",
                        to="mailings.outgoingemail",
                        verbose_name="mail",
                    ),
                ),
            ],
            options={
                "verbose_name": "review reminder",
                "verbose_name_plural": "review reminders",
                "ordering": ["-pk"],
            },
        )
    ]
