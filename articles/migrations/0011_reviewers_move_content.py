"""The page of a reviewer, the line that names one, and what was rendered are public as well."""

from django.db import migrations

from foundation.stored_functions import content_trigger


class Migration(migrations.Migration):
    dependencies = [("articles", "0010_topic_kinds"), ("foundation", "0007_content_version")]
    operations = [content_trigger(f"articles_{name}") for name in ("reviewer", "review", "rendering")]
