"""Spreadsheets: what they would change, what is wrong with them, and doing just that."""

from datetime import date, timedelta

import pytest
from django.utils import timezone
from django.utils.translation import override

from organisations.registry.making import (
    SYSTEM,
    appointment,
    area,
    csv_of,
    organisation,
    person,
    unit,
    workbook_of,
)
from samling.accounts.models import Person
from samling.audit.models import Entry
from samling.organisations.actions.history import RegistryError
from samling.organisations.actions.importing.drafts import (
    PlanHasChangedError,
    apply_draft,
    clear_old_drafts,
    hold_file,
    plan_of,
)
from samling.organisations.actions.importing.plan import Does
from samling.organisations.actions.importing.spreadsheet import read_sheet
from samling.organisations.actions.memberships import Term, add_membership, end_membership
from samling.organisations.actions.merging import merge_units
from samling.organisations.actions.units import UnitDetails, close_unit, edit_unit
from samling.organisations.models import Change, Enrolment, ImportDraft, Membership, Unit
from samling.organisations.presenting.files import current_rows, example_rows, file_of

pytestmark = pytest.mark.django_db
NAMES = {"code": ("Kod", "Code"), "name": ("Namn",), "kind": ("Sort",)}


def held(made, kind, content, *, close_missing=False):
    sender, _new = Person.objects.get_or_create(name="Chef", email="chef@exempel.se")
    return hold_file(
        person=sender,
        organisation=made,
        kind=kind,
        name="fil.csv",
        content=content,
        close_missing=close_missing,
    )


def planned(made, kind, *lines, close_missing=False):
    return plan_of(held(made, kind, csv_of(*lines), close_missing=close_missing))


def applied(made, kind, content, *, close_missing=False):
    draft = held(made, kind, content, close_missing=close_missing)
    plan = plan_of(draft)
    assert plan.findings == ()
    apply_draft(by=SYSTEM, draft=draft, fingerprint=plan.fingerprint)
    return plan


def steps(plan):
    return [
        (step.does.value, step.name, [(d.label, d.before, d.after) for d in step.differences])
        for step in plan.steps
    ]


def told(plan):
    return [(finding.row, finding.column, finding.text) for finding in plan.findings]


def state():
    return (
        list(Unit.objects.order_by("pk").values()),
        list(Membership.objects.order_by("pk").values()),
        list(Enrolment.objects.order_by("pk").values()),
        Person.objects.exclude(name="Chef").count(),
        Change.objects.count(),
        Entry.objects.count(),
    )


TEXT = "Kod{0}Namn{0}Sort\r\nå1{0}Förskolan Ängen{0}förskola\r\n"


@pytest.mark.parametrize(
    "content",
    [
        TEXT.format(";").encode("utf-8-sig"),
        TEXT.format(",").encode("utf-8"),
        TEXT.format("\t").encode("utf-16"),
        TEXT.format("|").encode("cp1252"),
        ("sep=;\r\n" + TEXT.format(";")).encode("cp1252"),
        ("Våra enheter\r\n\r\n" + TEXT.format(";")).encode("utf-8"),
        TEXT.format(";").replace("\r\n", "\n").replace("Kod", "KOD ").encode("utf-8"),
        workbook_of(["Kod", "Namn", "Sort"], ["å1", "Förskolan Ängen", "förskola"]),
        workbook_of(["Lista"], [], ["Namn", "Sort", "Kod"], ["Förskolan Ängen", "förskola", "å1"]),
    ],
)
def test_any_delimiter_encoding_and_workbook(content):
    sheet = read_sheet(content, NAMES)
    assert [dict(row.cells) for row in sheet.rows] == [
        {"code": "å1", "name": "Förskolan Ängen", "kind": "förskola"}
    ]


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\r\n;;\r\n",
        b"\0\1\2\3",
        b"PK\x03\x04 broken",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
        b"a;b\r\n1;2\r\n",
        b"Kod;Kod;Namn\r\n1;2;3\r\n",
        b"x" * 5_000_001,
        b"Kod;Namn\r\n" + b"1;2\r\n" * 5_001,
        b'Kod;Namn\r\n1;"' + b"x" * 200_000,
        workbook_of(["Kod", "Namn"], ["1", "=A1"]),
    ],
)
def test_what_can_not_be_read_is_refused_and_not_kept(content):
    with pytest.raises(RegistryError):
        held(organisation(), "units", content)
    assert not ImportDraft.objects.exists()


