"""The addresses of the settings."""

from django.urls import URLPattern, path
from django.views.generic import RedirectView

from frontis.studio.pages import keys, leaving, overview, projects

urlpatterns: list[URLPattern] = [
    path("settings", overview.overview, name="settings"),
    path("settings/", RedirectView.as_view(pattern_name="settings", permanent=True)),
    path("settings/keys", keys.keys, name="settings-keys"),
    path("settings/keys/<int:number>/revoke", keys.revoke, name="settings-revoke-key"),
    path("settings/projects", projects.projects, name="settings-projects"),
    path("settings/projects/<slug:public_id>", projects.project, name="settings-project"),
    path("settings/projects/<slug:public_id>/secret", projects.renew, name="settings-renew-secret"),
    path("settings/projects/<slug:public_id>/delete", projects.delete, name="settings-delete-project"),
    path("settings/account", overview.account, name="settings-account"),
    path("settings/account/delete", leaving.leave, name="settings-delete-account"),
]
