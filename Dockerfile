# syntax=docker/dockerfile:1

# --- Dependencies, in a virtual environment that is copied whole -------------------------------
FROM python:3.11-slim-bookworm AS dependencies

ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
RUN python -m venv /opt/venv
COPY requirements.txt .
RUN /opt/venv/bin/pip install -r requirements.txt

# --- The image that runs ----------------------------------------------------------------------
FROM python:3.11-slim-bookworm

# Tesseract reads photographed offers: Arabic names, English digits.
RUN apt-get update \
    && apt-get install --yes --no-install-recommends \
        tesseract-ocr tesseract-ocr-ara tesseract-ocr-eng \
    && rm -rf /var/lib/apt/lists/* \
    && groupadd --gid 10001 pharmacio \
    && useradd --uid 10001 --gid pharmacio --no-create-home --shell /usr/sbin/nologin pharmacio \
    && install --directory --owner pharmacio --group pharmacio /srv/media /srv/beat

COPY --from=dependencies /opt/venv /opt/venv

ENV PATH=/opt/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    OMP_THREAD_LIMIT=1 \
    DJANGO_SETTINGS_MODULE=config.settings.production \
    MEDIA_ROOT=/srv/media

WORKDIR /srv/pharmacio
COPY . .

# Values only for this step: collecting static files needs settings that load, not real ones.
RUN SECRET_KEY=build JWT_SIGNING_KEY=build INTERNAL_SERVICE_TOKEN=build ALLOWED_HOSTS=build \
    DATABASE_URL=postgres://build@localhost/build REDIS_URL=redis://localhost \
    python manage.py collectstatic --noinput --verbosity 0 \
    && python -m compileall -q -j 0 .

USER pharmacio
EXPOSE 8000

# The web process; docker-compose.yml gives worker and beat checks of their own.
HEALTHCHECK --interval=15s --timeout=5s --start-period=30s --retries=3 \
    CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8000/health/live', timeout=4)"]

CMD ["gunicorn", "-c", "config/gunicorn.py", "config.wsgi:application"]
