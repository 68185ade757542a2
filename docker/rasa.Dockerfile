# Rasa alone, with the dialogue model trained when the image is built.

FROM python:3.10-slim AS build
ARG UV_VERSION=0.13.9
ENV SSL_CERT_FILE=/etc/ssl/certs/ca-certificates.crt \
    UV_CACHE_DIR=/var/cache/uv \
    UV_LINK_MODE=copy
RUN pip install --no-cache-dir "uv==${UV_VERSION}" && python -m venv --without-pip /opt/venv
WORKDIR /app
COPY requirements/rasa.txt requirements/
RUN --mount=type=cache,target=/var/cache/uv \
    uv pip sync --python /opt/venv/bin/python --compile-bytecode requirements/rasa.txt
COPY config.yml .
COPY bot/__init__.py bot/kept_key.py bot/sealing.py bot/
COPY bot/dialogue bot/dialogue
RUN /opt/venv/bin/python -m bot.dialogue train && rm -rf var/rasa-cache \
 && /opt/venv/bin/python -m compileall -q bot

FROM python:3.10-slim
RUN useradd --system --uid 10001 --create-home faqbot
COPY --from=build /opt /opt
COPY --from=build --chown=faqbot /app /app
WORKDIR /app
ENV PATH=/opt/venv/bin:$PATH \
    PYTHONPATH=/app \
    PYTHONUNBUFFERED=1 \
    HOME=/tmp \
    MPLCONFIGDIR=/tmp/matplotlib
USER 10001
CMD ["python", "-m", "bot.dialogue"]
