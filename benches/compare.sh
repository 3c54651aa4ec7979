#!/usr/bin/env bash
# Compares dogcatcher with ripgrep, and with whichever other scanners are installed, on one tree.
#
#     benches/compare.sh TREE [RUNS]
#
# Needs hyperfine and rg; uses kingfisher, gitleaks and trufflehog where they are on the PATH. The page cache is warmed by
# a first run; the programs take turns, and medians with their ratio to ripgrep without ignore rules are printed.
set -euo pipefail
tree=${1:?usage: benches/compare.sh TREE [RUNS]}
runs=${2:-10}
here=$(cd "$(dirname "$0")/.." && pwd)
cargo build --quiet --release --locked --manifest-path "$here/Cargo.toml"
dogcatcher=$here/target/release/dogcatcher
pattern='dd(pat|sat|app|ap)_[0-9A-Za-z]'
commands=(
  "rg -c -uuu '$pattern' '$tree'"
  "'$dogcatcher' scan --no-ignore '$tree'"
  "rg -c '$pattern' '$tree'"
  "'$dogcatcher' scan '$tree'"
)
command -v kingfisher >/dev/null && commands+=("kingfisher scan --no-update-check --no-validate --git-history none '$tree'")
command -v gitleaks >/dev/null && commands+=("gitleaks dir --no-banner '$tree'")
command -v trufflehog >/dev/null && commands+=("trufflehog filesystem --no-verification --no-update '$tree'")

results=$(mktemp -d)
trap 'rm -rf "$results"' EXIT
for round in $(seq 1 "$runs"); do
  for index in "${!commands[@]}"; do
    # The slow ones are run three times only.
    if [ "$index" -ge 4 ] && [ "$round" -gt 3 ]; then continue; fi
    warm=0; [ "$round" -eq 1 ] && [ "$index" -lt 4 ] && warm=1
    hyperfine --ignore-failure --shell=default --warmup "$warm" --runs 1 --style none \
      --export-json "$results/$index.$round.json" "${commands[$index]}" >/dev/null 2>&1
  done
done
python3 - "$results" "${commands[@]}" <<'PY'
import glob, json, statistics, sys
folder, commands = sys.argv[1], sys.argv[2:]
first = None
for index, command in enumerate(commands):
    times = [json.load(open(f))["results"][0]["times"][0] for f in glob.glob(f"{folder}/{index}.*.json")]
    median = statistics.median(times)
    first = first or median
    print(f"{median:8.3f} s {median / first:7.2f} x  (min {min(times):.3f}, {len(times)} runs)  {command}")
PY
