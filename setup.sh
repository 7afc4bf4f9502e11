#!/usr/bin/env bash
# Installs what this machine lacks: Debian packages, then the locked Python wheels in a virtual environment.
#   $1 the Python to use, $2 the folder of the virtual environment
set -euo pipefail
python=$1 venv=$2
here=$(cd "$(dirname "$0")" && pwd)

if [ "$(id -u)" != 0 ]; then
    echo "error: the lab is made of network namespaces and cgroups, which takes root: run make as root" >&2
    exit 1
fi

# The services that start when this machine boots; none where there is no systemd.
enabled() {
    [ -d /etc/systemd/system ] || return 0
    find /etc/systemd/system -path '*.wants/*.service' -type l -printf '%f\n' | sort --unique
}

mapfile -t wanted < <(grep -v '^#' "$here/debian-packages.txt")
missing=()
for package in "${wanted[@]}"; do
    dpkg-query --show --showformat='${db:Status-Status}' "$package" 2>/dev/null | grep -qx installed ||
        missing+=("$package")
done
if [ "${#missing[@]}" -gt 0 ]; then
    command -v apt-get >/dev/null || {
        echo "error: this is no Debian; install what corresponds to: ${missing[*]}" >&2
        exit 1
    }
    echo "installing Debian packages: ${missing[*]}"
    # Packages with a daemon must not start it here: their programs run in the lab's machines only.
    policy=/usr/sbin/policy-rc.d
    if [ ! -e "$policy" ]; then
        printf '#!/bin/sh\nexit 101\n' >"$policy"
        chmod +x "$policy"
        trap 'rm -f "$policy"' EXIT
    fi
    before=$(enabled)
    apt-get update -qq
    DEBIAN_FRONTEND=noninteractive apt-get install -qq --yes --no-install-recommends "${missing[@]}" >/dev/null
    # Nor at the next boot; what was enabled before is this machine's own business.
    mapfile -t added < <(comm -13 <(echo "$before") <(enabled))
    if [ "${#added[@]}" -gt 0 ] && command -v systemctl >/dev/null; then
        systemctl --quiet disable "${added[@]}"
    fi
fi

"$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || {
    echo "error: $python is older than 3.11; name a newer one: make PYTHON=python3.11" >&2
    exit 1
}
[ -x "$venv/bin/python" ] || "$python" -m venv "$venv"
echo "installing the locked Python packages"
"$venv/bin/python" -m pip install --quiet --disable-pip-version-check --require-hashes -r "$here/requirements.lock"
