#!/bin/busybox sh
# The first program of the machine. The console has the kernel's messages; the second serial port has nothing but
# lines of the protocol.
/bin/busybox mkdir -p /bin /dev /proc /run /sys
/bin/busybox --install -s /bin
mount -t proc proc /proc
mount -t sysfs sys /sys
mount -t devtmpfs dev /dev
exec 3>/dev/ttyS1
. /steps.sh

for module in /modules/*; do
    insmod "$module" || say broken "$module cannot be loaded"
done
# A resync is to take no longer than it must.
echo 500000 >/proc/sys/dev/raid/speed_limit_min
echo 1000000 >/proc/sys/dev/raid/speed_limit_max
wait_for_drives || say broken "drives are missing"

say ready "$(uname -r)"
find_pattern "$pattern_target"
. /plan.sh
say done
reboot -f
