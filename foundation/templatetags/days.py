from django import template

from foundation import days

register = template.Library()
# Of a moment the day where its page is, as `date` has it.
register.filter("day", days.day, expects_localtime=True)
