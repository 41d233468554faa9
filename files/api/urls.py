from django.urls import path

from files.api import views

app_name = "files"
urlpatterns = [
    path("files/<uuid:file_id>/", views.FileView.as_view(), name="file"),
    path("files/<uuid:file_id>/link/", views.FileLinkView.as_view(), name="link"),
    path("files/download/<str:token>/", views.DownloadView.as_view(), name="download"),
]
