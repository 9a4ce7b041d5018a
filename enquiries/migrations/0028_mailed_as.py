import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("enquiries", "0027_words_of_undone_merges")]
    operations = [
        migrations.AddField(
            model_name="lead",
            name="mailed_as",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="enquiries.lead",
            ),
        ),
    ]
