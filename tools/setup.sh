#!/bin/sh
# Make or complete a virtual environment from hash-only locks.
#
#   tools/setup.sh DIRECTORY LOCK...
#
# Python is the only thing it needs: the installer (uv) is itself pinned by hash in bootstrap.lock. Every file that is
# installed has its SHA-256 in a lock, and the locks name no registry, so any mirror gives the same bytes or nothing.
# Running it again installs only what is missing. Set PYTHON to choose an interpreter.
set -eu

environment=$1
shift
top=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)
cd "$top"

# The locks are resolved for 3.11 and later; 3.11 to 3.13 have wheels for everything, so those are tried first.
supported='import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))'
usable='import sys; sys.exit(sys.version_info[:2] < (3, 11))'

find_python() {
    if [ -n "${PYTHON:-}" ]; then
        "$PYTHON" -c "$usable" 2>/dev/null && echo "$PYTHON"
        return
    fi
    for candidate in python3 python3.13 python3.12 python3.11; do
        "$candidate" -c "$supported" 2>/dev/null && echo "$candidate" && return
    done
    python3 -c "$usable" 2>/dev/null && echo python3
}

if [ ! -x "$environment/bin/python" ]; then
    python=$(find_python) || true
    if [ -z "$python" ]; then
        echo "Charter Oak needs Python 3.11 or newer; ${PYTHON:-python3} is absent or older." >&2
        echo "On Debian or Ubuntu: sudo apt-get install -y python3 python3-venv; or set PYTHON to its path." >&2
        exit 1
    fi
    if ! "$python" -c 'import venv, ensurepip' 2>/dev/null; then
        version=$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])')
        echo "$python has no venv module. On Debian or Ubuntu: sudo apt-get install -y python$version-venv" >&2
        exit 1
    fi
    "$python" -m venv "$environment"
fi

quiet_pip() {
    PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_INPUT=1 "$environment/bin/python" -m pip --quiet "$@"
}

wanted=$(sed -n 's/^uv==\([^ ]*\).*/\1/p' bootstrap.lock)
if [ "$("$environment/bin/uv" --version 2>/dev/null | cut -d ' ' -f 2)" != "$wanted" ]; then
    quiet_pip install --require-hashes --only-binary :all: -r bootstrap.lock
fi

VIRTUAL_ENV="$top/$environment"
UV_NO_PROGRESS=1
export VIRTUAL_ENV UV_NO_PROGRESS
uv=$environment/bin/uv

for lock in "$@"; do
    set -- "$@" --requirements "$lock"
    shift
done
"$uv" pip install --quiet --require-hashes "$@"
"$uv" pip install --quiet --no-deps --no-build-isolation --editable .
