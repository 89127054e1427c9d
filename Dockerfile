# syntax=docker/dockerfile:1
ARG SWIFT=6.3.1
ARG DEBIAN=bookworm

FROM swift:${SWIFT}-${DEBIAN} AS build
SHELL ["/bin/bash", "-o", "pipefail", "-c"]
# Debian keeps no older versions of a package than the newest: a pinned one would break the build at the next fix.
# hadolint ignore=DL3008
RUN apt-get update \
 && apt-get install -y --no-install-recommends \
      libcurl4-openssl-dev libhiredis-dev libmicrohttpd-dev zlib1g-dev \
 && rm -rf /var/lib/apt/lists/*
WORKDIR /src
# Package.swift names the tests' folders too, and is not read without them.
COPY Package.* ./
COPY Tests Tests
COPY Sources Sources
ARG VERSION=0.1.0
ARG COMMIT=unknown
RUN sed -i -e "s/version = \"[^\"]*\"/version = \"${VERSION}\"/" -e "s/commit = \"[^\"]*\"/commit = \"${COMMIT}\"/" \
      Sources/ifinu/BuildInfo.swift \
 && swift build -c release --product ifinu --static-swift-stdlib \
 && install -D --strip .build/release/ifinu /out/ifinu

FROM debian:${DEBIAN}-slim
# hadolint ignore=DL3008
RUN apt-get update \
 && apt-get install -y --no-install-recommends ca-certificates libcurl4 libhiredis0.14 libmicrohttpd12 tzdata zlib1g \
 && rm -rf /var/lib/apt/lists/* /var/log/* /var/cache/*
COPY --from=build /out/ifinu /usr/local/bin/ifinu
# Whoever runs the container decides who may reach it.
ENV IFINU_HTTP_ADDRESS=0.0.0.0:9464
EXPOSE 9464
USER 10001:10001
HEALTHCHECK --interval=10s --timeout=4s --start-period=10s CMD ["ifinu", "health"]
ENTRYPOINT ["ifinu"]
CMD ["worker"]
ARG VERSION=0.1.0
ARG COMMIT=unknown
LABEL org.opencontainers.image.title="ifinu" \
      org.opencontainers.image.description="Sends WhatsApp messages from Redis lanes through Evolution API" \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${COMMIT}"
