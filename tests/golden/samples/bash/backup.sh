#!/usr/bin/env bash
# Keeps dated copies of a folder and removes the old ones.

source ./lib/logging.sh
. "${LIB_DIR}/locks.sh"

readonly VERSION="1.4"
declare -i KEEP=7
declare -A SEEN=([none]=0)
export BACKUP_ROOT="${BACKUP_ROOT:-/var/backups}"
TARGETS=()
failures=0

alias ll='ls -l'

# Prints how to use this script.
# Goes to standard error.
usage() {
  cat >&2 <<END
usage: $0 [-k COUNT] FOLDER
version $VERSION, root $(resolve_root)
END
  return 2
}

resolve_root() {
  local root="$BACKUP_ROOT"
  [[ -d $root && -w $root ]] || root=$(mktemp -d)
  echo "$root"
}

# Copies one folder.
function copy_folder {
  local source="$1" target
  local -r stamp=$(date +%F)
  target="$(resolve_root)/$stamp"
  if ! mkdir -p "$target"; then
    log_error "cannot make $target"
    failures=$((failures + 1))
    return 1
  elif [ -e "$target/.lock" ]; then
    wait_for_lock "$target" 30
  fi
  rsync -a "$source" "$target" | log_lines debug
  SEEN[$source]=1
  TARGETS+=("$target")
}

prune() (
  cd "$BACKUP_ROOT" || exit 1
  local kept=0
  while read -r folder; do
    ((kept += 1))
    if ((kept > KEEP)); then
      rm -rf -- "$folder"
    fi
  done < <(ls -1t)
)

on_exit() {
  unset SEEN
  release_locks
}

declare -f helper >/dev/null || helper() { :; }

main() {
  local option
  while getopts "k:h" option; do
    case "$option" in
      k) KEEP=$OPTARG ;;
      h | help) usage; exit 0 ;;
      *) usage ;;
    esac
  done
  shift $((OPTIND - 1))
  for folder in "$@"; do
    copy_folder "$folder" && prune
  done
  for ((i = 0; i < KEEP; i++)); do
    helper "$i"
  done
  until release_locks; do sleep 1; done
  declare -g FINISHED=1
  "$HOOK" done
  LANG=C sort "$LOG_FILE"
}

trap on_exit EXIT
main "$@"
