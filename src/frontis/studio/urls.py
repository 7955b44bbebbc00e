"""The addresses of the studio's pages."""

from django.urls import URLPattern, URLResolver, include, path

from frontis.studio.admin.urls import site
from frontis.studio.pages.urls import urlpatterns as settings_pages

urlpatterns: list[URLPattern | URLResolver] = [
    path("accounts/", include("allauth.urls")),
    path("admin/", site.urls),
    *settings_pages,
]
handler500 = "frontis.studio.pages.failures.broken"
