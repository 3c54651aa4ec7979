"""A runner as GitHub's, as far as action.yml needs one: expressions, steps, outputs, and what it would read out of a log."""

import json
import re
import shutil
import subprocess
from pathlib import Path

import yaml


class Wrong(Exception):
    """Something came out that should not, or the other way round."""


TOKEN = re.compile(r"\s*(?:(?P<text>'(?:[^']|'')*')|(?P<name>[A-Za-z_][\w-]*(?:\.[A-Za-z_][\w-]*)*)|(?P<sign>==|!=|&&|\|\||[!(),]))")


class Expression:
    """The part of GitHub's expressions that action.yml needs; anything else is an error."""

    def __init__(self, text, contexts):
        self.contexts, self.tokens, end = contexts, [], 0
        while text[end:].strip():
            match = TOKEN.match(text, end)
            if not match:
                raise Wrong(f"an expression that this runner does not know: {text}")
            self.tokens.append((match.lastgroup, match[match.lastgroup]))
            end = match.end()

    def value(self):
        value = self.alternatives()
        if self.tokens:
            raise Wrong(f"more than an expression: {self.tokens}")
        return value

    def take(self, *signs):
        if self.tokens and self.tokens[0][0] == "sign" and self.tokens[0][1] in signs:
            return self.tokens.pop(0)[1]
        return None

    def alternatives(self):
        value = self.all_of()
        while self.take("||"):
            other = self.all_of()
            value = value or other
        return value

    def all_of(self):
        value = self.comparison()
        while self.take("&&"):
            other = self.comparison()
            value = value and other
        return value

    def comparison(self):
        value = self.single()
        sign = self.take("==", "!=")
        if sign:
            other = self.single()
            if not (isinstance(value, str) and isinstance(other, str)):
                raise Wrong(f"only texts are compared here: {value!r} and {other!r}")
            value = (value.lower() == other.lower()) == (sign == "==")
        return value

    def single(self):
        if self.take("!"):
            return not self.single()
        if self.take("("):
            value = self.alternatives()
            self.expect(")")
            return value
        kind, word = self.tokens.pop(0)
        if kind == "text":
            return word[1:-1].replace("''", "'")
        if kind == "name" and word == "format" and self.take("("):
            values = [self.alternatives()]
            while self.take(","):
                values.append(self.alternatives())
            self.expect(")")
            return values[0].format(*values[1:])
        if kind == "name" and word in self.contexts:
            return self.contexts[word]
        step = re.fullmatch(r"(steps\.[\w-]+\.outputs)\.[\w-]+", word)
        if step and step[1] in self.contexts:
            return ""  # an output that was not written
        raise Wrong(f"unknown in an expression: {word}")

    def expect(self, sign):
        if not self.take(sign):
            raise Wrong(f"{sign} is missing before {self.tokens}")


def filled(text, contexts):
    """A text with `${{ }}` in it."""
    return re.sub(r"\$\{\{(.*?)\}\}", lambda match: str(Expression(match[1], contexts).value()), str(text))


class Result:
    """What a run of the action left."""

    def __init__(self):
        self.log, self.summary, self.status = "", "", 0
        self.outputs, self.scan_outputs, self.uploads = {}, {}, []


def parsed_outputs(text):
    """The file GITHUB_OUTPUT: `name=value` a line, as the program promises, each name once."""
    outputs = {}
    for line in text.splitlines():
        name, sign, value = line.partition("=")
        if not sign or not re.fullmatch(r"[a-z-]+", name) or name in outputs:
            raise Wrong(f"a wrong line in GITHUB_OUTPUT: {line!r}")
        outputs[name] = value
    return outputs


