# Everything but Rasa: public site, desk, action server, worker, migration. One image, five commands.

# Extra wheels. `--build-context wheels=FOLDER` takes the place of this empty stage.
FROM scratch AS wheels

FROM python:3.11-slim AS build
ARG UV_VERSION=0.13.9
ENV SSL_CERT_FILE=/etc/ssl/certs/ca-certificates.crt \
    UV_CACHE_DIR=/var/cache/uv \
    UV_LINK_MODE=copy
RUN pip install --no-cache-dir "uv==${UV_VERSION}" && python -m venv --without-pip /opt/venv
WORKDIR /app
COPY requirements/app.txt requirements/
# uv knows where PyTorch's CPU index is; with the wheel at hand it does not need to.
RUN --mount=type=cache,target=/var/cache/uv --mount=type=bind,from=wheels,target=/wheels \
    if ls /wheels/torch-*.whl >/dev/null 2>&1; then from=; else from="--torch-backend cpu"; fi; \
    uv pip sync --python /opt/venv/bin/python --compile-bytecode --find-links /wheels ${from} \
        requirements/app.txt
COPY knowledge knowledge
# Built here, so that every container serves what was built and tested, and starts in seconds.
RUN /opt/venv/bin/python -m knowledge.encoder.export --out /opt/artifacts/encoder \
 && /opt/venv/bin/python -m knowledge.build --encoder /opt/artifacts/encoder --out /opt/artifacts/index
COPY actions actions
COPY bot bot
RUN /opt/venv/bin/python -m compileall -q actions bot knowledge

FROM python:3.11-slim
RUN useradd --system --uid 10001 --create-home faqbot \
 && install -d -o 10001 /clinic /clinic/approvals /clinic/published
COPY --from=build /opt /opt
COPY --from=build /app /app
WORKDIR /app
# ONNX Runtime reports its use to Microsoft unless told not to.
ENV PATH=/opt/venv/bin:$PATH \
    PYTHONPATH=/app \
    PYTHONUNBUFFERED=1 \
    ORT_DISABLE_TELEMETRY=1 \
    FAQBOT_INDEX_DIR=/opt/artifacts/index \
    FAQBOT_MODEL_DIR=/opt/artifacts/encoder
USER 10001
CMD ["python", "-m", "bot", "--help"]
