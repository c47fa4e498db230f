"""Addresses of appointments, coverage, gaps and agreements."""

from django.urls import URLPattern, path

from samling.organisations.views import (
    agreements,
    appointing,
    appointment_import,
    appointments,
    coverage,
)

urlpatterns: list[URLPattern] = [
    path("", appointments.my_appointments, name="my_appointments"),
    path("alla/", appointments.followed, name="appointments"),
    path("utse/", appointing.choose_unit, name="choose_unit"),
    path("utse/<uuid:unit>/", appointing.appoint, name="appoint"),
    path("tackning/", coverage.coverage, name="coverage"),
    path("tackning/karta.svg", coverage.coverage_map, name="coverage_map"),
    path("luckor/", coverage.gaps, name="gaps"),
    path("luckor.csv", coverage.gaps_file, name="gaps_file"),
    path("import/", appointment_import.upload, name="import_appointments"),
    path("import/genomfor/", appointment_import.carry_out, name="carry_out_import"),
    path("import/mall.csv", appointment_import.template_file, name="import_template"),
    path("overenskommelser/", agreements.agreements, name="agreements"),
    path("overenskommelser/ny/", agreements.add, name="add_agreement"),
    path("overenskommelser/<uuid:key>/", agreements.agreement, name="agreement"),
    path("overenskommelser/<uuid:key>/fornya/", agreements.renew, name="renew_agreement"),
    path("overenskommelser/<uuid:key>/avsluta/", agreements.end, name="end_agreement"),
    path("<uuid:key>/", appointments.appointment, name="appointment"),
    path("<uuid:key>/svar/", appointments.answer, name="answer_appointment"),
    path("<uuid:key>/andra/", appointing.change, name="change_appointment"),
    path("<uuid:key>/lamna-over/", appointing.hand_over, name="hand_over_appointment"),
    path("<uuid:key>/avsluta/", appointing.end, name="end_appointment"),
]
