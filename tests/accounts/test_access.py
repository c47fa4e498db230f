"""Every page says whom it is for; one that says nothing is closed."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.test import RequestFactory
from django.urls import get_resolver
from django.utils import timezone

from samling.accounts.middleware import AccessMiddleware, declared_access
from samling.accounts.models import Person, Role, RoleGrant
from samling.accounts.rules import rights_of
from samling.ui.access import permitted, public, signed_in

pytestmark = pytest.mark.django_db


def answer(request):
    return HttpResponse("seen")


def asked(view, person=None):
    """What the middleware says before the view is called."""
    request = RequestFactory().get("/sida/")
    request.user = person or AnonymousUser()
    middleware = AccessMiddleware(answer)
    middleware(request)
    return middleware.process_view(request, view, (), {})


def person(name="Alva"):
    return Person.objects.create(name=name, email=f"{name}@exempel.se")


def grant(holder, permission, scope="", *, starts=0, ends=None):
    role = Role.objects.create(
        code=f"r{Role.objects.count()}", name_sv="r", name_en="r", permissions=[permission]
    )
    today = timezone.localdate()
    return RoleGrant.objects.create(
        person=holder,
        role=role,
        scope=scope,
        starts_on=today + timedelta(days=starts),
        ends_on=None if ends is None else today + timedelta(days=ends),
    )


def test_an_unmarked_page_is_closed_also_to_an_administrator():
    chief = person()
    grant(chief, "everything")

    def unmarked(request):
        return HttpResponse("secret")

    for reader in (None, chief):
        with pytest.raises(PermissionDenied):
            asked(unmarked, reader)


def test_each_mark_lets_in_whom_it_says():
    reader, holder = person("Bo"), person("Cilla")
    grant(holder, "mail.read", "organisation:1")

    @public
    def open_page(request):
        return HttpResponse()

    @signed_in
    def own_page(request):
        return HttpResponse()

    @permitted("mail.read")
    def staff_page(request):
        return HttpResponse()

    assert asked(open_page) is None
    assert asked(own_page).status_code == 302
    assert asked(own_page, reader) is None
    assert asked(staff_page).status_code == 302
    with pytest.raises(PermissionDenied):
        asked(staff_page, reader)
    assert asked(staff_page, holder) is None


def test_every_address_of_the_installation_is_marked():
    """`test_permissions` asks each page; here: none is without a mark."""

    def views(patterns):
        for pattern in patterns:
            if hasattr(pattern, "url_patterns"):
                yield from views(pattern.url_patterns)
            else:
                yield pattern.callback

    unmarked = {
        f"{view.__module__}.{view.__qualname__}"
        for view in views(get_resolver().url_patterns)
        if declared_access(view) is None
    }
    assert unmarked == set()


def test_a_right_holds_in_its_scope_and_on_its_days():
    holder = person()
    grant(holder, "a", "organisation:1", ends=0)
    grant(holder, "b", "", starts=1)
    grant(holder, "c", starts=-9, ends=-1)
    today = rights_of(holder)
    assert today.can("a", ["organisation:1", "area:04"])
    assert not today.can("a", ["organisation:2"])
    assert not today.can("a")
    assert not today.can_anywhere("b")
    assert not today.can_anywhere("c")
    tomorrow = rights_of(holder, on=timezone.localdate() + timedelta(days=1))
    assert tomorrow.can("b", ["organisation:2"])
    assert not tomorrow.can_anywhere("a")


def test_someone_who_is_closed_has_no_rights():
    holder = person()
    grant(holder, "a")
    holder.is_active = False
    assert not rights_of(holder).can_anywhere("a")
