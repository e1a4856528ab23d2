#!/bin/sh
# Makes the server's keys, where this container has none yet, and serves.
set -eu
ssh-keygen -A
exec /usr/sbin/sshd -D -e
