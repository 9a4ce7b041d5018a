"""The language of a mail template was whatever somebody typed; its name, in English or in itself, becomes the code.

An approved template is final, so its trigger rests for this one change. What is no language's name stays,
and is shown as it is.
"""

from django.conf.locale import LANG_INFO
from django.db import migrations, models

import enquiries.models.mail_templates

NAMES = {
    info[key].lower(): code for code, info in LANG_INFO.items() if "name" in info for key in ("name", "name_local")
}
PAIRS = ", ".join("('{}', '{}')".format("''".join(name.split("'")), code) for name, code in NAMES.items())
FORWARD = f"""
ALTER TABLE enquiries_mailtemplate DISABLE TRIGGER mailtemplate_approved_is_final;
UPDATE enquiries_mailtemplate SET language = code FROM (VALUES {PAIRS}) AS pair (spoken, code)
WHERE lower(trim(language)) IN (spoken, code);
ALTER TABLE enquiries_mailtemplate ENABLE TRIGGER mailtemplate_approved_is_final;
"""  # noqa: S608 - all of it is Django's


class Migration(migrations.Migration):
    dependencies = [("enquiries", "0032_reasons_as_codes")]
    operations = [
        migrations.AlterField(
            "mailtemplate",
            "language",
            models.CharField(
                blank=True,
                choices=enquiries.models.mail_templates.languages,
                help_text="Leave it empty for the language of the site.",
                max_length=20,
                verbose_name="language",
            ),
        ),
        migrations.RunSQL(FORWARD, migrations.RunSQL.noop),
    ]
