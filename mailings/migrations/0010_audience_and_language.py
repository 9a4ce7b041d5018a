"""To whom a mail goes, and in which language, stand in its row and no longer in lists of kinds.

The rows that are there are to a person until enquiries.0023 says which are not. The default is another one for what
comes after: only the version before leaves it to Postgres, and clinic.0006 knows its mails by that.
"""

from django.db import migrations, models


def audience(db_default: str) -> models.CharField:
    return models.CharField(
        choices=[("person", "a person"), ("staff", "staff")],
        db_default=db_default,
        default="person",
        editable=False,
        max_length=10,
        verbose_name="goes to",
    )


class Migration(migrations.Migration):
    dependencies = [("mailings", "0009_to_foundation_and_newsletters")]
    operations = [
        migrations.AddField("outgoingemail", "audience", audience("person")),
        migrations.AlterField("outgoingemail", "audience", audience("")),
        migrations.AddField(
            "outgoingemail",
            "language",
            models.CharField(db_default="en", default="en", editable=False, max_length=20, verbose_name="language"),
        ),
        migrations.AlterField(
            "outgoingemail", "dedupe_key", models.CharField(max_length=200, unique=True, verbose_name="key")
        ),
    ]
