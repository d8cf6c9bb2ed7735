# Docker: stages need the stages that they begin with or copy from; images are packages.
#: exact builds buildsAfter requires
#- Dockerfile
ARG VERSION=1
FROM python:3.12-slim AS base
#< requires docker/python 3.12-slim as build
FROM base AS build
#< buildsAfter base
COPY --from=ghcr.io/astral-sh/uv:0.5 /uv /bin/
#< requires docker/ghcr.io/astral-sh/uv 0.5 as build
FROM scratch AS out
#< buildsAfter build
COPY --chown=1 --from=build /x /y
FROM image:${VERSION}
