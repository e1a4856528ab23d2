# stage-2: what uv made, without uv: a virtual environment `common` that is copied onto the base system.
ARG BASE
FROM ${BASE} AS made
ENV UV_TOOL_DIR=/opt/uv/tools \
    UV_TOOL_BIN_DIR=/opt/uv/bin \
    UV_CACHE_DIR=/var/cache/uv
ENV PATH=/opt/uv/bin:${PATH}
ARG UV_REQUIREMENT=uv==0.13.9
ARG COMMON=
ARG TOOLS=
RUN --mount=type=bind,source=uv,target=/setup sh /setup/install-uv.sh
RUN --mount=type=bind,source=uv,target=/setup sh /setup/create-env.sh

FROM ${BASE}
COPY --from=made /opt/uv/common /opt/uv/common
RUN useradd --uid 1000 --create-home shakedown && install --directory --owner=shakedown --group=shakedown /workspace
USER shakedown
WORKDIR /workspace
RUN /opt/uv/common/bin/python -c 'import importlib.metadata; print(len(list(importlib.metadata.distributions())), "packages")'