def test_a_text_that_was_kept_from_being_a_formula_is_itself_again():
    sheet = read_sheet(csv_of("Kod;Namn", "1;'+46 70 1", "2;'quoted"), NAMES)
    assert [row.get("name") for row in sheet.rows] == ["+46 70 1", "'quoted"]
    assert [(row.number, row.get("kind")) for row in sheet.rows] == [(2, None), (3, None)]


def test_units_are_made_with_their_parents_whatever_the_order():
    area()
    made = organisation()
    plan = applied(
        made,
        "units",
        csv_of(
            "Kod;Namn;Sort;Överordnad;Område;E-post;Telefon;Övrigt",
            "S1;Skolan;Skola;N;480;skolan@exempel.se;0155;x",
            "N;Nämnden;nämnd;;;;;",
        ),
    )
    assert plan.unknown == ("Övrigt",)
    school = Unit.objects.get(code="S1")
    assert (school.parent.code, school.area.code, school.kind) == ("N", "0480", "school")
    assert school.path == f"/{school.parent.pk}/{school.pk}/"
    assert [does for does, _name, _d in steps(plan)] == ["new", "new"]
    assert Entry.objects.get(verb="units imported").details["new"] == 2
    assert not ImportDraft.objects.exists()


def test_a_plan_says_what_is_new_changed_and_the_same():
    made = organisation()
    top = unit(made, "Nämnden", "committee", "N")
    unit(made, "Skolan", "school", "S")
    unit(top, "Biblioteket", "library", "B")
    plan = planned(
        made,
        "units",
        "kod;namn;sort;överordnad",
        "N;Nämnden;nämnd;",
        "S;Nya skolan;school;N",
        "F;Förskolan;preschool;S",
    )
    assert steps(plan) == [
        ("same", "Nämnden", []),
        (
            "changed",
            "Nya skolan",
            [("Namn", "Skolan", "Nya skolan"), ("Överordnad", "", "Nämnden")],
        ),
        (
            "new",
            "Förskolan",
            [("Namn", "", "Förskolan"), ("Sort", "", "förskola"), ("Överordnad", "", "Nya skolan")],
        ),
    ]
    assert Unit.objects.get(code="S").name == "Skolan"


def test_everything_wrong_is_told_at_once():
    made = organisation()
    gone = unit(made, "Gamla", code="G")
    merge_units(by=SYSTEM, unit=gone, into=unit(made, "Kvar", code="K"))
    close_unit(by=SYSTEM, unit=unit(made, "Stängd", code="C"))
    before = state()
    plan = planned(
        made,
        "units",
        "Kod;Namn;Sort;Överordnad;Område;E-post;Telefon",
        ";Utan kod;skola;;;;",
        "A;;bunker;finns-inte;9999;inte en adress;" + "1" * 41,
        "a;Dubbel;skola;;;;",
        "X;X;skola;Y;;;",
        "Y;Y;skola;Z;;;",
        "Z;Z;skola;X;;;",
        "S;Sig;skola;s;;;",
        "D;Under stängd;skola;C;;;",
        "G;Gamla;skola;;;;",
    )
    assert told(plan) == [
        (2, "Kod", "Koden saknas."),
        (3, "Namn", "Namnet saknas."),
        (3, "Sort", "Sorten bunker finns inte."),
        (3, "Område", "Området 9999 finns inte."),
        (3, "E-post", "inte en adress är ingen e-postadress."),
        (3, "Telefon", "Texten är för lång: 41 tecken."),
        (3, "Överordnad", "Det finns ingen enhet med koden finns-inte."),
        (4, "Kod", "Koden a står också på rad 3."),
        (5, "Överordnad", "X ligger under sig själv: X → Y → Z → X."),
        (6, "Överordnad", "Y ligger under sig själv: Y → Z → X → Y."),
        (7, "Överordnad", "Z ligger under sig själv: Z → X → Y → Z."),
        (8, "Överordnad", "Sig ligger under sig själv: S → S."),
        (9, "Överordnad", "Stängd är stängd."),
        (10, "Kod", "Enheten är sammanslagen med Kvar."),
    ]
    assert all(finding.mend for finding in plan.findings)
    with pytest.raises(PlanHasChangedError):
        apply_draft(by=SYSTEM, draft=ImportDraft.objects.get(), fingerprint=plan.fingerprint)
    assert state() == before


