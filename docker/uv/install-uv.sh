# Puts uv and uvx of the Python package `uv` into /opt/uv/bin, and that folder on the PATH of login shells.
set -eu
python3 -m venv /tmp/bootstrap
/tmp/bootstrap/bin/pip install --no-cache-dir --disable-pip-version-check "$UV_REQUIREMENT"
mkdir -p /opt/uv/bin "$UV_TOOL_DIR" "$UV_CACHE_DIR"
install -m 755 /tmp/bootstrap/bin/uv /tmp/bootstrap/bin/uvx /opt/uv/bin/
rm -rf /tmp/bootstrap
echo 'export PATH=/opt/uv/bin:$PATH' > /etc/profile.d/uv.sh
uv --version
