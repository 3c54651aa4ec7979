#!/usr/bin/env bash
# Finds, downloads or builds the program for action.yml, and writes the output `program`.
set -euo pipefail

fail() {
  printf 'dogcatcher: %s\n' "$*" >&2
  exit 2
}

program=dogcatcher
if [ "$RUNNER_OS" = Windows ]; then
  program=dogcatcher.exe
fi
folder=$RUNNER_TEMP/dogcatcher-program
mkdir -p "$folder"

if [ -n "$INSTALL_PATH" ]; then
  [ -x "$INSTALL_PATH" ] || fail "there is no program at the input \`path\`, $INSTALL_PATH"
  # Absolute, since the scan runs in another folder.
  program=$(cd "$(dirname "$INSTALL_PATH")" && pwd)/$(basename "$INSTALL_PATH")

elif [ -n "$INSTALL_VERSION" ]; then
  case "$RUNNER_OS-$RUNNER_ARCH" in
    Linux-X64) target=x86_64-unknown-linux-musl ;;
    Linux-ARM64) target=aarch64-unknown-linux-musl ;;
    macOS-X64) target=x86_64-apple-darwin ;;
    macOS-ARM64) target=aarch64-apple-darwin ;;
    Windows-X64) target=x86_64-pc-windows-msvc ;;
    *) fail "no release is built for $RUNNER_OS-$RUNNER_ARCH: leave out \`version\`, and it is built here" ;;
  esac
  asset=dogcatcher-$INSTALL_VERSION-$target.tar.gz
  # Only what somebody has written down: a release that is replaced later is refused.
  sum=$(awk -v asset="$asset" '$2 == asset { print $1 }' "$GITHUB_ACTION_PATH/.github/releases.sha256")
  [ -n "$sum" ] || fail "this commit of the action knows no checksum of $asset: take a newer commit, or leave out \`version\`"
  [ -n "$INSTALL_REPOSITORY" ] || fail "\`version\` needs an action that is named OWNER/NAME@COMMIT, not a local one"
  curl --proto '=https' --fail --silent --show-error --location --retry 3 --output "$folder/$asset" \
    "https://github.com/$INSTALL_REPOSITORY/releases/download/v$INSTALL_VERSION/$asset"
  if command -v sha256sum >/dev/null; then
    found=$(sha256sum <"$folder/$asset")
  else
    found=$(shasum -a 256 <"$folder/$asset")
  fi
  [ "${found%% *}" = "$sum" ] || fail "the checksum of $asset is ${found%% *} and not $sum"
  # By a relative name: tar takes a colon, as in C:\, for the name of a host.
  (cd "$folder" && tar -xzf "$asset" "$program")
  program=$folder/$program

else
  # In the action's own checkout, so that no configuration of cargo in the workspace counts; and where variables of the
  # job cannot move the program to another place.
  (cd "$GITHUB_ACTION_PATH" && env -u CARGO_BUILD_TARGET cargo build --locked --release --target-dir "$folder")
  program=$folder/release/$program
fi

"$program" --version
printf 'program=%s\n' "$program" >>"$GITHUB_OUTPUT"
