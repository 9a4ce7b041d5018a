from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("articles", "0015_papers_as_published")]
    operations = [
        migrations.AddConstraint(
            model_name="paper",
            constraint=models.UniqueConstraint(condition=models.Q(doi=None), fields=("pmid",), name="paper_pmid_once"),
        )
    ]
