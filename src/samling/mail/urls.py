"""Addresses of the outbox, of the demo's inbox and of the templates."""

from django.urls import path

from samling.mail.views import letters, staff

app_name = "mail"
urlpatterns = [
    path("mejl/", staff.messages, name="messages"),
    path("mejl/inkorg/", letters.inbox, name="inbox"),
    path("mejl/inkorg/<uuid:key>/", letters.letter, name="letter"),
    path("mejl/inkorg/<uuid:key>/html/", letters.letter_html, name="letter_html"),
    path("mejl/<uuid:key>/", staff.message, name="message"),
    path("mejl/<uuid:key>/skicka-igen/", staff.retry, name="retry"),
    path("mejl/<uuid:key>/stoppa/", staff.stop, name="stop"),
    path("komponenter/mejl/", letters.templates, name="templates"),
    path("komponenter/mejl/<slug:name>/", letters.template, name="template"),
    path(
        "komponenter/mejl/<slug:name>/<slug:language>/",
        letters.template_html,
        name="template_html",
    ),
]
