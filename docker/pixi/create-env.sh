# Makes the global environment `common` of Python and the packages $COMMON, `tools` of those in $TOOLS, and `ml`
# of Python and those in $ML. The cache is on a mount, for the next build, so that it stays out of the image.
set -eu
# shellcheck disable=SC2086 # a list of packages
pixi global install --environment common python $COMMON
if [ -n "$TOOLS" ]; then
    # shellcheck disable=SC2086
    pixi global install --environment tools $TOOLS
fi
if [ -n "$ML" ]; then
    # `common` has taken the name `python` already.
    # shellcheck disable=SC2086
    pixi global install --environment ml --expose ml-python=python python $ML
fi
