# Makes the environment `common` of the packages $COMMON, and one tool of each package in $TOOLS. The cache is on
# a mount, for the next build, so that it stays out of the image and nothing can be linked from it.
set -eu
export UV_LINK_MODE=copy
uv venv --python /usr/bin/python3 /opt/uv/common
# shellcheck disable=SC2086 # a list of packages
uv pip install --python /opt/uv/common --compile-bytecode $COMMON
for tool in $TOOLS; do
    uv tool install --compile-bytecode "$tool"
done