def test_a_circle_with_a_unit_that_the_file_does_not_name():
    made = organisation()
    top = unit(made, "A", code="A")
    unit(top, "B", code="B")
    plan = planned(made, "units", "Kod;Överordnad", "A;B")
    assert told(plan) == [(2, "Överordnad", "A ligger under sig själv: A → B → A.")]


def test_two_units_may_change_places():
    made = organisation()
    top = unit(made, "A", code="A")
    unit(unit(top, "B", code="B"), "C", code="C")
    applied(made, "units", csv_of("Kod;Överordnad", "A;C", "C;B", "B;"))
    paths = {found.code: found for found in Unit.objects.all()}
    assert paths["A"].path == f"/{paths['B'].pk}/{paths['C'].pk}/{paths['A'].pk}/"


def test_a_second_time_changes_nothing():
    area()
    made = organisation()
    units = csv_of("Kod;Namn;Sort;Överordnad;Område", "S;Skolan;skola;N;0480", "N;Nämnden;nämnd;;")
    pupils = csv_of("Kod;Läsår;Årskurs;Elever", "S;2026/27;F;20", "S;2026;årskurs 1;0")
    people = csv_of(
        "E-post;Namn;Kod;Titel;Från;Till",
        "a@exempel.se;Alva;S;rektor;2026-01-01;",
        "A@exempel.se;Alva;;lärare;;",
        "b@exempel.se;Bo;S;;20260101;2026-12-31",
        "b@exempel.se;Bo;S;;2025-01-01;2025-12-31",
    )
    for kind, content in (("units", units), ("enrolment", pupils), ("people", people)):
        applied(made, kind, content, close_missing=True)
    before = state()
    for kind, content in (("units", units), ("enrolment", pupils), ("people", people)):
        plan = plan_of(held(made, kind, content, close_missing=True))
        assert (plan.findings, plan.changes) == ((), ())
    assert state() == before
    assert Membership.objects.count() == 4
    assert Person.objects.count() == 3


@pytest.mark.parametrize("file_format", ["csv", "xlsx"])
@pytest.mark.parametrize("language", ["sv", "en"])
def test_examples_and_what_there_is_today_can_be_read_as_they_are(file_format, language):
    area()
    made = organisation()
    with override(language):
        read_back(made, file_format)


def read_back(made, file_format):
    for kind in ("units", "enrolment", "people"):
        rows = file_of(kind, file_format, example_rows(kind))
        plan = applied(made, kind, rows)
        assert plan.count(Does.NEW) == len(example_rows(kind))
    top = Unit.objects.get(code="BUN")
    edit_unit(
        by=SYSTEM,
        unit=top,
        details=UnitDetails("=Nämnden", "committee", "BUN", phone="+46 155 1"),
    )
    for kind in ("units", "enrolment", "people"):
        today = file_of(kind, file_format, current_rows(kind, made))
        plan = plan_of(held(made, kind, today, close_missing=True))
        assert (plan.findings, plan.changes) == ((), ())


