from django import template

from articles import words

register = template.Library()
register.filter("notice_sentence", words.sentence)
register.filter("notice_meaning", words.meaning)
register.filter("of_lifted", words.of_lifted)
register.filter("of_kept", words.of_kept)
register.filter("list_day", words.list_day)
register.filter("warnings", words.warnings)
register.filter("described", words.described)
