"""Publishes one edition after the other of an article: `python -m tests.faults.publisher COUNT SECONDS_BETWEEN`.

Prints of each, when it is committed, its number and the moment (time.monotonic, which is one for all processes).
"""

import sys
import time

import django

TITLE = "Edition {} of what is known"


def publish_editions(count: int, seconds_between: float) -> None:
    from django.contrib.auth import get_user_model
    from django.db import transaction

    from articles.actions import publish, release, save_revision
    from articles.models import Article

    by = get_user_model().objects.create_superuser("editor@clinic.example", None, name="Zoë O'Brien & Sons")
    article = Article.objects.order_by("pk")[0]
    content = dict(article.content)
    for number in range(1, count + 1):
        with transaction.atomic():
            revision = save_revision(article=article, content={**content, "title": TITLE.format(number)}, by=by)
            release(revision=revision, by=by, reason="An edition of a test")
            publish(revision=revision, by=by)
        sys.stdout.write(f"{number} {time.monotonic()}\n")
        sys.stdout.flush()
        time.sleep(seconds_between)


if __name__ == "__main__":
    django.setup()
    publish_editions(int(sys.argv[1]), float(sys.argv[2]))
