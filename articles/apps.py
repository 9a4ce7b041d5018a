from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ArticlesConfig(AppConfig):
    name = "articles"
    verbose_name = _("Articles")

    def ready(self) -> None:
        from articles.lint_words import against_own_words
        from foundation.signals import own_words_typed

        own_words_typed.connect(against_own_words, dispatch_uid="articles.against_own_words")
