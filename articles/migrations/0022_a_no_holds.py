"""A release of before a reviewer's no publishes nothing, nor does a fingerprint that another content bears."""

from django.db import migrations

from foundation.stored_functions import stored_function


class Migration(migrations.Migration):
    dependencies = [("articles", "0021_own_words")]
    operations = [stored_function("articles", "article_cleared")]
