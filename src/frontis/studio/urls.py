"""The addresses of the studio's pages."""

from django.urls import URLPattern, URLResolver, path

from frontis.studio.admin.urls import site

urlpatterns: list[URLPattern | URLResolver] = [path("admin/", site.urls)]
