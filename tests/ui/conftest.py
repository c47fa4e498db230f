"""This room alone: its own addresses and templates, without what the shell above it adds."""

import pytest


@pytest.fixture(autouse=True)
def _only_this_room(settings):
    settings.ROOT_URLCONF = "ui.urls_for_tests"
    settings.SAMLING_GALLERY = ()
    settings.MIDDLEWARE = [
        "django.middleware.locale.LocaleMiddleware",
        "django.middleware.common.CommonMiddleware",
    ]
    processors = (
        "django.template.context_processors.request",
        "django.template.context_processors.i18n",
    )
    settings.TEMPLATES = [
        settings.TEMPLATES[0] | {"OPTIONS": {"context_processors": list(processors)}}
    ]
