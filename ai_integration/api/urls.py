from django.urls import path

from ai_integration.api import views

app_name = "ai_integration"
urlpatterns = [
    path("offers/upload/", views.OfferUploadView.as_view(), name="upload"),
    path("offers/jobs/", views.JobsView.as_view(), name="jobs"),
    path("offers/jobs/<uuid:job_id>/", views.JobView.as_view(), name="job"),
    path("offers/jobs/<uuid:job_id>/retry/", views.JobRetryView.as_view(), name="retry"),
    path("offers/jobs/<uuid:job_id>/cancel/", views.JobCancelView.as_view(), name="cancel"),
    path("ocr/result/", views.EngineResultView.as_view(), name="result"),
]