def test_nothing_is_closed_unless_asked_and_then_with_what_stands_there():
    made = organisation()
    unit(made, "Kvar", code="K")
    gone = unit(made, "Bort", code="B")
    below = unit(gone, "Under", code="U")
    alva = person("Alva")
    add_membership(by=SYSTEM, person=alva, place=below, term=Term(date(2026, 1, 1)))
    appointment(alva, below)
    lines = ("Kod;Namn", "K;Kvar")
    assert planned(made, "units", *lines).changes == ()
    plan = planned(made, "units", *lines, close_missing=True)
    assert [(step.does.value, step.name, step.consequence) for step in plan.changes] == [
        ("closed", "Bort", ""),
        ("closed", "Under", "Avslutar 1 uppdrag och 1 medlemskap."),
    ]
    applied(made, "units", csv_of(*lines), close_missing=True)
    assert set(Unit.objects.filter(closed_on__isnull=True).values_list("code", flat=True)) == {"K"}
    assert Membership.objects.get().ends_on == timezone.localdate()
    plan = applied(made, "units", csv_of("Kod;Namn", "B;Bort"))
    assert steps(plan) == [("changed", "Bort", [("Läge", "stängd", "öppen")])]
    assert Unit.objects.get(code="B").closed_on is None


def test_a_parent_that_would_be_closed_is_told_of():
    made = organisation()
    unit(unit(made, "Bort", code="B"), "Kvar", code="K")
    plan = planned(made, "units", "Kod;Namn", "K;Kvar", close_missing=True)
    assert told(plan) == [(2, "Överordnad", "Bort finns inte i filen och skulle stängas.")]


def test_pupils_that_can_not_be():
    made = organisation()
    unit(made, "Skolan", "school", "S")
    unit(made, "Förskolan", "preschool", "F")
    plan = planned(
        made,
        "enrolment",
        "Kod;Läsår;Årskurs;Elever",
        "X;2026/29;10;-1",
        "F;2026/27;1;3",
        "S;2026/27;1;3",
        "S;2026;1;4",
        "S;2026;2;1 000",
    )
    assert told(plan) == [
        (2, "Kod", "Det finns ingen enhet med koden X."),
        (2, "Läsår", "2026/29 är inget läsår."),
        (2, "Årskurs", "Årskursen 10 finns inte."),
        (2, "Elever", "-1 är inget antal elever."),
        (3, "Kod", "Förskolan är ingen skola."),
        (5, "Årskurs", "Samma skola, läsår och årskurs står på rad 4."),
    ]
    missing = planned(made, "enrolment", "Kod;Elever", "S;3")
    assert told(missing) == [
        (0, "Läsår", "Kolumnen saknas."),
        (0, "Årskurs", "Kolumnen saknas."),
    ]


def test_people_that_can_not_be():
    made = organisation()
    close_unit(by=SYSTEM, unit=unit(made, "Stängd", code="C"))
    Person.objects.create(name="Borta", email="borta@exempel.se", is_active=False)
    plan = planned(
        made,
        "people",
        "E-post;Namn;Kod;Titel;Från;Till",
        ";Utan;;;;",
        "fel;Fel;X;;igår;2026-02-30",
        "ny@exempel.se;;C;;;",
        "borta@exempel.se;;;;;",
        "a@exempel.se;Alva;;;2026-02-01;2026-01-01",
        "b@exempel.se;Bo;;;2026-01-01;",
        "B@exempel.se;Bo;;;2026-03-01;",
    )
    assert told(plan) == [
        (2, "E-post", "Adressen saknas."),
        (3, "E-post", "fel är ingen e-postadress."),
        (3, "Kod", "Det finns ingen enhet med koden X."),
        (3, "Från", "igår är ingen dag."),
        (3, "Till", "2026-02-30 är ingen dag."),
        (4, "Namn", "ny@exempel.se är ny här och har inget namn."),
        (4, "Kod", "Stängd är stängd."),
        (5, "E-post", "Kontot med den adressen är stängt."),
        (6, "Till", "Sista dagen är före den första."),
        (8, "E-post", "Samma person och enhet står på rad 7."),
    ]


def test_people_change_and_end():
    made = organisation()
    alva = person("Alva")
    first = Term(date(2026, 1, 1), title="lärare")
    add_membership(by=SYSTEM, person=alva, place=made, term=first)
    add_membership(by=SYSTEM, person=person("Bo"), place=made, term=first)
    plan = applied(
        made,
        "people",
        csv_of("E-post;Namn;Titel", "alva@exempel.se;Annat Namn;rektor", "c@exempel.se;Cia;"),
        close_missing=True,
    )
    today = timezone.localdate()
    assert steps(plan) == [
        ("changed", "Alva", [("Titel", "lärare", "rektor")]),
        ("new", "Cia", [("Från", "", today.isoformat())]),
        ("closed", "Bo", []),
    ]
    assert list(
        Membership.objects.order_by("person__name").values_list("person__name", "title", "ends_on")
    ) == [("Alva", "rektor", None), ("Bo", "lärare", today), ("Cia", "", None)]
    newcomer = Person.objects.get(email="c@exempel.se")
    assert not newcomer.has_usable_password()


