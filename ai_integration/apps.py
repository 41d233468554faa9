from django.apps import AppConfig


class AiIntegrationConfig(AppConfig):
    name = "ai_integration"
    default_auto_field = "django.db.models.BigAutoField"
