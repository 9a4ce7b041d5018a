"""Whoever searches is answered with the synonyms that the process has read, until one of them changes."""

from django.db import migrations

from foundation.stored_functions import content_trigger


class Migration(migrations.Migration):
    dependencies = [("articles", "0060_search_by_the_newest")]
    operations = [content_trigger("articles_synonym", frame=True)]
