# shellcheck shell=bash
# shellcheck disable=SC2154  # project and cache are set by ./dev, which sources this file
# The private Debian 13 root: made once with mmdebstrap, entered in a mount namespace of its own.

debian=trixie            # Debian 13
kokkos_suite=unstable    # the suite that has Kokkos 5

packages() { sed 's/#.*//; s/[[:space:]]*$//; /^$/d' "$project/packages.txt"; }

root_path() {
    local hash
    hash=$({ packages; echo "$debian $kokkos_suite 1"; } | sha256sum | cut -c1-12)
    echo "$cache/root-$hash"
}

pin_kokkos() {
    printf 'Package: *\nPin: release a=%s\nPin-Priority: 1\n\n' "$kokkos_suite"
    printf 'Package: libkokkos*\nPin: release a=%s\nPin-Priority: 990\n' "$kokkos_suite"
}

# apt's source lines for the root, from the addresses this machine's own apt uses.
# Prints nothing on a machine that is not Debian: mmdebstrap then has its own default.
apt_sources() {
    grep -qsx 'ID=debian' /etc/os-release || return 0
    local uri release archive='' security=''
    while read -r uri release; do
        case $release in
            *-security) security=${security:-$uri} ;;
            *-updates | *-backports) ;;
            *) [[ $uri == */debian/ ]] && archive=${archive:-$uri} ;;
        esac
    done < <(apt-get indextargets --format "\$(REPO_URI) \$(RELEASE)" 'Created-By: Packages')
    [[ -n $archive ]] || return 0
    echo "deb $archive $debian main"
    echo "deb $archive $debian-updates main"
    [[ -z $security ]] || echo "deb $security $debian-security main"
}

need_mmdebstrap() {
    have mmdebstrap && return
    say 'installing mmdebstrap'
    apt-get -qq update
    DEBIAN_FRONTEND=noninteractive apt-get -qq -o Dpkg::Use-Pty=0 install -y --no-install-recommends \
        mmdebstrap debian-archive-keyring >/dev/null 2>&1 || die 'apt-get install mmdebstrap debian-archive-keyring fails'
}

# apt settings of this machine that hold for the root too: its proxies, and its view of dates
apt_options() {
    local key value
    have apt-config || return 0
    for key in Acquire::http::Proxy Acquire::https::Proxy Acquire::Check-Valid-Until Acquire::Check-Date; do
        value=
        eval "$(apt-config shell value "$key")"
        [[ -z $value ]] || printf '%s "%s";\n' "$key" "$value"
    done
}

