"""Making, editing, closing, opening and merging organisations."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from organisations.registry.making import (
    PNG,
    SYSTEM,
    appointment,
    area,
    grant,
    organisation,
    person,
    unit,
)
from samling.audit.models import Entry
from samling.organisations.actions.history import RegistryError
from samling.organisations.actions.logos import media_type_of, remove_logo, set_logo, size_of
from samling.organisations.actions.memberships import Term, add_membership
from samling.organisations.actions.merging import merge_organisations
from samling.organisations.actions.registry import (
    OrganisationDetails,
    close_organisation,
    edit_organisation,
    reopen_organisation,
)
from samling.organisations.models import (
    Agreement,
    Change,
    Logo,
    Membership,
    Organisation,
    Unit,
)

pytestmark = pytest.mark.django_db


def kinds_of(place):
    return list(place.changes.order_by("pk").values_list("kind", "field", "before", "after"))


def test_an_edit_leaves_one_line_for_each_field_and_none_for_the_same():
    made = organisation("Gamla kommunen", phone="1")
    details = OrganisationDetails(" Nya kommunen ", "municipality", area=area(), phone="2")
    edit_organisation(by=SYSTEM, organisation=made, details=details)
    edit_organisation(by=SYSTEM, organisation=made, details=details)
    made.refresh_from_db()
    assert made.name == "Nya kommunen"
    assert kinds_of(made) == [
        ("created", "", "", "Gamla kommunen"),
        ("renamed", "", "Gamla kommunen", "Nya kommunen"),
        ("edited", "area", "", "Nyköping (0480)"),
        ("edited", "phone", "1", "2"),
    ]
    verbs = list(Entry.objects.order_by("pk").values_list("verb", "scope"))
    assert verbs == [
        ("organisation created", made.scope),
        ("organisation renamed", made.scope),
    ]


def test_a_name_is_taken_only_by_an_open_organisation():
    first = organisation("Kommunen")
    with pytest.raises(RegistryError):
        organisation("kommunen")
    close_organisation(by=SYSTEM, organisation=first)
    organisation("Kommunen")
    with pytest.raises(RegistryError):
        reopen_organisation(by=SYSTEM, organisation=first)
    with pytest.raises(IntegrityError), transaction.atomic():
        Organisation.objects.create(name="Kommunen", kind="municipality")


def test_closing_says_what_stands_in_the_way_or_takes_all_of_it():
    made = organisation()
    school = unit(made, "Skolan")
    alva = person("Alva")
    add_membership(by=SYSTEM, person=alva, place=made, term=Term(date(2026, 1, 1)))
    later = timezone.localdate() + timedelta(days=30)
    add_membership(by=SYSTEM, person=alva, place=school, term=Term(later))
    held = appointment(alva, school, starts_on=later)
    with pytest.raises(RegistryError) as refused:
        close_organisation(by=SYSTEM, organisation=made)
    assert "1 öppen enhet, 1 uppdrag och 2 medlemskap" in str(refused.value)
    close_organisation(by=SYSTEM, organisation=made, with_everything=True)
    today = timezone.localdate()
    school.refresh_from_db()
    held.refresh_from_db()
    assert (Organisation.objects.get().closed_on, school.closed_on) == (today, today)
    assert (held.state, held.ends_on, held.end_reason) == (
        "ended",
        later,
        "Exempelkommunen stängdes.",
    )
    ends = Membership.objects.order_by("starts_on").values_list("ends_on", flat=True)
    assert list(ends) == [today, later]
    reopen_organisation(by=SYSTEM, organisation=made)
    assert Organisation.objects.get().closed_on is None
    with pytest.raises(RegistryError):
        reopen_organisation(by=SYSTEM, organisation=made)


def test_merging_organisations_loses_nothing():
    old, new = organisation("Gamla"), organisation("Nya")
    top = unit(old, "Förvaltningen", "department", "A")
    below = unit(top, "Skolan", "school", "B")
    unit(new, "Annan", code="a")
    alva, bo = person("Alva"), person("Bo")
    for holder in (alva, bo):
        add_membership(by=SYSTEM, person=holder, place=old, term=Term(date(2026, 1, 1)))
    add_membership(by=SYSTEM, person=bo, place=new, term=Term(date(2026, 2, 1)))
    add_membership(by=SYSTEM, person=alva, place=below, term=Term(date(2026, 3, 1)))
    held = grant(alva, ["organisations.manage"], old.scope)
    Agreement.objects.create(
        organisation=old, name="HFS", signed_on=date(2026, 1, 1), expires_on=date(2030, 1, 1)
    )
    merge_organisations(by=SYSTEM, organisation=old, into=new)
    old.refresh_from_db()
    assert (old.merged_into, old.closed_on) == (new, timezone.localdate())
    units = Unit.objects.order_by("pk").values_list("organisation__name", "code", "path")
    assert list(units)[:2] == [
        ("Nya", "A-2", f"/{top.pk}/"),
        ("Nya", "B", f"/{top.pk}/{below.pk}/"),
    ]
    today = timezone.localdate()
    assert set(Membership.objects.values_list("person__name", "organisation__name", "ends_on")) == {
        ("Alva", "Nya", None),
        ("Bo", "Gamla", today),
        ("Bo", "Nya", None),
    }
    held.refresh_from_db()
    assert held.scope == new.scope
    assert Agreement.objects.get().organisation == new
    assert ("edited", "code", "A", "A-2") in kinds_of(top)
    assert Change.objects.filter(kind="merged").count() == 2
    with pytest.raises(RegistryError):
        merge_organisations(by=SYSTEM, organisation=old, into=new)
    with pytest.raises(RegistryError):
        merge_organisations(by=SYSTEM, organisation=new, into=new)
    with pytest.raises(RegistryError):
        reopen_organisation(by=SYSTEM, organisation=old)


def png_of(width: int, height: int) -> bytes:
    return PNG[:16] + width.to_bytes(4, "big") + height.to_bytes(4, "big") + PNG[24:]


def jpeg_of(width: int, height: int) -> bytes:
    before = b"\xff\xd8\xff\xe0\x00\x06JFIF\xff\xff\xdb\x00\x04\0\0"
    frame = b"\xff\xc2\x00\x0b\x08" + height.to_bytes(2, "big") + width.to_bytes(2, "big")
    return before + frame + b"\x01\x01\x11\x00\xff\xd9"


def webp_of(width: int, height: int, kind: bytes = b"VP8 ") -> bytes:
    small, three = width.to_bytes(2, "little"), (width - 1).to_bytes(3, "little")
    packed = (width - 1) | (height - 1) << 14
    body = {
        b"VP8 ": b"\0\0\0\x9d\x01\x2a" + small + height.to_bytes(2, "little"),
        b"VP8L": b"\x2f" + packed.to_bytes(4, "little") + b"\0" * 5,
        b"VP8X": b"\0" * 4 + three + (height - 1).to_bytes(3, "little"),
    }[kind]
    whole = b"WEBP" + kind + len(body).to_bytes(4, "little") + body
    return b"RIFF" + len(whole).to_bytes(4, "little") + whole


@pytest.mark.parametrize(
    "made",
    [
        png_of,
        jpeg_of,
        webp_of,
        lambda *size: webp_of(*size, b"VP8L"),
        lambda *size: webp_of(*size, b"VP8X"),
    ],
    ids=["png", "jpeg", "webp", "webp lossless", "webp extended"],
)
def test_a_few_bytes_promise_no_picture_that_fills_a_readers_memory(made):
    place = organisation()
    for width, height in ((16_000, 16_000), (4_001, 1_000), (1_000, 4_001)):
        with pytest.raises(RegistryError, match="för många bildpunkter"):
            set_logo(by=SYSTEM, organisation=place, content=made(width, height))
    assert not Logo.objects.exists()
    set_logo(by=SYSTEM, organisation=place, content=made(4_000, 1_000))
    assert size_of(made(600, 200), media_type_of(made(600, 200))) == (600, 200)


def test_a_picture_that_does_not_say_its_size_is_no_logo():
    bare = b"\xff\xd8\xff\xe0" + b"\0" * 9 + b"\xff\xd9"
    with pytest.raises(RegistryError, match="för många bildpunkter"):
        set_logo(by=SYSTEM, organisation=organisation(), content=bare)


def test_a_logo_is_known_by_its_bytes_and_nothing_else_is_taken():
    made = organisation()
    webp = webp_of(600, 200)
    assert media_type_of(PNG) == "image/png"
    assert media_type_of(b"\xff\xd8\xff\xe0" + b"\0" * 9 + b"\xff\xd9") == "image/jpeg"
    assert media_type_of(webp) == "image/webp"
    refused = [
        b"",
        b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
        b"<html><script>alert(1)</script></html>",
        b"GIF89a" + b"\0" * 20,
        PNG[:-8],
        PNG + b"<script>alert(1)</script>",
        webp + b"<script>",
        PNG + b"\0" * 300_000,
    ]
    for content in refused:
        with pytest.raises(RegistryError):
            set_logo(by=SYSTEM, organisation=made, content=content)
    assert not Logo.objects.exists()
    first = set_logo(by=SYSTEM, organisation=made, content=PNG)
    assert (first.media_type, bytes(first.content)) == ("image/png", PNG)
    set_logo(by=SYSTEM, organisation=made, content=webp)
    assert Logo.objects.get().media_type == "image/webp"
    remove_logo(by=SYSTEM, organisation=made)
    remove_logo(by=SYSTEM, organisation=made)
    assert list(Entry.objects.filter(verb__startswith="logo").values_list("verb", flat=True)) == [
        "logo removed",
        "logo changed",
        "logo changed",
    ]


def test_the_database_itself_refuses_what_can_not_be():
    made = organisation()
    for broken in (
        Organisation(name="X", kind="sekt"),
        Organisation(name="Y", kind="region", merged_into=made),
        Unit(organisation=made, name="Z", kind="bunker", code="Z"),
        Logo(organisation=made, content=b"<svg/>", media_type="image/svg+xml", checksum="x"),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            broken.save()
