# Puts pip $VERSION into /opt/pip, away from the environments that it works on, and its folder of programs on the PATH of
# login shells.
set -eu
python3 -m venv /opt/pip/manager
/opt/pip/manager/bin/pip install --no-cache-dir --disable-pip-version-check "pip==$VERSION"
# Further packages of the folder are none of pip's business.
/opt/pip/manager/bin/pip uninstall --yes --disable-pip-version-check setuptools
mkdir -p /opt/pip/bin "$PIP_CACHE_DIR"
install -m 755 /opt/pip/manager/bin/pip /opt/pip/bin/pip
echo 'export PATH=/opt/pip/bin:$PATH' > /etc/profile.d/pip.sh
pip --version
