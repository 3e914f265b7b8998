#!/usr/bin/env bash
# Runs ./dualrs demo and ./dualrs test on what a machine with the .NET SDK and nothing else has: a clean checkout of the
# last commit, an empty home, programs from a short list alone, and, called as root, a user without privileges.
#
#   tests/stripped/run.sh [ARGUMENTS OF ./dualrs]        e.g. tests/stripped/run.sh demo --images 2
#
# Leaves nothing behind. Exit code: that of the first command that failed.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)

# The shell, coreutils, and what ./dualrs and the tests call beside them.
programs=(bash sh env dotnet git grep sed find kill
  basename cat chmod cp cut date dirname echo false head id ln ls mkdir mktemp mv nproc od printf pwd readlink realpath
  rm rmdir seq sleep sort stat tail tee touch tr true uname uniq wc)
absent=(apt-get apt dpkg cc c++ g++ gcc clang cmake make python python3 node chromium redis-server rsvg-convert sudo)

place=$(mktemp -d "${TMPDIR:-/tmp}/dualrs-stripped.XXXXXX")
trap 'rm -rf "$place"' EXIT
mkdir "$place/bin" "$place/home" "$place/tmp" "$place/dualrs"
for program in "${programs[@]}"; do
  found=$(type -P "$program") || { echo "stripped: $program is not on this machine" >&2; exit 2; }
  ln -s "$(readlink -f "$found")" "$place/bin/$program"
done
git -C "$here" archive HEAD | tar -x -C "$place/dualrs"

clean=(env -i "HOME=$place/home" "PATH=$place/bin" "TMPDIR=$place/tmp" LANG=C.UTF-8 TERM=dumb)
# How packages are reached is the network's affair, not the machine's.
for name in http_proxy https_proxy no_proxy HTTP_PROXY HTTPS_PROXY NO_PROXY \
            SSL_CERT_FILE SSL_CERT_DIR NUGET_CERT_REVOCATION_MODE; do
  [ -z "${!name:-}" ] || clean+=("$name=${!name}")
done
if [ "$(id -u)" = 0 ]; then
  chmod 755 "$place"
  chown -R 65534:65534 "$place"
  clean=(setpriv --reuid 65534 --regid 65534 --clear-groups --no-new-privs "${clean[@]}")
fi

for program in "${absent[@]}"; do
  ! "${clean[@]}" bash -c 'command -v "$1"' bash "$program" ||
    { echo "stripped: $program can be called" >&2; exit 2; }
done

run() {
  echo "\$ ./dualrs $*"
  (cd "$place/dualrs" && "${clean[@]}" ./dualrs "$@" </dev/null)
}

sdk=$("${clean[@]}" dotnet --version)
echo "commit $(git -C "$here" rev-parse --short HEAD), .NET SDK $sdk, user $("${clean[@]}" id -u)"
echo "programs: $("${clean[@]}" ls "$place/bin" | tr '\n' ' ')"
if [ $# -gt 0 ]; then
  run "$@"
else
  run demo
  run test
fi
