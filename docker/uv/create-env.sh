# Makes the environment `common` of the packages $COMMON, and one tool of each package in $TOOLS. The cache stays out of the image.
set -eu
uv venv --python /usr/bin/python3 /opt/uv/common
# shellcheck disable=SC2086 # a list of packages
uv pip install --python /opt/uv/common --compile-bytecode $COMMON
for tool in $TOOLS; do
    uv tool install --compile-bytecode "$tool"
done
rm -rf "$UV_CACHE_DIR"
mkdir -p "$UV_CACHE_DIR"
