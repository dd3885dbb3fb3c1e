# Roots of Debian for the tests of its packages. Sourced by bash, behind toolchains/cache.sh and debian.sh.

# The suite of a release; nothing: it is not known here.
suite_of() {
    case $1 in 12) echo bookworm ;; 13) echo trixie ;; esac
}

# What a package file needs, without versions and alternatives.
depends_of() {
    dpkg-deb -f "$1" Depends | sed -E 's/ \([^)]*\)//g; s/ \| [^,]*//g; s/,//g'
}

# The archives of a root. With two architectures nothing is run in it but compilers: the release and its updates are enough,
# and a mirror whose security updates of one architecture are behind those of the other, as happens, does not stop a build.
archives_of() { # SUITE [ARCHITECTURES]
    debian_sources "$1" | if [ -n "${2:-}" ]; then grep -v -- "-security "; else cat; fi
}

# root_archive FOLDER SUITE PACKAGES [ARCHITECTURES]: a minimal root with these packages, kept as FOLDER/root.tar. Others
# need the cache, too: it is locked only while the root is made.
root_archive() {
    local folder=$1 suite=$2 packages=$3 architectures=${4:-}
    [ "$(cat "$folder/.made-from" 2>/dev/null)" != "$packages" ] || return 0
    (
        lock_cache
        up_to_date "$folder" "$packages" && exit
        rm -rf "$folder.new"
        mkdir -p "$folder.new"
        archives_of "$suite" "$architectures" |
            mmdebstrap --quiet --variant=minbase ${architectures:+--architectures="$architectures"} \
                --include="${packages// /,}" "$suite" "$folder.new/root.tar" -
        finish "$folder.new" "$folder" "$packages"
    )
}
