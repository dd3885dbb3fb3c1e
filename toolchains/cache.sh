# Where the toolchains keep what they fetch and build, and what they know of an architecture. Sourced.
#
#   $CMAGENT_CACHE/sysroot/ARCH                    headers and libraries of that Debian architecture
#   $CMAGENT_CACHE/libraries/ARCH/NAME-VERSION     small static libraries (toolchains/libraries)
#   $CMAGENT_CACHE/apt, source                     package lists, unpacked sources
#
# Everything there can be deleted at any time.

: "${CMAGENT_CACHE:=${XDG_CACHE_HOME:-${HOME:?or CMAGENT_CACHE must be set}/.cache}/cmagent}"
export CMAGENT_CACHE

die() {
    echo "${0##*/}: $*" >&2
    exit 1
}

case $CMAGENT_CACHE in # configure scripts and compiler options are split at spaces
*[[:space:]]* | [!/]*) die "set CMAGENT_CACHE to an absolute path without spaces; it is '$CMAGENT_CACHE'" ;;
esac
mkdir -p "$CMAGENT_CACHE" || die "set CMAGENT_CACHE to a folder that can be written"

# One preparation at a time: two test runs on one machine share the cache. Held until the program and all that it
# has started end: what survives a kill -9 still writes.
lock_cache() {
    [ -z "${CMAGENT_CACHE_LOCKED:-}" ] || return 0 # by the program that called this one
    [ -w "$CMAGENT_CACHE" ] || return 0 # somebody else's: it serves if nothing is missing
    exec 9>"$CMAGENT_CACHE/lock"
    flock -n 9 || { echo "waiting for another preparation in $CMAGENT_CACHE" >&2; flock 9; }
    export CMAGENT_CACHE_LOCKED=yes
}

# Whether $1 was made from exactly this ($2: any text); if not, it is removed and has to be made again.
up_to_date() {
    [ "$(cat "$1/.made-from" 2>/dev/null)" = "$2" ] || { rm -rf "$1"; return 1; }
}

# Gives a finished folder its name: only a whole one bears it.
finish() {
    echo "$3" >"$1/.made-from"
    mv "$1" "$2"
}

# Sets $arch, $triplet, $suite, $emulator from the table `architectures`.
select_architecture() {
    arch=$1
    # shellcheck disable=SC2046 # the columns are to be split
    set -- $(awk -v arch="$arch" '$1 == arch' "$toolchains/architectures")
    [ $# -eq 5 ] || die "unknown architecture '$arch'; known: $(all_architectures)"
    triplet=$2 suite=$3 emulator=$4
}

all_architectures() {
    awk '$1 !~ /^#/ && NF { printf "%s%s", separator, $1; separator = " " }' "$toolchains/architectures"
}

# Runs a command and says what it was and how long it took. Its output is kept and shown if it fails. A
# function stops at its first failure, and leaves no trace in this shell.
step() {
    what=$1
    shift
    [ -w "$CMAGENT_CACHE" ] || die "$what: missing, and $CMAGENT_CACHE cannot be written"
    began=$(date +%s)
    log=$CMAGENT_CACHE/log
    set +e
    (set -e; "$@") >"$log" 2>&1
    status=$?
    set -e
    [ $status = 0 ] || { tail -n 60 "$log" >&2; die "$what: failed"; }
    echo "$what: $(($(date +%s) - began)) s"
}
