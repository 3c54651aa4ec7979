#!/usr/bin/env bash
# Checks a SARIF file with Microsoft's validator (specification and code scanning) and, if it is there, check-jsonschema.
# usage: .ci/sarif-validate.sh FILE NPM_FOLDER    NPM_FOLDER is where @microsoft/sarif-multitool was installed.
# Prints each result. Exit status: 0 none, 1 some, 2 no check.
set -euo pipefail
[ $# = 2 ] || { sed -n '2,4s/^# //p' "$0" >&2; exit 2; }
file=$1 tool=$2/node_modules/@microsoft/sarif-multitool-linux
out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT

# Its exit status says nothing of the results.
DOTNET_SYSTEM_GLOBALIZATION_INVARIANT=1 "$tool/Sarif.Multitool" validate "$file" --rule-kind "Sarif;Gh" \
    --level "Error;Warning" --output "$out/results.sarif" --log ForceOverwrite >"$out/log" || { cat "$out/log" >&2; exit 2; }

status=0
python3 - "$file" "$out/results.sarif" "$out/log" <<'PY' || status=$?
import json, sys

file, results, log = sys.argv[1:]
with open(results, encoding="utf-8-sig") as stream:
    runs = json.load(stream)["runs"]
invocations = [invocation for run in runs for invocation in run.get("invocations", [])]
found = 0
for run in runs:
    rules = {rule["id"]: rule for rule in run["tool"]["driver"].get("rules", [])}
    for result in run.get("results", []):
        found += 1
        message = result["message"]
        strings = rules.get(result["ruleId"], {}).get("messageStrings", {})
        words = message.get("text") or strings.get(message.get("id"), {}).get("text", message.get("id"))
        for number, argument in enumerate(message.get("arguments", [])):
            words = words.replace(f"{{{number}}}", argument)
        region = result["locations"][0]["physicalLocation"].get("region", {})
        place = f"{file}:{region.get('startLine', 1)}:{region.get('startColumn', 1)}"
        print(f"{place}: {result.get('level', 'warning')} {result['ruleId']}: {words}")
print(f"{file}: {found} results of the validator")
if not invocations or not all(invocation.get("executionSuccessful") for invocation in invocations):
    sys.exit(open(log).read() + f"{file}: the validator itself failed")
sys.exit(found > 0)
PY

if command -v check-jsonschema >/dev/null; then
    check-jsonschema --schemafile "$tool/sarif-2.1.0.json" "$file" || status=1
fi
exit $status
