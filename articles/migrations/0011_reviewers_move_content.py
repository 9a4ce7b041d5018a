"""The page of a reviewer, and the line that names one, are public as well."""

from django.db import migrations

from foundation.stored_functions import content_trigger


class Migration(migrations.Migration):
    dependencies = [("articles", "0010_topic_kinds"), ("foundation", "0007_content_version")]
    operations = [content_trigger("articles_reviewer")]
