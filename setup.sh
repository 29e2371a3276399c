# Read by start and check: installs what packages.txt names, and builds. Not run by itself.

say() {
	printf '%s\n' "quorate: $*" >&2
}

# packages NEED...: the packages of packages.txt that are needed then (build, run, test).
packages() {
	for need; do
		awk -v need="$need" '!/^#/ && $2 == need { print $1 }' packages.txt
	done
}

missing_packages() {
	command -v dpkg-query >/dev/null || { packages "$@"; return; }
	# One call for all; it answers "install ok installed" for each that is there.
	packages "$@" | sort >"$scratch/wanted"
	# shellcheck disable=SC2046
	dpkg-query -W -f '${Package} ${Status}\n' $(cat "$scratch/wanted") 2>/dev/null |
		awk '$4 == "installed" { print $1 }' | sort -u >"$scratch/there"
	comm -23 "$scratch/wanted" "$scratch/there"
}

# install_packages NEED...: on Debian 12 or later by apt; elsewhere says what is needed and stops.
install_packages() {
	missing=$(missing_packages "$@" | tr '\n' ' ')
	[ -n "$missing" ] || return 0
	release=$(. /etc/os-release 2>/dev/null && echo "${ID:-} ${VERSION_ID:-0}")
	if ! command -v apt-get >/dev/null || [ "${release% *}" != debian ] || [ "${release#* }" -lt 12 ]; then
		say "this is not Debian 12. Install what these Debian packages hold, then say ${0##*/} --no-setup:"
		say "  $missing"
		exit 1
	fi
	as_root=
	if [ "$(id -u)" != 0 ]; then
		command -v sudo >/dev/null || { say "sudo is missing. As root: apt-get install $missing"; exit 1; }
		as_root=sudo
	fi
	say "installing: $missing"
	# shellcheck disable=SC2086
	{
		$as_root apt-get update -q &&
			$as_root env DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends $missing
	} >"$scratch/apt" 2>&1 </dev/null || { cat "$scratch/apt" >&2; say "the packages could not be installed"; exit 1; }
}

# configure_in FOLDER [OPTION...]: makes FOLDER a configured build folder, once.
configure_in() {
	folder=$1
	shift
	[ -f configure ] && [ ! configure.ac -nt configure ] || autoreconf -fi >"$scratch/autoreconf" 2>&1 ||
		{ cat "$scratch/autoreconf" >&2; exit 1; }
	[ -f "$folder/Makefile" ] && [ ! configure -nt "$folder/config.status" ] && return 0
	mkdir -p "$folder"
	(cd "$folder" && ../configure -q "$@") >"$scratch/configure" 2>&1 || { cat "$scratch/configure" >&2; exit 1; }
}

# make_in FOLDER [ARGUMENT...]: silent unless it fails.
make_in() {
	folder=$1
	shift
	make -C "$folder" -s -j"$(nproc)" "$@" >"$scratch/make" 2>&1 || { cat "$scratch/make" >&2; exit 1; }
}

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
trap 'exit 1' INT TERM HUP
