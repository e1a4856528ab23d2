#!/bin/sh
# Makes the server's keys, where this container has none yet, and serves until it is told to end. This shell stays process 1: a
# server writes its title over the variables that it was given, and these are what the container is known by.
set -eu
ssh-keygen -A
/usr/sbin/sshd -D -e &
trap 'kill "$!"' TERM INT
wait "$!"
