# The service on Debian's own Python: docker build -t frontis . && docker run -p 8000:8000 -v frontis:/data frontis
FROM debian:12-slim AS build
RUN apt-get update \
 && apt-get install -y --no-install-recommends ca-certificates gcc libc6-dev python3 python3-venv \
 && rm -rf /var/lib/apt/lists/*
WORKDIR /frontis
# What is locked changes seldom: its layers stay while only our own code is another.
COPY requirements-build.lock requirements.lock ./
RUN python3 -m venv /opt/frontis \
 && /opt/frontis/bin/pip install --no-cache-dir --require-hashes --only-binary :all: -r requirements-build.lock \
 && /opt/frontis/bin/pip install --no-cache-dir --require-hashes --only-binary :all: --no-binary pyvips \
    --no-build-isolation -r requirements.lock
COPY pyproject.toml hatch_build.py README.md LICENSE ./
COPY src src
RUN /opt/frontis/bin/pip install --no-cache-dir --no-index --no-deps --no-build-isolation . \
 && /opt/frontis/bin/python -m compileall -q /opt/frontis/lib

FROM debian:12-slim
RUN apt-get update \
 && apt-get install -y --no-install-recommends ca-certificates python3 \
 && rm -rf /var/lib/apt/lists/* \
 && useradd --system --home-dir /data --create-home frontis
COPY --from=build /opt/frontis /opt/frontis
ENV PATH=/opt/frontis/bin:$PATH FRONTIS_DATA_DIR=/data
USER frontis
WORKDIR /data
VOLUME /data
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=3s --start-period=20s \
    CMD ["python3", "-c", "import urllib.request as web; web.urlopen('http://127.0.0.1:8000/healthz', timeout=2)"]
CMD ["frontis", "serve", "--host", "0.0.0.0", "--port", "8000"]
