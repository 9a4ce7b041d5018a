from django import template

from articles import evidence, words

register = template.Library()
register.filter("answers", evidence.answers)
register.filter("badges", evidence.badges)
register.filter("of_the_review", words.of_the_review)
