#!/bin/sh
# Runs outside the machine that is being powered on: enters its cgroups and network, then leaves for its
# own pid, mount, uts, ipc and cgroup namespaces, where boot.sh becomes PID 1.
#   $1 network namespace file, $2 boot.sh, $3 root folder of the machine, $4.. its cgroup folders
set -eu
net=$1 boot=$2 root=$3
shift 3
for group in "$@"; do
    echo $$ >"$group/cgroup.procs"
done
exec nsenter --net="$net" \
    unshare --cgroup --mount --uts --ipc --pid --fork --propagation private \
    /bin/sh "$boot" "$root"
