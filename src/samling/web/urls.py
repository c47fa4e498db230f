"""Every address of the installation."""

from django.conf.urls.i18n import i18n_patterns
from django.urls import URLPattern, URLResolver, include, path

from samling.web import views

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("samling.accounts.login_urls")),
]
urlpatterns += i18n_patterns(
    path("", views.start_page, name="start"),
    path("", include("samling.indicators.urls")),
    path("", include("samling.accounts.urls")),
    path("", include("samling.organisations.urls")),
    path("", include("samling.audit.urls")),
    path("", include("samling.mail.urls")),
    path("mina-sidor/", views.workspace, name="workspace"),
    path("om/", views.about_page, name="about"),
    path("tillganglighet/", views.accessibility_page, name="accessibility"),
    path("komponenter/", include("samling.ui.urls")),
    prefix_default_language=False,
)
