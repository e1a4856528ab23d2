# stage-2: pip in /opt/pip, and a virtual environment `common` beside it.
ARG BASE
FROM ${BASE}
ENV PIP_CACHE_DIR=/var/cache/pip \
    PIP_DISABLE_PIP_VERSION_CHECK=1
ENV PATH=/opt/pip/bin:${PATH}
# pip reads every variable that begins with PIP_ as an option of its own.
ARG VERSION=26.3
ARG COMMON=
RUN --mount=type=bind,source=pip,target=/setup sh /setup/install-pip.sh
RUN --mount=type=bind,source=pip,target=/setup sh /setup/create-env.sh
RUN useradd --uid 1000 --create-home shakedown && install --directory --owner=shakedown --group=shakedown /workspace
USER shakedown
WORKDIR /workspace
RUN pip --version && pip --python /opt/pip/common check
