# Makes a fresh debootstrap tree what Debian's slim container images are.
# Reads ROOT, SUITE, MIRROR, SECURITY, APT_OPTIONS; prints a line for each archive left out.
cd "$ROOT"

printf '#!/bin/sh\n# Services are not started while packages are installed.\nexit 101\n' > usr/sbin/policy-rc.d
chmod 755 usr/sbin/policy-rc.d
echo force-unsafe-io > etc/dpkg/dpkg.cfg.d/docker-apt-speedup

cat > etc/apt/apt.conf.d/docker-clean <<'END'
DPkg::Post-Invoke { "rm -f /var/cache/apt/archives/*.deb /var/cache/apt/archives/partial/*.deb /var/cache/apt/*.bin || true"; };
APT::Update::Post-Invoke { "rm -f /var/cache/apt/archives/*.deb /var/cache/apt/archives/partial/*.deb /var/cache/apt/*.bin || true"; };
Dir::Cache::pkgcache "";
Dir::Cache::srcpkgcache "";
END
echo 'Acquire::Languages "none";' > etc/apt/apt.conf.d/docker-no-languages
echo 'Acquire::GzipIndexes "true";' > etc/apt/apt.conf.d/docker-gzip-indexes
echo 'Apt::AutoRemove::SuggestsImportant "false";' > etc/apt/apt.conf.d/docker-autoremove-suggests
if [ -n "$APT_OPTIONS" ]; then
    printf '%s\n' "$APT_OPTIONS" > etc/apt/apt.conf.d/90shakedown-host
fi

cat > etc/dpkg/dpkg.cfg.d/docker <<'END'
path-exclude /usr/share/doc/*
path-include /usr/share/doc/*/copyright
path-exclude /usr/share/groff/*
path-exclude /usr/share/info/*
path-exclude /usr/share/lintian/*
path-exclude /usr/share/linda/*
path-exclude /usr/share/locale/*
path-include /usr/share/locale/locale.alias
path-exclude /usr/share/man/*
END
find usr/share/doc -type f ! -name copyright -delete
find usr/share/doc -type l -delete
find usr/share/doc -mindepth 1 -type d -empty -delete
find usr/share/locale -mindepth 1 ! -name locale.alias -delete
for folder in groff info lintian linda man; do
    if [ -d "usr/share/$folder" ]; then find "usr/share/$folder" -mindepth 1 -delete; fi
done

# What debootstrap chose by itself, where the host names no archive.
MIRROR=${MIRROR:-$(awk '$1 == "deb" { print $2; exit }' etc/apt/sources.list)}
SECURITY=${SECURITY:-${MIRROR%/}-security}

# An archive that does not answer would make every later `apt-get update` complain.
echo "deb $MIRROR $SUITE main" > etc/apt/sources.list
for line in "deb $MIRROR $SUITE-updates main" "deb $SECURITY $SUITE-security main"; do
    echo "$line" > etc/apt/sources.list.d/tried.list
    if output=$(chroot . apt-get update -q -o Dir::Etc::sourcelist=sources.list.d/tried.list \
            -o Dir::Etc::sourceparts=- -o Acquire::Retries=0 -o Acquire::http::Timeout=10 2>&1) \
        && ! printf '%s\n' "$output" | grep -q '^\(E:\|Err:\)'; then
        echo "$line" >> etc/apt/sources.list
    else
        echo "left out: $line"
    fi
    rm etc/apt/sources.list.d/tried.list
done

chroot . apt-get clean
find var/lib/apt/lists -mindepth 1 -delete
find var/log -type f -delete
rm -rf var/cache/apt/*.bin var/cache/ldconfig/aux-cache var/lib/dpkg/*-old var/cache/debconf/*-old debootstrap
rm -f etc/hostname etc/resolv.conf
: > etc/machine-id
