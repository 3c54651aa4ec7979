"""Tests of runner.py: what it lets through would be let through by all scenarios of the action.

usage: python -m unittest discover --start-directory .ci
"""

import sys
import tempfile
import unittest
from pathlib import Path

sys.dont_write_bytecode = True  # nothing beside the sources
from runner import (  # noqa: E402
    Wrong,
    check_summary,
    commands,
    filled,
    parsed_outputs,
    run_action,
    unescaped,
)

CONTEXTS = {"inputs.path": "", "inputs.word": "Fetch", "steps.scan.outputs": True, "steps.scan.outputs.verdict": "clean"}

EXPRESSIONS = {
    "${{ inputs.word }}": "Fetch",
    "a${{ inputs.word }}b${{ inputs.path }}c": "aFetchbc",
    "${{ inputs.path || 'there' }}": "there",
    "${{ inputs.word && 'given' }}": "given",
    "${{ inputs.path && 'a' || 'b' }}": "b",
    "${{ inputs.word == 'fETCH' }}": "True",  # texts are compared as GitHub does it, in either case
    "${{ inputs.word != 'fetch' }}": "False",
    "${{ !inputs.path }}": "True",
    "${{ !(inputs.path || inputs.word) }}": "False",
    "${{ 'it''s' }}": "it's",
    "${{ format('{0}-{1}', inputs.word, 'x') }}": "Fetch-x",
    "${{ steps.scan.outputs.verdict }}": "clean",
    "${{ steps.scan.outputs.never-written }}": "",
    "no expression": "no expression",
}

WRONG_EXPRESSIONS = [
    "${{ inputs.other }}",
    "${{ steps.other.outputs.verdict }}",
    "${{ inputs.word 'more' }}",
    "${{ (inputs.word }}",
    "${{ 1 + 1 }}",
    "${{ !inputs.path == 'true' }}",
    "${{ contains(inputs.word, 'a') }}",
]

COMMANDS = {
    "nothing to see\n": [],
    "::error file=a.txt,line=3::a finding": [("error", {"file": "a.txt", "line": "3"}, "a finding")],
    "  ::group::title": [("group", {}, "title")],
    "::warning title=a%2Cb%3A::50%25%0Amore": [("warning", {"title": "a,b:"}, "50%\nmore")],
    "in a line ::error::of text": [],
}

OUTPUTS = {"": {}, "verdict=clean\nexit-code=0\n": {"verdict": "clean", "exit-code": "0"}, "json=a=b\n": {"json": "a=b"}}
WRONG_OUTPUTS = ["verdict", "Verdict=clean", "a=1\na=2\n", "name<<END\nvalue\nEND\n"]

SUMMARIES = ["", "| a | b |\n|---|---|\n| 1 | 2 |\n", "| a |\n|---|\n| 1 \\| 2 |\n", "<details><summary>more</summary>\n", "`<img>`\n"]
WRONG_SUMMARIES = ["<img src=x>", "<IMG src=x>", "| a | b |\n|---|---|\n| 1 | 2 | 3 |\n", "</script>"]

ACTION = """
inputs:
  word: { default: fetch }
outputs:
  verdict: { value: "${{ steps.scan.outputs.verdict }}" }
runs:
  steps:
  - id: scan
    shell: bash
    env: { WORD: "${{ inputs.word }}" }
    run: |
      echo "verdict=$WORD" >>"$GITHUB_OUTPUT"
      echo "a line" >>"$GITHUB_STEP_SUMMARY"
      echo "::notice::$WORD"
  - if: steps.scan.outputs.verdict == 'fetch'
    shell: bash
    run: exit 3
  - shell: bash
    run: echo never
"""


class Pieces(unittest.TestCase):
    """Each piece, as a table."""

    def test_expressions(self):
        for text, wanted in EXPRESSIONS.items():
            self.assertEqual(filled(text, CONTEXTS), wanted, text)

    def test_expressions_that_this_runner_does_not_know(self):
        for text in WRONG_EXPRESSIONS:
            with self.assertRaises(Wrong, msg=text):
                filled(text, CONTEXTS)

    def test_commands(self):
        for log, wanted in COMMANDS.items():
            self.assertEqual(commands(log), wanted, log)
        for log in ("##[error]of the old kind", "::error no end"):
            with self.assertRaises(Wrong, msg=log):
                commands(log)

    def test_outputs(self):
        for text, wanted in OUTPUTS.items():
            self.assertEqual(parsed_outputs(text), wanted, text)
        for text in WRONG_OUTPUTS:
            with self.assertRaises(Wrong, msg=text):
                parsed_outputs(text)

    def test_summaries(self):
        for text in SUMMARIES:
            check_summary(text)
        for text in WRONG_SUMMARIES:
            with self.assertRaises(Wrong, msg=text):
                check_summary(text)

    def test_percent_is_unescaped_last(self):
        self.assertEqual(unescaped("%250A"), "%0A")


class Runs(unittest.TestCase):
    """Whole actions."""

    def run_it(self, action, inputs=()):
        folder = Path(self.enterContext(tempfile.TemporaryDirectory()))
        (folder / "action.yml").write_text(action)
        return run_action(folder, folder, {"PATH": "/usr/bin:/bin"}, dict(inputs), folder / "temp")

    def test_a_step_that_fails_ends_the_run_and_its_status_is_kept(self):
        result = self.run_it(ACTION)
        self.assertEqual((result.status, result.outputs, result.summary), (3, {"verdict": "fetch"}, "a line\n"))
        self.assertNotIn("never", result.log)

    def test_an_input_decides_which_steps_run(self):
        result = self.run_it(ACTION, {"word": "push"})
        self.assertEqual((result.status, result.outputs), (0, {"verdict": "push"}))
        self.assertEqual(result.log.split("\n")[-2], "never")

    def test_what_no_action_may_do(self):
        for wrong in (
            ACTION.replace("exit 3", "echo ${{ inputs.word }}"),
            ACTION.replace("run: exit 3", "uses: some/action@v1"),
            ACTION.replace("shell: bash\n    run: exit 3", "shell: sh\n    run: exit 3"),
            ACTION.replace("run: exit 3", "run: exit 3\n    timeout: 3"),
        ):
            self.assertNotEqual(wrong, ACTION)
            with self.assertRaises(Wrong, msg=wrong):
                self.run_it(wrong)
        with self.assertRaises(Wrong):
            self.run_it(ACTION, {"other": ""})

    def test_another_action_is_only_noted(self):
        pinned = "a/b@" + "1" * 40
        upload = f"uses: {pinned}\n    with: {{ sarif_file: '${{{{ runner.temp }}}}/a.sarif' }}"
        action = ACTION.replace("shell: bash\n    run: exit 3", upload)
        action = action.replace('echo "a line"', "echo '{}' >\"$RUNNER_TEMP/a.sarif\"; echo")
        result = self.run_it(action)
        self.assertEqual([sarif for sarif, _ in result.uploads], [{}])
        self.assertEqual(result.status, 0)


if __name__ == "__main__":
    unittest.main()
