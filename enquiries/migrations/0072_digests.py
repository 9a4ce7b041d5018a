"""A mail of a morning, for each colleague who wants it."""

from django.conf import settings
from django.db import migrations, models
from django.db.models.deletion import PROTECT

ACCOUNT = {"on_delete": PROTECT, "related_name": "+", "to": settings.AUTH_USER_MODEL, "verbose_name": "account"}


class Migration(migrations.Migration):
    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("enquiries", "0071_due_at_a_time"),
        ("mailings", "0018_demo_packet"),
    ]
    operations = [
        migrations.CreateModel(
            name="DigestReader",
            fields=[("account", models.OneToOneField(primary_key=True, serialize=False, **ACCOUNT))],
            options={"default_permissions": ()},
        ),
        migrations.CreateModel(
            name="Digest",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("account", models.ForeignKey(**ACCOUNT)),
                ("day", models.DateField(verbose_name="day")),
                (
                    "outgoing",
                    models.OneToOneField(
                        on_delete=PROTECT,
                        related_name="digest",
                        to="mailings.outgoingemail",
                        verbose_name="mail",
                    ),
                ),
            ],
            options={
                "default_permissions": (),
                "constraints": [models.UniqueConstraint(fields=("account", "day"), name="digest_once_a_day")],
            },
        ),
    ]
