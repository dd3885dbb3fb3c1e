# Debian packages of any suite and architecture, taken with this machine's own apt: its mirror, its proxy,
# its keys. What is installed on the machine is not touched. Sourced after cache.sh.

# Installs on this machine what is not there yet.
need_packages() {
    missing=
    for package in "$@"; do
        dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q ' installed$' || missing="$missing $package"
    done
    [ -n "$missing" ] || return 0
    [ "$(id -u)" = 0 ] || die "as root:  apt-get install --no-install-recommends$missing"
    export DEBIAN_FRONTEND=noninteractive
    have_package_lists || step "package lists" apt-get update
    # shellcheck disable=SC2086 # a list of words
    step "installing$missing" apt-get install -y --no-install-recommends $missing
}

have_package_lists() {
    apt-get indextargets --format '$(FILENAME)' 'Created-By: Packages' | xargs -r ls >/dev/null 2>&1 &&
        [ -n "$(debian_mirror)" ]
}

# The mirror of Debian's main archive that this machine uses.
debian_mirror() {
    apt-get indextargets --format '$(REPO_URI)' \
        'Created-By: Packages' 'Origin: Debian' 'Label: Debian' 'Component: main' | sed -n 1p
}

# apt-get for another suite and architecture ("source": its source packages), with its state in the cache:
#   foreign_apt SUITE ARCH update|install|source …
foreign_apt() {
    state=$CMAGENT_CACHE/apt/$1-$2
    if [ ! -e "$state/sources" ]; then
        mkdir -p "$state/lists/partial" "$state/archives/partial"
        : >"$state/status"
        case $2 in
        source) echo "deb-src $(debian_mirror) $1 main" >"$state/sources" ;;
        *) echo "deb $(debian_mirror) $1 main" >"$state/sources" ;;
        esac
    fi
    architecture=$2
    [ "$architecture" != source ] || architecture=$(dpkg --print-architecture)
    shift 2
    apt-get -q -y --no-install-recommends \
        -o APT::Architecture="$architecture" -o APT::Architectures="$architecture" \
        -o APT::Sandbox::User=root \
        -o Dir::Etc::SourceList="$state/sources" -o Dir::Etc::SourceParts=- \
        -o Dir::State="$state" -o Dir::State::Lists="$state/lists" -o Dir::State::Status="$state/status" \
        -o Dir::Cache="$state" -o Dir::Cache::Archives="$state/archives" "$@"
}

# The same for what downloads: with fresh package lists where there are none yet, or where they are so old
# that the mirror has newer packages.
fetch_packages() {
    foreign_apt "$@" && return
    foreign_apt "$1" "$2" update && foreign_apt "$@"
}

# Unpacks all packages that were fetched for SUITE ARCH into a folder, and forgets them.
unpack_packages() {
    archives=$CMAGENT_CACHE/apt/$1-$2/archives
    for package in "$archives"/*.deb; do
        # tar, since dpkg-deb -x would put folders in place of the links of a merged /usr.
        dpkg-deb --fsys-tarfile "$package" | tar -x --keep-directory-symlink -C "$3" || return
        rm "$package"
    done
}
