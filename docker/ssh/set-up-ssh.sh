# Makes the user $SSH_USER with the number $SSH_UID, who may log in by any of $SSH_PUBLIC_KEYS (a line each) and, where
# $SSH_PASSWORD_FILE is not empty, by the password whose hash is in that file. Sessions get PATH and the variables named in
# $SSH_VARIABLES as this image has them: a server hands on nothing of its own.
set -eu
useradd --uid "$SSH_UID" --create-home --shell /bin/bash "$SSH_USER"
home=$(getent passwd "$SSH_USER" | cut -d : -f 6)
install --directory --mode=700 --owner="$SSH_USER" --group="$SSH_USER" "$home/.ssh"
printf '%s\n' "$SSH_PUBLIC_KEYS" > "$home/.ssh/authorized_keys"
chown "$SSH_USER:$SSH_USER" "$home/.ssh/authorized_keys"
if [ -n "$SSH_PASSWORD_FILE" ]; then
    echo "$SSH_USER:$(cat "/setup/$SSH_PASSWORD_FILE")" | chpasswd --encrypted
fi
{
    printf 'PermitRootLogin no\nSetEnv'
    for name in PATH $SSH_VARIABLES; do
        printf ' "%s=%s"' "$name" "$(printenv "$name")"
    done
    echo
} > /etc/ssh/sshd_config.d/shakedown.conf
install -m 755 /setup/start-sshd.sh /usr/local/sbin/start-sshd
install --directory --mode=755 /run/sshd
ssh-keygen -A
/usr/sbin/sshd -t
rm /etc/ssh/ssh_host_*