def test_a_preview_tells_nothing_of_a_stranger():
    made = organisation()
    person("Hemlig")
    plan = planned(made, "people", "E-post;Namn", "hemlig@exempel.se;")
    assert [step.name for step in plan.steps] == ["hemlig@exempel.se"]


def test_what_changed_since_the_preview_stops_it():
    made = organisation()
    school = unit(made, "Skolan", "school", "S")
    draft = held(made, "units", csv_of("Kod;Namn", "S;Nya skolan"))
    shown = plan_of(draft).fingerprint
    edit_unit(by=SYSTEM, unit=school, details=UnitDetails("Andra skolan", "school", "S"))
    with pytest.raises(PlanHasChangedError):
        apply_draft(by=SYSTEM, draft=draft, fingerprint=shown)
    assert Unit.objects.get().name == "Andra skolan"
    again = plan_of(draft)
    assert steps(again)[0][2] == [("Namn", "Andra skolan", "Nya skolan")]
    apply_draft(by=SYSTEM, draft=draft, fingerprint=again.fingerprint)
    assert Unit.objects.get().name == "Nya skolan"
    with pytest.raises(PlanHasChangedError):
        apply_draft(by=SYSTEM, draft=draft, fingerprint=again.fingerprint)


def test_a_tree_that_would_be_too_deep_is_told_of():
    made = organisation()
    deep = made
    for number in range(10):
        deep = unit(deep, f"N{number}", code=f"N{number}")
    unit(unit(unit(made, "P", code="P"), "Q", code="Q"), "R", code="R")
    plan = planned(made, "units", "Kod;Namn;Överordnad", "P;P;N9")
    assert told(plan) == [(2, "Överordnad", "Trädet får ha högst 12 nivåer.")]


def test_nothing_is_half_done(monkeypatch):
    made = organisation()
    unit(made, "A", code="A")
    draft = held(made, "units", csv_of("Kod;Namn;Sort", "A;Nya A;skola", "B;B;skola"))
    before, plan = state(), plan_of(draft)
    assert plan.findings == ()

    def stopped(*given):
        raise RegistryError("stopped half-way")

    monkeypatch.setattr("samling.organisations.actions.importing.units.made_unit", stopped)
    with pytest.raises(RegistryError):
        apply_draft(by=SYSTEM, draft=draft, fingerprint=plan.fingerprint)
    monkeypatch.undo()
    assert state() == before
    apply_draft(by=SYSTEM, draft=draft, fingerprint=plan.fingerprint)
    assert list(Unit.objects.order_by("code").values_list("name", flat=True)) == ["Nya A", "B"]


def test_forgotten_files_are_cleared():
    draft = held(organisation(), "units", csv_of("Kod;Namn", "A;A"))
    assert clear_old_drafts() == 0
    ImportDraft.objects.update(created_at=timezone.now() - timedelta(hours=25))
    assert clear_old_drafts() == 1
    assert not ImportDraft.objects.filter(pk=draft.pk).exists()


def test_who_left_and_comes_back_gets_a_new_membership():
    made = organisation()
    alva = person("Alva")
    old = add_membership(by=SYSTEM, person=alva, place=made, term=Term(date(2025, 1, 1)))
    end_membership(by=SYSTEM, membership=old)
    Membership.objects.update(ends_on=date(2025, 6, 1))
    applied(made, "people", csv_of("E-post;Från", "alva@exempel.se;2026-01-01"))
    assert list(Membership.objects.order_by("starts_on").values_list("starts_on", "ends_on")) == [
        (date(2025, 1, 1), date(2025, 6, 1)),
        (date(2026, 1, 1), None),
    ]
