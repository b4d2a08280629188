# What a plan can do with an array. Each step sets `value` and ends well, or prints why not.

say() {
    echo "raid10 $*" >&3
}

# Until the kernel has found as many drives as the plan says.
wait_for_drives() {
    . /drives.sh
    tries=0
    while [ "$(ls -d /sys/block/sd* 2>/dev/null | wc -l)" -lt "$drives" ]; do
        tries=$((tries + 1))
        [ $tries -lt 500 ] || return 1
        usleep 20000
    done
}

# The drive with what is written: each sector of it holds its number.
find_pattern() {
    target=$1
    pattern=$(device 0)
}

# scenario TARGET: the drives of a scenario are those behind one SCSI target, by their LUN.
scenario() {
    target=$1
    md=/dev/md$1
    sys=/sys/block/md$1/md
    stopped=
}

# step NUMBER COMMAND...: after a failure the other steps of the scenario are left out.
step() {
    number=$1
    shift
    [ -z "$stopped" ] || return 0
    value=
    if "$@" >/run/log 2>&1; then
        say step "$target" "$number" ok "$value"
    else
        stopped=1
        say step "$target" "$number" failed "$(tail -n 5 /run/log | tr -c ' -~' ' ')"
    fi
}

# The end of a scenario: what failed must not stand in the way of the next.
finish() {
    [ ! -e "$sys" ] || mdadm --stop "$md" >/run/log 2>&1
    say end "$target"
}

device() {
    set -- /sys/bus/scsi/devices/*:0:"$target":"$1"/block/*
    echo "/dev/${1##*/}"
}

devices() {
    for lun in "$@"; do
        device "$lun"
    done
}

# create COPIES DRIVE...
create() {
    copies=$1
    shift
    mdadm --create "$md" --run --metadata=1.2 --level=10 --layout="n$copies" --raid-devices=$# --chunk=64 \
        --bitmap=internal --bitmap-chunk=64K --homehost=raid10 --name="made$target" $(devices "$@")
}

# assemble OPTION DRIVE...
assemble() {
    option=$1
    shift
    mdadm --assemble "$md" --run "$option" $(devices "$@")
}

stop() {
    sync
    mdadm --stop "$md"
}

# The drive in each slot and its state: `d0:in_sync - d2:spare`.
members() {
    slots=$(cat "$sys/raid_disks") || return 1
    slot=0
    while [ $slot -lt "$slots" ]; do
        if [ -e "$sys/rd$slot" ]; then
            place=$(readlink -f "$sys/rd$slot/block/device")
            value="$value d${place##*:}:$(cat "$sys/rd$slot/state")"
        else
            value="$value -"
        fi
        slot=$((slot + 1))
    done
}

# Its state, and how many members are missing.
state() {
    value="$(cat "$sys/array_state") $(cat "$sys/degraded")"
}

# refuse DRIVE...: no array may be made of them.
refuse() {
    ! mdadm --assemble "$md" --run $(devices "$@") || return 1
    [ ! -e "$sys" ] || mdadm --stop "$md"
}

# What there is, or a word for nothing; several lines become one.
or_none() {
    words=$(tr -s '\n ' '//' | sed 's:/$::')
    echo "${words:-none}"
}

# records DRIVE...: of each, the events, set bits, how far it is built and its bad blocks: `d0:17,0,none,2048+8/4096+1`.
records() {
    for lun in "$@"; do
        place=$(device "$lun")
        mdadm --examine "$place" >/run/examined || return 1
        events=$(sed -n 's/^ *Events : //p' /run/examined)
        built=$(sed -n 's/^ *Recovery Offset : \([0-9]*\) sectors/\1/p' /run/examined | or_none)
        dirty=$(mdadm --examine-bitmap "$place" | sed -n 's/.* \([0-9]*\) dirty.*/\1/p')
        bad=$(mdadm --examine-badblocks "$place" | sed -n 's/^ *\([0-9]*\) for \([0-9]*\) sectors/\1+\2/p' | or_none)
        value="$value d$lun:$events,$dirty,$built,$bad"
    done
}

