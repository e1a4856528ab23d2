# stage-2: pixi in /hard/image/pixi, a global environment `common`, and as far as they are asked for one for
# command-line tools and one for machine learning.
ARG BASE
FROM ${BASE}
ENV PIXI_HOME=/hard/image/pixi
ENV PATH=${PIXI_HOME}/bin:${PATH}
ARG PIXI_INSTALLER=https://pixi.sh/install.sh
ARG PIXI_VERSION=v0.77.0
ARG PIXI_BINARY_URL=
ARG PIXI_CHANNEL=
ARG COMMON=
ARG TOOLS=
ARG ML=
RUN --mount=type=bind,source=pixi,target=/setup sh /setup/install-pixi.sh
RUN --mount=type=bind,source=pixi,target=/setup --mount=type=cache,target=/root/.cache/rattler sh /setup/create-env.sh
RUN useradd --uid 1000 --create-home shakedown && install --directory --owner=shakedown --group=shakedown /workspace
LABEL org.opencontainers.image.title="pixi" \
      org.opencontainers.image.description="pixi with global environments for Python and command-line tools"
USER shakedown
WORKDIR /workspace
RUN pixi --version && python -c 'import sys; print(sys.prefix)'
