"""Paths of notifications, below ``/api/v1/``."""

from django.urls import path

from notifications.api import views

urlpatterns = [
    path("notifications/me/", views.MyNotificationsView.as_view(), name="notifications-mine"),
    path(
        "notifications/read-all/",
        views.NotificationsReadAllView.as_view(),
        name="notifications-read-all",
    ),
    path(
        "notifications/<id:notification_id>/read/",
        views.NotificationReadView.as_view(),
        name="notification-read",
    ),
]
