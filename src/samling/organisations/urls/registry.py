"""Addresses of organisations, units and memberships."""

from __future__ import annotations

from django.urls import URLPattern, path

from samling.organisations.views import directory, importing, memberships, organisations, units

urlpatterns: list[URLPattern] = [
    path("", directory.directory, name="directory"),
    path("ny/", organisations.create, name="create_organisation"),
    path("exempel/<slug:kind>.<slug:file_format>", importing.example, name="import_example"),
    path("medlemskap/<int:number>/", memberships.change, name="membership"),
    path("medlemskap/<int:number>/avsluta/", memberships.end, name="end_membership"),
    path("enheter/<uuid:key>/", units.unit, name="unit"),
    path("enheter/<uuid:key>/ny/", units.create_below, name="create_unit_below"),
    path("enheter/<uuid:key>/andra/", units.edit, name="edit_unit"),
    path("enheter/<uuid:key>/flytta/", units.move, name="move_unit"),
    path("enheter/<uuid:key>/sla-ihop/", units.merge, name="merge_unit"),
    path("enheter/<uuid:key>/stang/", units.close, name="close_unit"),
    path("enheter/<uuid:key>/oppna/", units.reopen, name="reopen_unit"),
    path("enheter/<uuid:key>/elever/", units.enrolment_year, name="enrolment_year"),
    path("enheter/<uuid:key>/elever/<int:year>/", units.enrolment, name="enrolment"),
    path("enheter/<uuid:key>/personer/ny/", memberships.add_to_unit, name="add_to_unit"),
    path("<uuid:key>/", directory.organisation, name="organisation"),
    path("<uuid:key>/personer/", directory.members, name="members"),
    path("<uuid:key>/historik/", directory.history, name="history"),
    path("<uuid:key>/logotyp", directory.logo, name="logo"),
    path("<uuid:key>/logotyp/andra/", organisations.logo, name="edit_logo"),
    path("<uuid:key>/andra/", organisations.edit, name="edit_organisation"),
    path("<uuid:key>/stang/", organisations.close, name="close_organisation"),
    path("<uuid:key>/oppna/", organisations.reopen, name="reopen_organisation"),
    path("<uuid:key>/sla-ihop/", organisations.merge, name="merge_organisation"),
    path("<uuid:key>/enheter/ny/", units.create, name="create_unit"),
    path("<uuid:key>/personer/ny/", memberships.add_to_organisation, name="add_to_organisation"),
    path("<uuid:key>/fil/<slug:kind>/", importing.choose, name="import"),
    path("<uuid:key>/fil/<slug:kind>/nulage.<slug:file_format>", importing.current, name="current"),
    path("<uuid:key>/forhandsvisning/<uuid:draft>/", importing.preview, name="preview"),
    path("<uuid:key>/forhandsvisning/<uuid:draft>/undan/", importing.aside, name="aside"),
]
