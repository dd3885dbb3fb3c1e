# The sources of the small static libraries: the table `sources`, what the archive has, and our patches. Sourced after
# cache.sh and debian.sh.

# Sets $package, $release, $pinned (a version), $pinned_dsc (a hash) from the table.
select_source() {
    # shellcheck disable=SC2046 # the columns are to be split
    set -- "$1" $(awk -v name="$1" '$1 == name { print $2, $3, $4, $5 }' "$toolchains/sources")
    [ $# -eq 5 ] || die "unknown library '$1'; known: $(awk '!/^#/ { print $1 }' "$toolchains/sources" | xargs)"
    package=$2 release=$3 pinned=$4 pinned_dsc=$5
}

# Fetches the lists of a release's sources, once a day: a security update is known within one.
refresh_sources() {
    stamp=$CMAGENT_CACHE/apt/$1-source/refreshed
    [ -z "$(find "$stamp" -mmin -1440 2>/dev/null)" ] || return 0
    (foreign_apt "$1" source update) >&2 && : >"$stamp"
}

# Prints VERSION HASH of the newest source package, out of: 'URI' PACKAGE_VERSION.dsc SIZE SHA256:HASH
ask_archive() {
    refresh_sources "$release" || echo "$package: the archive cannot be asked for security updates" >&2
    foreign_apt "$release" source source --print-uris --download-only "$package" 2>/dev/null |
        sed -n "s/^'[^']*' ${package}_\([^ ]*\)\.dsc [0-9]* SHA256:\([0-9a-f]*\)$/\1 \2/p"
}

# Sets $version and $dsc (a hash) of the newest source package: where the archive cannot be asked, of the newest that it
# had before; empty: it was never asked.
find_newest_source() {
    known=$CMAGENT_CACHE/apt/$package-$release
    if [ -w "$CMAGENT_CACHE" ]; then
        answer=$(ask_archive)
        [ -z "$answer" ] || echo "$answer" >"$known"
    fi
    # shellcheck disable=SC2046 # two words
    set -- $(cat "$known" 2>/dev/null)
    version=${1:-} dsc=${2:-}
}

# Whether $version may be built. A file's name has the version without its epoch, and so has the table.
hold_to_pin() {
    if [ "$version" = "$pinned" ]; then
        [ "$dsc" = "$pinned_dsc" ] ||
            die "$package $version: its .dsc is not the one that toolchains/sources names, but $dsc: whose archive is that?"
    elif dpkg --compare-versions "$version" lt "$pinned"; then
        die "$package $version is older than $pinned, which toolchains/sources names: the archive's copy is stale"
    else
        echo "$package $version is newer than $pinned: taken; note it in toolchains/sources once the suite has passed"
    fi
}

# The names of our patches for a library, without ".patch"; nothing: there are none.
patches_of() {
    for patch in "$toolchains/patches/$1"/*.patch; do
        [ ! -e "$patch" ] || basename "$patch" .patch
    done | xargs
}

# Applies them to the tree in $2: each as it was made, or not at all.
apply_patches() {
    for patch in $(patches_of "$1"); do
        patch -d "$2" -p1 --forward --fuzz=0 <"$toolchains/patches/$1/$patch.patch" ||
            die "toolchains/patches/$1/$patch.patch does not apply to $package $version: is it in there already? Renew it, or delete it"
    done
}
