# syntax=docker/dockerfile:1
# Build: docker build -t chartcoder .    Run: docker run -p 8000:8000 -v chartcoder:/var/lib/chartcoder chartcoder

FROM python:3.11-slim-bookworm AS build
RUN apt-get update && apt-get install -y --no-install-recommends g++ && rm -rf /var/lib/apt/lists/*
WORKDIR /srv/chartcoder
RUN python -m venv /opt/venv
ENV PATH=/opt/venv/bin:$PATH PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
COPY requirements.lock ./
RUN pip install --require-hashes -r requirements.lock
COPY pyproject.toml README.md LICENSE ./
COPY app app
COPY training training
COPY data data
RUN pip install --no-deps --editable .
# The compiled releases and the default bundle are part of the image: a container starts without a network and in seconds.
ENV CHARTCODER_STATE_DIR=/srv/state CHARTCODER_MODELS_DIR=/srv/models
RUN chartcoder-train setup

FROM python:3.11-slim-bookworm
RUN apt-get update && apt-get install -y --no-install-recommends libgomp1 && rm -rf /var/lib/apt/lists/* \
    && useradd --system --uid 10001 --home-dir /var/lib/chartcoder --create-home chartcoder
COPY --from=build /opt/venv /opt/venv
COPY --from=build /srv/chartcoder /srv/chartcoder
# State and models are copied onto an empty volume when a container first mounts it, and stay the owner's from then on.
COPY --from=build --chown=chartcoder /srv/state /var/lib/chartcoder/state
COPY --from=build --chown=chartcoder /srv/models /var/lib/chartcoder/models
ENV PATH=/opt/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 \
    CHARTCODER_STATE_DIR=/var/lib/chartcoder/state CHARTCODER_MODELS_DIR=/var/lib/chartcoder/models \
    CHARTCODER_AUTH=required
WORKDIR /srv/chartcoder
USER chartcoder
VOLUME /var/lib/chartcoder
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=5s --start-period=240s \
  CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8000/readyz', timeout=4)"]
# A volume that an older image filled is brought up to this one first; where it fits already, that takes two seconds.
CMD ["sh", "-c", "chartcoder db upgrade && chartcoder-train setup && exec chartcoder serve --host 0.0.0.0 --port 8000"]
