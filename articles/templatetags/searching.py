from django import template

from articles.search.excerpts import marked

register = template.Library()
register.filter("marked", marked)
