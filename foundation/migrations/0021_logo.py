"""The clinic's own mark, in the sizes in which it is shown."""

from django.db import migrations, models

from foundation.stored_functions import content_trigger

KEPT = """
-- They are compressed already; trying again costs time at each reading.
ALTER TABLE foundation_logofile ALTER COLUMN data SET STORAGE EXTERNAL;
CREATE TRIGGER logofile_append_only BEFORE UPDATE OR DELETE ON foundation_logofile
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("foundation", "0020_profile_revisions"),
        ("articles", "0003_append_only"),
    ]

    operations = [
        migrations.AddField(
            model_name="clinicprofile",
            name="logo",
            field=models.CharField(
                blank=True, default="", db_default="", editable=False, max_length=80, verbose_name="logo"
            ),
        ),
        migrations.AddField(
            model_name="clinicprofile",
            name="own_icon",
            field=models.CharField(
                blank=True, default="", db_default="", editable=False, max_length=80, verbose_name="icon"
            ),
        ),
        migrations.CreateModel(
            name="LogoFile",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("logo", models.CharField(max_length=80, verbose_name="logo")),
                ("use", models.CharField(max_length=20, verbose_name="use")),
                ("format", models.CharField(max_length=4, verbose_name="format")),
                ("data", models.BinaryField(verbose_name="bytes")),
            ],
            options={
                "verbose_name": "file of a logo",
                "verbose_name_plural": "files of logos",
                "default_permissions": (),
                "constraints": [models.UniqueConstraint(fields=("logo", "use"), name="logofile_once")],
            },
        ),
        migrations.RunSQL(KEPT, "DROP TRIGGER logofile_append_only ON foundation_logofile"),
        content_trigger("foundation_logofile"),
    ]
