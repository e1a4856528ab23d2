# Puts pixi into $PIXI_HOME/bin: by the official installer, or from $PIXI_BINARY_URL where that is set; and that folder on
# the PATH of login shells.
set -eu
mkdir -p "$PIXI_HOME/bin"
if [ -n "$PIXI_BINARY_URL" ]; then
    curl -fsSL --noproxy '*' -o "$PIXI_HOME/bin/pixi" "$PIXI_BINARY_URL"
    chmod 755 "$PIXI_HOME/bin/pixi"
else
    curl -fsSL -o /tmp/install-pixi.sh "$PIXI_INSTALLER"
    PIXI_NO_PATH_UPDATE=1 PIXI_VERSION="$PIXI_VERSION" bash /tmp/install-pixi.sh
    rm /tmp/install-pixi.sh
fi
if [ -n "$PIXI_CHANNEL" ]; then
    printf 'default-channels = ["%s"]\n' "$PIXI_CHANNEL" > "$PIXI_HOME/config.toml"
fi
echo "export PATH=$PIXI_HOME/bin:\$PATH" > /etc/profile.d/pixi.sh
pixi --version
