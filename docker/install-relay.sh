#!/bin/sh
# Installs the relay into a virtual environment of its own.
#
#   sh docker/install-relay.sh SOURCE TARGET
#
# SOURCE is a checkout of Inglenook, TARGET the folder that is made. The image is made with this
# script and a server without Docker can use it as well. Run again, it updates TARGET.
#
#   PYTHON     the Python to use; python3 if unset
#   PIP_ARGS   more arguments for pip, separated by spaces
set -eu

source=${1:?"usage: install-relay.sh SOURCE TARGET"}
target=${2:?"usage: install-relay.sh SOURCE TARGET"}

"${PYTHON:-python3}" -m venv "$target"
# Several words on purpose.
# shellcheck disable=SC2086
"$target/bin/python" -m pip install --quiet --no-cache-dir --disable-pip-version-check \
    --constraint "$source/constraints.txt" ${PIP_ARGS:-} "$source[metrics]"
cp "$source/docker/start-relay.sh" "$target/bin/start-relay"
chmod 755 "$target/bin/start-relay"
"$target/bin/nook-relay" --version
