#!/usr/bin/env bash
# Compares how dogcatcher and other scanners do on the labelled corpus of keys without a checksum.
#
#     benches/compare-keys.sh
#
# Uses kingfisher, gitleaks, betterleaks and detect-secrets where they are on the PATH, and says which are not. A finding
# counts where it names the line of a key; one on any other line is a false alarm. Of the others only what they call
# Datadog's, or a generic or hexadecimal secret, is looked at: both are shown.
set -euo pipefail
here=$(cd "$(dirname "$0")/.." && pwd)
cd "$here"
keys() { cargo bench --quiet --bench keys -- "$@"; }
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
keys --write "$folder/corpus"
keys | tail -1
cd "$folder/corpus"
# From `path<TAB>line` with any prefix of the folder.
score() { sed "s|^$folder/corpus/||; s|^\./||" | sort -u | (cd "$here" && keys --score "$1"); }
has() {
  command -v "$1" >/dev/null || { echo "$1: not installed, skipped"; return 1; }
}
# The programs of jq have variables of their own.
# shellcheck disable=SC2016
if has kingfisher; then
  kingfisher scan --no-update-check --no-validate --git-history none --confidence low --format json --output ../kingfisher.json . \
    >/dev/null 2>&1 || true
  rows='(if type == "object" then .findings else . end)[] | select(.rule.name | test($what; "i")) | [.finding.path, .finding.line] | @tsv'
  jq -r --arg what datadog "$rows" ../kingfisher.json | score "kingfisher (1)"
  jq -r --arg what . "$rows" ../kingfisher.json | score "kingfisher (all)"
fi
# shellcheck disable=SC2016
if has gitleaks; then
  gitleaks dir --no-banner --exit-code 0 --report-format json --report-path ../gitleaks.json . >/dev/null 2>&1
  rows='.[] | select(.RuleID | test($what)) | [.File, .StartLine] | @tsv'
  jq -r --arg what datadog "$rows" ../gitleaks.json | score "gitleaks (1)"
  jq -r --arg what . "$rows" ../gitleaks.json | score "gitleaks (all)"
fi
# shellcheck disable=SC2016
if has betterleaks; then
  betterleaks . -s --exit-code 0 --confidence low -o ../betterleaks.json >/dev/null 2>&1 || true
  rows='.findings[] | select(.rule_id | test($what)) | [.location.path, .location.line] | @tsv'
  jq -r --arg what datadog "$rows" ../betterleaks.json | score "betterleaks (1)"
  jq -r --arg what . "$rows" ../betterleaks.json | score "betterleaks (all)"
fi
if has detect-secrets; then
  detect-secrets scan --all-files . >../detect-secrets.json
  rows='.results | to_entries[] | .value[] | [.filename, .line_number] | @tsv'
  jq -r "$rows" ../detect-secrets.json | score "detect-secrets"
fi
echo "(1): only what it calls Datadog's; (all): whatever it reports."
