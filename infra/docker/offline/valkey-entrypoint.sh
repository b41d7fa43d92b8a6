#!/bin/sh
# What the official image's entry point promises, as far as docs/offline-images.md says.
set -e
case "$1" in -* | *.conf) set -- valkey-server "$@" ;; esac
if [ "$1" = valkey-server ] && [ "$(id -u)" = 0 ]; then
  find . ! -user valkey -exec chown valkey '{}' +
  exec setpriv --reuid=valkey --regid=valkey --clear-groups -- "$0" "$@"
fi
umask 0077
# shellcheck disable=SC2086 # several words are meant to be several
exec "$@" $VALKEY_EXTRA_FLAGS
