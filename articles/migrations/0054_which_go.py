"""Each search asks which of the published articles were to go by now: mostly none, which an index says at once."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    # An index that is made beside a site that serves cannot be made in a transaction.
    atomic = False
    dependencies = [("articles", "0053_lifted_notices")]
    operations = [
        AddIndexConcurrently(
            "article",
            models.Index(
                fields=["withdraws_at"],
                name="article_goes",
                condition=models.Q(state="published", withdraws_at__isnull=False),
            ),
        ),
    ]
