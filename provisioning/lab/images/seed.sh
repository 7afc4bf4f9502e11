#!/bin/sh
# Import a tar of images into a new containerd root, with a containerd of our own that nobody else can see.
#
# seed.sh <containerd root to fill> <tar>: to be run as the first process of mount, pid and network namespaces.
# Its /run and /tmp are private, so no socket, no state and no mount is left behind, however this ends.
set -eu
root=$1
tar=$2

mount -t tmpfs tmpfs /run
mkdir /run/tmp
export TMPDIR=/run/tmp CONTAINERD_ADDRESS=/run/containerd.sock CONTAINERD_NAMESPACE=k8s.io

# Nothing but what an import needs: no CRI, no opt plugin (it would make /opt/containerd), one snapshotter.
cat > /run/config.toml <<CONFIG
version = 2
root = "$root"
state = "/run/containerd"
disabled_plugins = [
  "io.containerd.grpc.v1.cri",
  "io.containerd.internal.v1.opt",
  "io.containerd.snapshotter.v1.aufs",
  "io.containerd.snapshotter.v1.btrfs",
  "io.containerd.snapshotter.v1.devmapper",
  "io.containerd.snapshotter.v1.native",
  "io.containerd.snapshotter.v1.zfs",
  "io.containerd.tracing.processor.v1.otlp",
  "io.containerd.internal.v1.tracing",
]
[grpc]
address = "$CONTAINERD_ADDRESS"
CONFIG

containerd --config /run/config.toml &
containerd=$!
tries=0
until ctr version > /dev/null 2>&1; do
    tries=$((tries + 1))
    [ "$tries" -lt 100 ] || { echo "containerd did not answer within 10 s"; exit 1; }
    kill -0 "$containerd" || { echo "containerd has ended"; exit 1; }
    sleep 0.1
done

ctr images import --snapshotter overlayfs "$tar"
ctr images check
unready=$(ctr images check | awk 'NR > 1 && $NF != "true"')
[ -z "$unready" ] || { echo "not unpacked: $unready"; exit 1; }

kill -TERM "$containerd"
wait "$containerd" || true

# An identity of this containerd, and folders that every containerd makes for itself.
rm -r "$root/io.containerd.grpc.v1.introspection"
rmdir "$root"/io.containerd.runtime.* "$root/tmpmounts"