def run_action(action_folder, workspace, variables, inputs, temp):
    action = yaml.safe_load((action_folder / "action.yml").read_text())
    if unknown := set(inputs) - set(action["inputs"]):
        raise Wrong(f"no inputs of the action: {unknown}")
    temp.mkdir()
    contexts = {f"inputs.{name}": inputs.get(name, described.get("default", "")) for name, described in action["inputs"].items()}
    contexts |= {"runner.temp": str(temp), "github.workspace": str(workspace), "github.action_repository": "dogs/dogcatcher"}
    result, caches = Result(), []
    for number, step in enumerate(action["runs"]["steps"]):
        if unknown := set(step) - {"name", "id", "if", "shell", "env", "run", "uses", "with", "working-directory"}:
            raise Wrong(f"unknown in a step: {unknown}")
        # Without a status function in its condition a step runs only where all before it went well.
        if result.status or ("if" in step and not Expression(step["if"], contexts).value()):
            contexts |= {f"steps.{step['id']}.outputs": True} if "id" in step else {}
            continue
        if "uses" in step:
            if not re.fullmatch(r"[\w./-]+@[0-9a-f]{40}", step["uses"]):
                raise Wrong(f"not pinned: {step['uses']}")
            given = {name: filled(value, contexts) for name, value in step["with"].items()}
            if step["uses"].startswith("actions/cache@"):
                caches.append(restore_cache(given, temp.parent / "cache"))
                continue
            sarif = Path(given["sarif_file"]).read_text()
            result.uploads.append((json.loads(sarif), given))
            continue
        if "${{" in step["run"] or step["shell"] != "bash":
            raise Wrong(f"not a plain script for bash: {step['run']}")
        files = {name: temp / f"{number}-{name}" for name in ("GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY")}
        for file in files.values():
            file.touch()
        script = temp / f"{number}.sh"
        script.write_text(step["run"])
        environment = {**variables, **{name: str(file) for name, file in files.items()}, "RUNNER_TEMP": str(temp),
                       # Not the action's own repository: the runner does not tell that to scripts.
                       "GITHUB_ACTION_PATH": str(action_folder), "GITHUB_ACTION_REPOSITORY": "",
                       **{name: filled(value, contexts) for name, value in step.get("env", {}).items()}}
        done = subprocess.run(["bash", "--noprofile", "--norc", "-eo", "pipefail", script], env=environment,
                              cwd=workspace / filled(step.get("working-directory", "."), contexts),
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL, timeout=120)
        result.log += done.stdout.decode("utf-8", "backslashreplace")
        result.status = done.returncode
        result.summary += files["GITHUB_STEP_SUMMARY"].read_text()
        if "id" in step:
            outputs = parsed_outputs(files["GITHUB_OUTPUT"].read_text())
            contexts |= {f"steps.{step['id']}.outputs": True}
            contexts |= {f"steps.{step['id']}.outputs.{name}": value for name, value in outputs.items()}
            if step["id"] == "scan":
                result.scan_outputs = outputs
    if not result.status:
        for kept, path in caches:
            if not kept.exists():
                shutil.copytree(path, kept)
    result.outputs = {name: filled(output["value"], contexts) for name, output in action["outputs"].items()}
    return result


def restore_cache(given, store):
    """As actions/cache does: a folder by its key. Returns where it is kept from this run on, and the folder."""
    kept, path = store / given["key"], Path(given["path"])
    if kept.exists():
        shutil.copytree(kept, path, dirs_exist_ok=True)
    return kept, path


def commands(log):
    """The workflow commands that the runner would see in a log: name, properties, message."""
    found = []
    for line in log.splitlines():
        if "##[" in line:
            raise Wrong(f"a command of the old kind: {line}")
        if match := re.match(r"\s*::([^\s:]*)(?: (.*?))?::(.*)", line):
            properties = dict(pair.split("=", 1) for pair in (match[2] or "").split(",") if "=" in pair)
            found.append((match[1], {name: unescaped(value) for name, value in properties.items()}, unescaped(match[3])))
        elif line.lstrip().startswith("::"):
            raise Wrong(f"half a command: {line}")
    return found


def unescaped(text):
    for code, sign in (("%2C", ","), ("%3A", ":"), ("%0A", "\n"), ("%0D", "\r"), ("%25", "%")):
        text = text.replace(code, sign)
    return text


def check_summary(summary):
    """Nothing of a file's name becomes markup: no HTML, no row with more cells than its table has."""
    for line in re.sub(r"`[^`\n]*`", "", summary).splitlines():
        if re.search(r"</?(?!(?:details|summary|br|sub|code|kbd|pre)\b)[a-z]", line, re.IGNORECASE):
            raise Wrong(f"HTML in the summary: {line}")
    for table in re.findall(r"(?:^\|.*\n)+", summary + "\n", re.MULTILINE):
        if len({len(re.findall(r"(?<!\\)\|", row)) for row in table.splitlines()}) != 1:
            raise Wrong(f"a torn table in the summary:\n{table}")
