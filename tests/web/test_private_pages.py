"""What is behind signing in is kept by nobody but the reader, and not even by their browser."""

from __future__ import annotations

import pytest
from django.db import transaction
from django.urls import reverse

from web.permission_world import World, example
from web.test_permissions import WHO, addresses

# An organisation's logo and the map may be kept for a while, by the reader's own browser.
KEPT_BY_THE_READER = {"organisations:logo", "organisations:coverage_map"}


@pytest.mark.django_db
def test_no_cache_keeps_what_is_behind_signing_in():
    world = World()
    kept = []
    for someone in world.everyone():
        for name in (name for name, _ in addresses() if WHO[name] != "public"):
            address = reverse(name, kwargs=example(name, world.own))
            for method in ("GET", "POST"):
                with transaction.atomic():
                    answer = someone.client.generic(method, address, HTTP_IF_NONE_MATCH="*")
                    transaction.set_rollback(True)
                answer.close()
                said = answer.get("Cache-Control", "")
                wanted = "private" if name in KEPT_BY_THE_READER else "no-store"
                if wanted not in said and answer.status_code != 405:
                    kept.append(f"{someone.name} {method} {name}: {answer.status_code} {said!r}")
    assert kept == []


@pytest.mark.django_db
def test_no_cache_keeps_a_public_page_that_says_who_is_signed_in():
    """Not even a refusal, or one of a link that is no invitation's."""
    world = World()
    *_, someone = world.everyone()
    kept, named = [], 0
    wrong = reverse("accounts:invitation", args=["avklippt"])
    public = [
        reverse(name, kwargs=example(name, world.own))
        for name, _ in addresses()
        if WHO[name] == "public"
    ]
    # Asked for often enough, the last one is refused.
    for address in [*public, *[wrong] * 21]:
        answer = someone.client.get(address)
        says = not answer.streaming and b'class="who"' in answer.content
        named += says
        if (says or address == wrong) and "no-store" not in answer.get("Cache-Control", ""):
            kept.append(f"{address}: {answer.status_code}")
    assert (kept, answer.status_code) == ([], 429)
    assert named


@pytest.mark.django_db
def test_a_public_page_is_the_same_for_someone_signed_in(client):
    world = World()
    nobody, *_, someone = world.everyone()
    for address in map(reverse, ("start", "about", "accessibility", "ui:gallery")):
        first = nobody.client.get(address)
        second = someone.client.get(address)
        assert second.content == first.content
        assert (first.cookies, second.cookies) == ({}, {})
