#!/usr/bin/env bash
# In which encodings a token is found, by dogcatcher and by kingfisher and gitleaks where they are on the PATH.
#
#     benches/compare-encodings.sh
#
# The others have no rule for such tokens: they are given one, and are told to decode as deep as they can.
set -euo pipefail
here=$(cd "$(dirname "$0")/.." && pwd)
cd "$here"
cargo build --quiet --release --locked
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
mkdir "$folder/texts" "$folder/rules"
cargo bench --quiet --bench encodings -- --write "$folder/texts"
cat >"$folder/gitleaks.toml" <<'RULE'
[[rules]]
id = "token"
regex = '''ddpat_[0-9A-Za-z]{22}_[0-9A-Za-z]{36}'''
keywords = ["ddpat_"]
RULE
cat >"$folder/rules/token.yml" <<'RULE'
rules:
  - name: Token
    id: custom.token.1
    pattern: '(ddpat_[0-9A-Za-z]{22}_[0-9A-Za-z]{36})'
    min_entropy: 0
    confidence: medium
    examples: []
RULE
found() { [ -s "$1" ] && echo found || echo -; }
printf '%-44s %-11s %-11s %s\n' encoding dogcatcher kingfisher gitleaks
for text in "$folder"/texts/*; do
  mkdir "$folder/one"
  cp "$text" "$folder/one/text.txt"
  target/release/dogcatcher scan --files-only --fail-on never --report jsonl "$folder/one" >"$folder/own" || true
  : >"$folder/kingfisher"
  : >"$folder/gitleaks"
  if command -v kingfisher >/dev/null; then
    kingfisher scan --no-update-check --no-validate --git-history none --load-builtins=false --rules-path "$folder/rules" \
      --format jsonl "$folder/one" 2>/dev/null | grep custom.token >"$folder/kingfisher" || true
  fi
  if command -v gitleaks >/dev/null; then
    gitleaks dir --no-banner --exit-code 0 --max-decode-depth 4 --config "$folder/gitleaks.toml" --report-format csv \
      --report-path "$folder/gitleaks.csv" "$folder/one" >/dev/null 2>&1
    grep token "$folder/gitleaks.csv" >"$folder/gitleaks" || true
  fi
  name=$(basename "$text" .txt)
  printf '%-44s %-11s %-11s %s\n' "${name#* }" "$(found "$folder/own")" "$(found "$folder/kingfisher")" "$(found "$folder/gitleaks")"
  rm -r "$folder/one"
done
