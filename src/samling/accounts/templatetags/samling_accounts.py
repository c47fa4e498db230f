"""What the pages for signing in ask for."""

from __future__ import annotations

from typing import Any

from allauth.socialaccount.adapter import get_adapter
from allauth.socialaccount.models import SocialAccount
from django import template
from django.db.models import QuerySet
from django.template.context import Context

from samling.accounts import demo
from samling.accounts.models import Person

register = template.Library()


@register.simple_tag
def demo_people() -> QuerySet[Person]:
    """The demo's made-up people; nobody anywhere else."""
    return demo.demo_people().order_by("pk")


@register.simple_tag(takes_context=True)
def linked_logins(context: Context, person: Person) -> list[tuple[SocialAccount, str]]:
    """The organisations' log-ins that a person has linked, with their names."""
    names = {app.provider_id: app.name for app in get_adapter().list_apps(context["request"])}
    accounts = SocialAccount.objects.filter(user=person).order_by("pk")
    return [(account, names.get(account.provider, account.provider)) for account in accounts]


@register.simple_tag(takes_context=True)
def other_logins(context: Context, linked: list[tuple[SocialAccount, str]]) -> list[Any]:
    """The organisations' log-ins that are not linked yet."""
    taken = {account.provider for account, _ in linked}
    found = get_adapter().list_providers(context["request"])
    return sorted(
        (provider for provider in found if provider.app.provider_id not in taken),
        key=lambda provider: str(provider.name),
    )
