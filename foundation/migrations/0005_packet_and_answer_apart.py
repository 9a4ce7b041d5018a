"""The packet asks for its own consent, and being contacted is another one; the words for both at once stay proof."""

from typing import Any

from django.db import migrations, models

from foundation.first_content import read

KINDS = [
    ("packet", "the information packet"),
    ("answer", "being contacted about a question"),
    ("contact", "being contacted about health"),
    ("newsletter", "the newsletter"),
]


def add_wordings(apps: Any, schema_editor: Any) -> None:
    """A site that is upgraded has them before its form shows them; a new one loads them with its first content."""
    wordings = apps.get_model("foundation", "ConsentWording").objects
    if wordings.exists():
        for wording in read("wordings.toml")["wordings"]:
            wordings.get_or_create(kind=wording["kind"], number=wording["number"], defaults={"text": wording["text"]})


class Migration(migrations.Migration):
    dependencies = [("foundation", "0003_bounds_of_what_is_promised")]
    operations = [
        migrations.AlterField(
            "consentwording", "kind", models.CharField(choices=KINDS, max_length=20, verbose_name="kind")
        ),
        migrations.RunPython(add_wordings, migrations.RunPython.noop),
    ]
