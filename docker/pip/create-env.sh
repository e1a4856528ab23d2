# Makes the virtual environment `common` of the packages $COMMON. The cache stays out of the image.
set -eu
python3 -m venv --without-pip /opt/pip/common
# shellcheck disable=SC2086 # a list of packages
pip --python /opt/pip/common install --no-cache-dir $COMMON