# building DRIVE...: of each, as it is in use: how far it is built and its bad blocks.
building() {
    for lun in "$@"; do
        place=$(device "$lun")
        member=$sys/dev-${place##*/}
        built=$(cat "$member/recovery_start") || return 1
        bad=$(sed 's/ /+/' "$member/bad_blocks" | or_none)
        value="$value d$lun:$built,$bad"
    done
}

# lost [START COUNT]...: how many of these sectors can be read.
lost() {
    value=0
    while [ $# -gt 0 ]; do
        sector=$1
        while [ "$sector" -lt $(($1 + $2)) ]; do
            ! dd if="$md" of=/dev/null bs=512 iflag=direct skip="$sector" count=1 2>/dev/null || value=$((value + 1))
            sector=$((sector + 1))
        done
        shift 2
    done
}

# digest [START COUNT]...: SHA-256 of these sectors, or of all, and the sectors of the array.
digest() {
    sync
    echo 3 >/proc/sys/vm/drop_caches
    size=$(cat "/sys/block/md$target/size")
    [ $# -gt 0 ] || set -- 0 "$size"
    rm -f /run/unread
    value="$(pieces "$@" | sha256sum | cut -d ' ' -f 1) $size"
    [ ! -e /run/unread ] || { cat /run/unread; return 1; }
}

pieces() {
    while [ $# -gt 0 ]; do
        dd if="$md" bs=64k iflag=skip_bytes,count_bytes skip=$(($1 * 512)) count=$(($2 * 512)) 2>/run/dd \
            || cp /run/dd /run/unread
        shift 2
    done
}

# put FIRST START COUNT: so many pieces of 64 KiB, from one of the pattern on, to one of the array.
put() {
    dd if="$pattern" of="$md" bs=64k skip="$1" seek="$2" count="$3" conv=notrunc,fsync
}

# The pattern from its start, into all of the array.
fill() {
    put 0 0 $(($(cat "/sys/block/md$target/size") / 128))
}

# manage OPTION DRIVE
manage() {
    mdadm "$md" "$1" "$(device "$2")"
}

replace() {
    mdadm "$md" --replace "$(device "$1")" --with "$(device "$2")"
}

writable() {
    mdadm --readwrite "$md"
}

is_equal() {
    [ "$(cat "$sys/sync_action")" = idle ] && [ "$(cat "$sys/resync_start")" = none ]
}

is_whole() {
    [ "$(cat "$sys/degraded")" = 0 ] && is_equal
}

is_scrubbed() {
    [ "$(cat "$sys/sync_action")" = idle ] && [ "$(cat "$sys/last_sync_action")" = check ]
}

# await CONDITION, for at most a minute.
await() {
    tries=0
    until "$1"; do
        tries=$((tries + 1))
        if [ $tries -ge 3000 ]; then
            cat /proc/mdstat
            return 1
        fi
        usleep 20000
    done
}

# Until nothing is missing and all copies are equal.
whole() {
    await is_whole
}

# Until nothing is being copied. What is to be copied starts within moments.
settle() {
    usleep 300000
    await is_equal
}

# A scrub, and how many sectors it found to differ.
scrub() {
    echo check >"$sys/sync_action" && await is_scrubbed || return 1
    value=$(cat "$sys/mismatch_cnt")
}

throttle() {
    echo "$1" >"$sys/sync_speed_min" && echo "$1" >"$sys/sync_speed_max"
}

has_part() {
    value=$(cut -d ' ' -f 1 "$sys/sync_completed")
    [ "$value" -ge "$part" ] 2>/dev/null
}

# part SECTORS: until a rebuild has come so far, but not to its end.
part() {
    part=$1
    await has_part
}

is_calm() {
    grep -A 3 "^md$target :" /proc/mdstat | grep -q 'bitmap: 0/'
}

# Until no bit is set in the bitmap: the kernel clears them late, though sooner if it looks each second.
calm() {
    echo 1 >"$sys/bitmap/time_base" && await is_calm
}

has_written() {
    [ -e "/run/written$target" ]
}

# Writes here and there for ever. The power is cut when all scenarios of the machine have come so far. Until then the
# array must not count as clean, however rarely a slow machine comes to write.
storm() {
    echo 60 >"$sys/safe_mode_delay" || return 1
    for writer in 1 2 3; do
        hammer $writer >/dev/null 2>&1 &
    done
    await has_written
}

# hammer NUMBER: into the first half, so that not all bits of the bitmap are set.
hammer() {
    at=$1
    blocks=$(($(cat "/sys/block/md$target/size") / 256))
    while :; do
        at=$(((at * 7 + $1) % blocks))
        put $((at + $1)) $at 1 && : >"/run/written$target"
    done
}
