# stage-2: uv in /opt/uv, a virtual environment `common` beside it, and command-line tools.
ARG BASE
FROM ${BASE}
ENV UV_TOOL_DIR=/opt/uv/tools \
    UV_TOOL_BIN_DIR=/opt/uv/bin \
    UV_CACHE_DIR=/var/cache/uv
ENV PATH=/opt/uv/bin:${PATH}
ARG UV_REQUIREMENT=uv==0.13.9
ARG COMMON=
ARG TOOLS=
RUN --mount=type=bind,source=uv,target=/setup sh /setup/install-uv.sh
RUN --mount=type=bind,source=uv,target=/setup --mount=type=cache,target=/var/cache/uv sh /setup/create-env.sh
# uv does nothing without a cache that its user may write.
RUN useradd --uid 1000 --create-home shakedown \
    && install --directory --owner=shakedown --group=shakedown /workspace "$UV_CACHE_DIR"
LABEL org.opencontainers.image.title="uv" \
      org.opencontainers.image.description="uv with a virtual environment and command-line tools"
USER shakedown
WORKDIR /workspace
RUN uv --version && uv pip check --no-cache --python /opt/uv/common
