# stage-1: the base system, as a development image brings it before its package manager.
ARG BASE
FROM ${BASE}
RUN apt-get update \
    && apt-get install --yes --no-install-recommends bash ca-certificates curl fish libfaketime python3 python3-venv zsh \
    && rm -rf /var/lib/apt/lists/*
