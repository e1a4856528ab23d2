# stage-3: an SSH server on top of a package manager's image, and a user who may log in.
ARG BASE
FROM ${BASE}
ARG SSH_USER=admin
ARG SSH_UID=1100
ARG SSH_PUBLIC_KEYS=
# A file beside set-up-ssh.sh that holds the hash of the password: an argument would stand in the history.
ARG SSH_PASSWORD_FILE=
ARG SSH_VARIABLES=
USER root
# The keys of a server are made when its container starts: those of the image would be everybody's.
RUN apt-get update \
    && apt-get install --yes --no-install-recommends openssh-server \
    && rm -rf /var/lib/apt/lists/* /etc/ssh/ssh_host_*
RUN --mount=type=bind,source=ssh,target=/setup sh /setup/set-up-ssh.sh
USER shakedown
RUN test -x /usr/local/sbin/start-sshd && getent passwd "$SSH_USER"
