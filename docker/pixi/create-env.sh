# Makes the global environment `common` of Python and the packages $COMMON, and `tools` of those in $TOOLS. The cache stays
# out of the image.
set -eu
# shellcheck disable=SC2086 # a list of packages
pixi global install --environment common python $COMMON
if [ -n "$TOOLS" ]; then
    # shellcheck disable=SC2086
    pixi global install --environment tools $TOOLS
fi
rm -rf "$HOME/.cache/rattler"
