#!/bin/sh
# PID 1 of a lab machine: makes its root file system and hands over to the supervisor.
#   $1 root folder; HOST, LAB, BIN (folder of the built programs) come from the environment
set -eu
root=$1
hostname "$HOST"

mkdir -p "$root/usr" "$root/proc" "$root/sys" "$root/dev" "$root/tmp" "$root/run" "$root/old" \
    "$root/opt/clusterspec/artifacts" "$root/opt/cni/bin" "$root/root" "$root/etc" "$root/var/log/services"
# What a power cut leaves in /run and /tmp does not survive a boot.
rm -rf "${root:?}/run" "${root:?}/tmp"
mkdir -p "$root/run/service" "$root/run/lock" "$root/tmp"
chmod 1777 "$root/tmp"

mount --bind "$root" "$root"
mount --rbind /usr "$root/usr"
for name in bin sbin lib lib32 lib64 libx32; do
    if [ -L "/$name" ]; then
        ln -sfn "usr/$name" "$root/$name"
    elif [ -d "/$name" ]; then
        mkdir -p "$root/$name"
        mount --rbind "/$name" "$root/$name"
    fi
done
# The folder of programs is one of links into its neighbours, so the neighbours have to be there too.
neighbours=$(cd "$BIN/../.." && pwd)
mount --bind "$neighbours" "$root/opt/clusterspec/artifacts"
mount -o remount,ro,bind "$root/opt/clusterspec/artifacts"
ln -sfn "artifacts${BIN#"$neighbours"}" "$root/opt/clusterspec/bin"
mount -t proc proc "$root/proc"
# Kernel settings belong to the carrying machine; only those of the network are a lab machine's own. A kubelet
# insists on setting some others: it gets files to write to that nobody else reads.
mount --bind "$root/proc/sys" "$root/proc/sys"
mount -o remount,ro,bind "$root/proc/sys"
mount --bind /proc/sys/net "$root/proc/sys/net"
for name in vm/overcommit_memory vm/panic_on_oom kernel/panic kernel/panic_on_oops \
    kernel/keys/root_maxkeys kernel/keys/root_maxbytes; do
    mkdir -p "$root/run/kernel/$(dirname "$name")"
    cat "/proc/sys/$name" >"$root/run/kernel/$name"
    mount --bind "$root/run/kernel/$name" "$root/proc/sys/$name"
done
mount -t sysfs sysfs "$root/sys"
mount --rbind /dev "$root/dev"

# The machine sees its own cgroups as the root of each hierarchy, as a machine of its own would.
if [ "$(stat -fc %T /sys/fs/cgroup)" = cgroup2fs ]; then
    mount -t cgroup2 cgroup2 "$root/sys/fs/cgroup"
    mkdir -p "$root/sys/fs/cgroup/init"
    # A group that holds processes can not delegate: the supervisor moves to a leaf first.
    echo 1 >"$root/sys/fs/cgroup/init/cgroup.procs"
    for controller in $(cat "$root/sys/fs/cgroup/cgroup.controllers"); do
        echo "+$controller" >"$root/sys/fs/cgroup/cgroup.subtree_control" || true
    done
else
    mount -t tmpfs -o mode=755 cgroup "$root/sys/fs/cgroup"
    for hierarchy in /sys/fs/cgroup/*; do
        name=$(basename "$hierarchy")
        if [ -L "$hierarchy" ]; then
            cp -P "$hierarchy" "$root/sys/fs/cgroup/$name"
        elif [ "$(stat -fc %T "$hierarchy")" = cgroupfs ]; then
            options=$name
            [ "$name" = systemd ] && options=none,name=systemd
            mkdir "$root/sys/fs/cgroup/$name"
            mount -t cgroup -o "$options" cgroup "$root/sys/fs/cgroup/$name"
        fi
    done
fi

for name in passwd group shadow nsswitch.conf protocols services ld.so.cache ld.so.conf ld.so.conf.d \
    alternatives ssl localtime os-release login.defs iproute2 netconfig; do
    if [ -e "/etc/$name" ] && [ ! -e "$root/etc/$name" ]; then
        cp -a "/etc/$name" "$root/etc/"
    fi
done
echo "$HOST" >"$root/etc/hostname"
mkdir -p "$root/etc/s6"
cp -a "$root/etc/s6/." "$root/run/service/"

cd "$root"
pivot_root . old
umount -l /old
rmdir /old 2>/dev/null || true
# Volumes that pods mount must reach the node and the reverse.
mount --make-rshared /
exec env -i HOME=/root LANG=C.UTF-8 "CLUSTERSPEC_LAB=$LAB" "CLUSTERSPEC_HOST=$HOST" \
    PATH=/opt/clusterspec/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin \
    s6-svscan /run/service
