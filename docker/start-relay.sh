#!/bin/sh
# Starts the relay that install-relay.sh installed beside it; settings come from NOOK_RELAY_
# variables and from arguments. `exec`: a signal to stop reaches the relay itself.
set -eu
umask 077
exec "$(dirname "$0")/nook-relay" serve "$@"
