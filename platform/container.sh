# shellcheck shell=bash
# shellcheck disable=SC2154  # project, cache, debian and kokkos_suite are set by ./dev and root.sh
# Container engines, for machines where a private root cannot be made.

enter_container() {
    local name
    name=$(basename "$(root_path)")
    name=kohort:${name#root-}
    if have podman && podman info >/dev/null 2>&1; then
        run_image "$(command -v podman)" "$name" --userns=keep-id "$@"
    elif have docker && docker info >/dev/null 2>&1; then
        run_image "$(command -v docker)" "$name" --user="$(id -u):$(id -g)" "$@"
    elif have apptainer; then
        run_apptainer "$cache/${name/:/-}.sif" "$@"
    fi
    die "no private Debian 13 root can be made here. Please have one of these:
  - root rights on Debian or Ubuntu
  - user namespaces and the packages mmdebstrap and uidmap, with a line for $(id -un) in /etc/subuid
  - podman, docker or apptainer, usable by $(id -un)
  - Debian 13 with the packages of packages.txt (libkokkos-dev from $kokkos_suite), or the same from Spack or modules"
}

# what turns a plain image of Debian 13 into ours
image_script() {
    cat <<END
set -e
cat >/etc/apt/preferences.d/kokkos <<'PIN'
$(pin_kokkos)
PIN
sed -e '/^\$/,\$d' -e 's/^Suites:.*/Suites: $kokkos_suite\nCheck-Valid-Until: no/' \
    /etc/apt/sources.list.d/debian.sources >/etc/apt/sources.list.d/kokkos.sources
apt-get update
apt-get install -y --no-install-recommends $(packages | paste -sd' ')
apt-get clean
END
}

make_image() {
    local log=$cache/image.log made=kohort-$$
    say "making the image $2 with $1, once; this takes some minutes (log: $log)"
    if ! "$1" run --name "$made" --network host "debian:$debian" sh -c "$(image_script)" >"$log" 2>&1; then
        "$1" rm "$made" >/dev/null
        tail -n 20 "$log" >&2
        die "making the image failed; the whole log is $log"
    fi
    "$1" commit -q "$made" "$2" >/dev/null
    "$1" rm "$made" >/dev/null
}

# run_image ENGINE IMAGE USER-OPTION ARGS...: makes the image once, then runs ./dev ARGS in it
run_image() {
    local engine=$1 image=$2 user=$3 place folder name options=()
    shift 3
    mkdir -p "$cache"
    [[ -n $("$engine" images -q "$image") ]] || make_image "$engine" "$image"
    while read -r folder; do options+=(-v "$folder:$folder"); done < <(visible_folders | sort -u)
    while read -r folder; do options+=(-v "$folder:$folder:ro"); done < <(test_data)
    [[ ! -t 0 || ! -t 1 ]] || options+=(-t)
    place=$(pwd -P)
    clean_environment
    for name in $(compgen -e | grep -E '^(CI|HOME|TERM|XDG_CACHE_HOME|(KOHORT|OMP|OMPI|PRTE|GTEST|CTEST|CCACHE|CMAKE)_.*)$'); do
        options+=(-e "$name")
    done
    exec "$engine" run --rm -i --network host --pid host -v /tmp:/tmp -v /dev/shm:/dev/shm "$user" "${options[@]}" -w "$place" \
        "$image" "$project/dev" "$@"
}

run_apptainer() {
    local image=$1 apptainer place folder options=()
    shift
    apptainer=$(command -v apptainer)
    if [[ ! -f $image ]]; then
        say "making the image $image with apptainer, once; this takes some minutes"
        mkdir -p "$cache"
        { printf 'Bootstrap: docker\nFrom: debian:%s\n%%post\n' "$debian"; image_script; } >"$image.def"
        apptainer build --fakeroot "$image.part" "$image.def" >&2 || die "making the image failed; its recipe is $image.def"
        mv "$image.part" "$image"
    fi
    while read -r folder; do options+=(--bind "$folder"); done < <(visible_folders | sort -u)
    while read -r folder; do options+=(--bind "$folder:$folder:ro"); done < <(test_data)
    place=$(pwd -P)
    clean_environment
    exec "$apptainer" exec "${options[@]}" --pwd "$place" "$image" "$project/dev" "$@"
}

