"""What the log-in page asks for."""

from django import template
from django.db.models import QuerySet

from samling.accounts import demo
from samling.accounts.models import Person

register = template.Library()


@register.simple_tag
def demo_people() -> QuerySet[Person]:
    """The demo's made-up people; nobody anywhere else."""
    return demo.demo_people().order_by("pk")
