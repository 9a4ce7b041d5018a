import django.db.models.deletion
from django.db import migrations, models


def text(label: str, length: int = 400) -> models.CharField:
    return models.CharField(blank=True, db_default="", max_length=length, verbose_name=label)


class Migration(migrations.Migration):
    dependencies = [("articles", "0011_reviewers_move_content")]

    operations = [
        migrations.AddField(
            model_name="paper",
            name="authors",
            field=models.JSONField(
                blank=True, db_default=models.Value([], models.JSONField()), default=list, verbose_name="authors"
            ),
        ),
        migrations.AddField(
            model_name="paper",
            name="authors_truncated",
            field=models.BooleanField(db_default=False, default=False, verbose_name="there are more authors"),
        ),
        migrations.AddField(model_name="paper", name="volume", field=text("volume")),
        migrations.AddField(model_name="paper", name="issue", field=text("issue")),
        migrations.AddField(model_name="paper", name="pages", field=text("pages or article number")),
        migrations.AddField(model_name="paper", name="nct", field=text("trial registration", 11)),
        migrations.AlterField(
            model_name="paper",
            name="doi",
            field=models.CharField(blank=True, max_length=200, null=True, unique=True, verbose_name="DOI"),
        ),
        migrations.AddConstraint(
            model_name="paper",
            constraint=models.CheckConstraint(
                condition=~models.Q(doi=None) | ~models.Q(pmid=""), name="paper_is_known"
            ),
        ),
        migrations.CreateModel(
            name="ArticlePaper",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("position", models.PositiveSmallIntegerField(verbose_name="position")),
                (
                    "article",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="cited",
                        to="articles.article",
                        verbose_name="article",
                    ),
                ),
                (
                    "paper",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="cited_by",
                        to="articles.paper",
                        verbose_name="paper",
                    ),
                ),
            ],
            options={
                "verbose_name": "cited paper",
                "verbose_name_plural": "cited papers",
                "ordering": ["position"],
                "constraints": [
                    models.UniqueConstraint(fields=("article", "paper"), name="articlepaper_once"),
                    models.UniqueConstraint(fields=("article", "position"), name="articlepaper_one_a_position"),
                ],
            },
        ),
    ]
