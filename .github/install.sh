#!/usr/bin/env bash
# Finds, downloads or builds the program for action.yml.
#
# usage: install.sh choose    decides between the three, and writes the output `cache`: a key, where it has to be built
#        install.sh           does it, and writes the output `program`
set -euo pipefail

fail() {
  printf 'dogcatcher: %s\n' "$*" >&2
  exit 2
}

sha256() {
  if command -v sha256sum >/dev/null; then sha256sum; else shasum -a 256; fi | cut -d' ' -f1
}

program=dogcatcher
if [ "$RUNNER_OS" = Windows ]; then
  program=dogcatcher.exe
fi
# What the action's cache keeps.
folder=$RUNNER_TEMP/dogcatcher-program
mkdir -p "$folder"

case "$RUNNER_OS-$RUNNER_ARCH" in
  Linux-X64) target=x86_64-unknown-linux-musl ;;
  Linux-ARM64) target=aarch64-unknown-linux-musl ;;
  macOS-X64) target=x86_64-apple-darwin ;;
  macOS-ARM64) target=aarch64-apple-darwin ;;
  Windows-X64) target=x86_64-pc-windows-msvc ;;
  *) target= ;;
esac

# The checksum of the archive of a version; nothing where nobody has written it down: a release that is replaced later is refused.
known_sum() {
  awk -v asset="dogcatcher-$1-$target.tar.gz" '$2 == asset { print $1 }' "$GITHUB_ACTION_PATH/.github/releases.sha256"
}

# The version to download; nothing where the program is there already, or has to be built.
version=$INSTALL_VERSION
if [ -n "$INSTALL_PATH" ]; then
  version=
elif [ -n "$version" ]; then
  [ -n "$target" ] || fail "no release is built for $RUNNER_OS-$RUNNER_ARCH: leave out \`version\`, and it is built here"
  [ -n "$(known_sum "$version")" ] || fail "this commit of the action knows no checksum of $version for $target: take a newer commit, or leave out \`version\`"
  [ -n "$INSTALL_REPOSITORY" ] || fail "\`version\` needs an action that is named OWNER/NAME@COMMIT, not a local one"
elif [ -n "$target" ] && [ -n "$INSTALL_REPOSITORY" ]; then
  # The release of these very sources, where there is one.
  version=$(sed -n 's/^version = "\(.*\)"$/\1/p' "$GITHUB_ACTION_PATH/Cargo.toml" | head -n 1)
  [ -n "$(known_sum "$version")" ] || version=
fi

if [ "${1:-}" = choose ]; then
  if [ -z "$INSTALL_PATH$version" ]; then
    # All that the program is built from: another commit with the same sources needs no build of its own.
    sources=$(cd "$GITHUB_ACTION_PATH" && find Cargo.toml Cargo.lock build.rs src rules docs -type f | LC_ALL=C sort | tr '\n' '\0' | xargs -0 cat | sha256)
    printf 'cache=dogcatcher-%s-%s-%s\n' "$RUNNER_OS" "$RUNNER_ARCH" "$sources" >>"$GITHUB_OUTPUT"
  fi
  exit
fi

if [ -n "$INSTALL_PATH" ]; then
  [ -x "$INSTALL_PATH" ] || fail "there is no program at the input \`path\`, $INSTALL_PATH"
  # Absolute, since the scan runs in another folder.
  program=$(cd "$(dirname "$INSTALL_PATH")" && pwd)/$(basename "$INSTALL_PATH")

elif [ -n "$version" ]; then
  asset=dogcatcher-$version-$target.tar.gz
  sum=$(known_sum "$version")
  curl --proto '=https' --fail --silent --show-error --location --retry 3 --output "$folder/$asset" \
    "https://github.com/$INSTALL_REPOSITORY/releases/download/v$version/$asset"
  found=$(sha256 <"$folder/$asset")
  [ "$found" = "$sum" ] || fail "the checksum of $asset is $found and not $sum"
  # By a relative name: tar takes a colon, as in C:\, for the name of a host.
  (cd "$folder" && tar -xzf "$asset" "$program")
  program=$folder/$program

elif [ -x "$folder/$program" ]; then
  # From the cache.
  program=$folder/$program

else
  # In the action's own checkout, so that no configuration of cargo in the workspace counts; and where variables of the
  # job cannot move the program to another place.
  build=$RUNNER_TEMP/dogcatcher-build
  (cd "$GITHUB_ACTION_PATH" && env -u CARGO_BUILD_TARGET cargo build --locked --release --target-dir "$build")
  cp "$build/release/$program" "$folder/$program"
  program=$folder/$program
fi

"$program" --version
printf 'program=%s\n' "$program" >>"$GITHUB_OUTPUT"
