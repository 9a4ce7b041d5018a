from importlib import import_module

from django.db import migrations, models

BEFORE = import_module("clinic.migrations.0004_bulk_actions").KINDS
EXPORTED = ("list_exported", "exported a list")
AT = BEFORE.index(EXPORTED) + 1
KINDS = [*BEFORE[:AT], ("list_imported", "imported a list"), *BEFORE[AT:]]


class Migration(migrations.Migration):
    dependencies = [("clinic", "0004_bulk_actions")]
    operations = [
        migrations.AlterField(
            model_name="auditevent",
            name="kind",
            field=models.CharField(choices=KINDS, max_length=40, verbose_name="what"),
        ),
    ]
