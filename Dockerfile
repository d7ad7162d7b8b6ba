# One image for the web server, the worker and the clock; compose.yaml says which is which.
FROM python:3.13-slim

ENV PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    DJANGO_SETTINGS_MODULE=worksite.settings.production

WORKDIR /app

COPY requirements.txt ./
RUN pip install --no-cache-dir --require-hashes --only-binary=:all: --requirement requirements.txt

COPY . .

# Static files are part of the image: hashed and compressed once. That needs no secret, so the base settings will do.
RUN DJANGO_SETTINGS_MODULE=worksite.settings.base SECRET_KEY=unused-while-collecting-static-files \
    python manage.py collectstatic --noinput --verbosity 0 \
    && useradd --system --uid 10001 --no-create-home worksite \
    && mkdir -p /app/var/media /app/var/private \
    && chown -R worksite /app/var

USER 10001
VOLUME ["/app/var"]
EXPOSE 8000

HEALTHCHECK --interval=30s --timeout=5s --start-period=30s \
    CMD ["python", "scripts/probe.py"]

CMD ["gunicorn", "worksite.wsgi"]
