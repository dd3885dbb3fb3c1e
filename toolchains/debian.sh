# Debian packages of any suite and architecture, taken with this machine's own apt: its mirror, its proxy,
# its keys. What is installed on the machine is not touched. Sourced after cache.sh.

# The mirror of Debian's main archive ("Debian") or of its security updates ("Debian-Security") that this machine uses.
# Nothing without package lists: they say whose it is.
debian_mirror() {
    apt-get indextargets --format '$(REPO_URI)' \
        'Created-By: Packages' 'Origin: Debian' "Label: ${1:-Debian}" 'Component: main' | sed -n 1p
}

# The lines of a sources.list for a suite: the archives of Debian that this machine uses for its own, updates and security too.
debian_sources() {
    [ -n "$(debian_mirror)" ] || "$toolchains/apt" -q update >&2
    own=$(. /etc/os-release && echo "$VERSION_CODENAME")
    apt-get indextargets --format 'deb $(REPO_URI) $(RELEASE) $(COMPONENT)' \
        'Created-By: Packages' 'Origin: Debian' 'Component: main' | sort -u | sed -n "s/ $own\([ -]\)/ $1\1/p"
}

# apt-get for another suite and architecture ("source": its source packages), with its state in the cache:
#   foreign_apt SUITE ARCH update|install|source …
# Sources come from the suite's security updates, too: they are what ships. A sysroot is only compiled against.
foreign_apt() {
    state=$CMAGENT_CACHE/apt/$1-$2
    mkdir -p "$state/lists/partial" "$state/archives/partial"
    : >"$state/status"
    [ -n "$(debian_mirror)" ] || "$toolchains/apt" -q update
    mirror=$(debian_mirror) # asked each time: the machine's own configuration may change
    [ -n "$mirror" ] || die "this machine's apt has no lists of a Debian archive; as root:  apt-get update"
    case $2 in
    source)
        echo "deb-src $mirror $1 main" >"$state/sources"
        mirror=$(debian_mirror Debian-Security)
        [ -z "$mirror" ] || echo "deb-src $mirror $1-security main" >>"$state/sources"
        ;;
    *) echo "deb $mirror $1 main" >"$state/sources" ;;
    esac
    architecture=$2
    [ "$architecture" != source ] || architecture=$(dpkg --print-architecture)
    shift 2
    "$toolchains/apt" -q -y --no-install-recommends \
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
