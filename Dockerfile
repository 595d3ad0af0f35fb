# syntax=docker/dockerfile:1
# The packages are built by the same script as on a developer's machine, from the same lock, hashes checked.
FROM python:3.13-slim AS packages
WORKDIR /app
ENV VENV=/opt/service-desk PYTHONDONTWRITEBYTECODE=1
COPY tools/build_venv.py tools/
COPY requirements/app.txt requirements/
RUN python tools/build_venv.py app

FROM python:3.13-slim AS product
RUN groupadd --system --gid 10001 desk \
    && useradd --system --create-home --home-dir /srv/desk --uid 10001 --gid desk desk \
    && install -d -o desk -g desk /srv/desk/media /srv/desk/mail /srv/desk/static
WORKDIR /app
COPY --from=packages /opt/service-desk /opt/service-desk
ENV PATH=/opt/service-desk/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    DJANGO_SETTINGS_MODULE=servicedesk.settings \
    MEDIA_ROOT=/srv/desk/media \
    STATIC_ROOT=/srv/desk/static \
    BEAT_SCHEDULE_FILE=/srv/desk/beat-schedule
COPY manage.py pyproject.toml gunicorn.conf.py ./
COPY servicedesk servicedesk
COPY requests_app requests_app
COPY priorities priorities
COPY feedback feedback
COPY templates templates
COPY static static
# Collecting reads the settings but connects to nothing; none of these values is kept in the image.
RUN SECRET_KEY=unused DATABASE_URL=postgres://unused/unused REDIS_URL=redis://unused EMAIL_URL=smtp://unused \
    python manage.py collectstatic --no-input \
    && chown -R desk:desk /srv/desk
USER desk
EXPOSE 8000
HEALTHCHECK --interval=15s --timeout=5s --start-period=30s --retries=3 \
    CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8000/healthz', timeout=4)"]
CMD ["gunicorn", "servicedesk.wsgi", "--bind", "0.0.0.0:8000", "--worker-class", "gthread", "--workers", "2", "--threads", "4", "--access-logfile", "/dev/null", "--no-control-socket"]
