from django import template

from articles import evidence

register = template.Library()
register.filter("answers", evidence.answers)
register.filter("badges", evidence.badges)