# A hook of mmdebstrap, run before packages are chosen: adds the suite that has Kokkos, pinned low.
# Its source line is the first one of Debian 13 with the suite changed; its index may be past its date.
setup_hook() {
    cat <<END
#!/bin/sh
set -e
touch "\$1/etc/apt/sources.list"
cp '$1' "\$1/etc/apt/preferences.d/kokkos"
sed -n -e 's/^deb \[/&check-valid-until=no /; t suite' -e 's/^deb /&[check-valid-until=no] /; t suite' -e d \
    -e ':suite' -e 's/ $debian main.*/ $kokkos_suite main/p; q' \
    "\$1"/etc/apt/sources.list "\$1"/etc/apt/sources.list.d/*.list >"\$1/etc/apt/kokkos"
mv "\$1/etc/apt/kokkos" "\$1/etc/apt/sources.list.d/kokkos.list"
test -s "\$1/etc/apt/sources.list.d/kokkos.list"
END
}

# bootstrap MODE TARGET: runs mmdebstrap; TARGET is a folder, or a tar file
bootstrap() (
    sources=() private=()
    work=$(mktemp -d --tmpdir kohort.XXXXXX)
    trap 'rm -r "$work"' EXIT
    chmod 755 "$work"
    pin_kokkos >"$work/pin"
    apt_options >"$work/options"
    apt_sources >"$work/sources"
    setup_hook "$work/pin" >"$work/setup"
    chmod 755 "$work/setup"
    [[ ! -s $work/sources ]] || sources=("$work/sources")
    # its own mounts must not outlive it, even when it is killed
    [[ $1 != root ]] || private=(unshare -m --propagation private)
    "${private[@]}" mmdebstrap --mode="$1" --variant=apt --include="$(packages | paste -sd,)" \
        --aptopt="$work/options" --setup-hook="'$work/setup' \"\$1\"" --dpkgopt=force-unsafe-io \
        --dpkgopt='path-exclude=/usr/share/man/*' --dpkgopt='path-exclude=/usr/share/doc/*' \
        --dpkgopt='path-exclude=/usr/share/locale/*' \
        "$debian" "$2" "${sources[@]}"
)

unpack() {
    mkdir "$2"
    unshare -r tar -C "$2" --no-same-owner --exclude='./dev/*' -xf "$1"
    rm "$1"
}

make_root() {
    local root=$1
    need_mmdebstrap
    say "making a private Debian 13 root, once; this takes a minute or two (log: $root.log)"
    rm -rf --one-file-system "$root.part" "$root.part.tar"
    if [[ $EUID == 0 ]]; then
        bootstrap root "$root.part"
    else
        bootstrap unshare "$root.part.tar" && unpack "$root.part.tar" "$root.part"
    fi >"$root.log" 2>&1 || {
        tail -n 20 "$root.log" >&2
        die "making the root failed; the whole log is $root.log"
    }
    touch "$root.part/etc/resolv.conf" "$root.part/etc/hosts"
    mv "$root.part" "$root"
    rm "$root.log"
}

ensure_root() {
    local root=$1
    [[ ! -d $root ]] || return 0
    mkdir -p "$cache"
    (
        flock -n 9 || { say 'another ./dev is making the private root; waiting for it'; flock 9; }
        [[ -d $root ]] || make_root "$root"
    ) 9>"$root.lock"
}

# --- entering the private root ---

# folders that have to be at the same place inside
visible_folders() {
    local folder more
    IFS=: read -ra more <<<"${KOHORT_BIND:-}"
    for folder in "${HOME:-}" "$cache" "$(pwd -P)" "$project" "${TMPDIR:-}" "${more[@]}"; do
        [[ -d $folder ]] || continue
        folder=$(realpath "$folder")
        case $folder/ in
            // | /bin/* | /boot/* | /dev/* | /etc/* | /lib*/* | /proc/* | /run/* | /sbin/* | /sys/* | /tmp/*) ;;
            /usr/ | /usr/bin/* | /usr/include/* | /usr/lib*/* | /usr/sbin/* | /usr/share/* | /var/ | /var/tmp/*) ;;
            *) echo "$folder" ;;
        esac
    done
}

# data that tests may read; it is shown read-only
test_data() {
    local folder
    for folder in "$project/../shared" "${KOHORT_TEST_DATA:-}"; do
        [[ ! -d $folder ]] || realpath "$folder"
    done
}

# The first half runs outside and opens the namespaces; the second half, `./dev _inside`, runs in them.
# They end with the command, and with them every mount.
enter_root() {
    local root namespaces=(-m --propagation private)
    root=$(root_path)
    [[ $EUID == 0 ]] || namespaces+=(-r)
    if ! unshare "${namespaces[@]}" true 2>/dev/null || ! { [[ -d $root ]] || can_make_root; }; then
        enter_container "$@"
    fi
    ensure_root "$root"
    exec unshare "${namespaces[@]}" -- "$project/dev" _inside "$root" "$@"
}

can_make_root() {
    if [[ $EUID == 0 ]]; then
        have mmdebstrap || have apt-get
    else
        have mmdebstrap && have newuidmap && grep -qs "^$(id -un):" /etc/subuid
    fi
}

_inside() {
    local root=$1 place folder
    shift
    place=$(pwd -P)
    mount --bind "$root" "$root"
    while read -r folder; do
        mkdir -p "$root$folder"
        mount --rbind "$folder" "$root$folder"
    done < <(visible_folders | sort -u)
    while read -r folder; do
        mkdir -p "$root$folder"
        mount --bind "$folder" "$root$folder"
        mount -o remount,bind,ro "$root$folder"
    done < <(test_data)
    for folder in /dev /proc /sys /tmp /var/tmp /etc/resolv.conf /etc/hosts; do
        [[ ! -e $folder ]] || mount --rbind "$folder" "$root$folder"
    done
    mount -t tmpfs tmpfs "$root/run"
    mount -o remount,bind,ro "$root"
    [[ -d $root$place ]] || { say "$place is not visible inside; working in $project"; place=$project; }
    clean_environment
    exec unshare --root="$root" --wd="$place" -- "$project/dev" "$@"
}

