#!/usr/bin/env node
// Starts the program of this platform's package, with the same arguments, input, output and exit status.
"use strict";

const { spawnSync } = require("node:child_process");
const { constants } = require("node:os");

const name = `dogcatcher-${process.platform}-${process.arch}`;
const file = process.platform === "win32" ? "dogcatcher.exe" : "dogcatcher";

function fail(why) {
  process.stderr.write(`dogcatcher: ${why}\n`);
  process.exit(2);
}

let program;
try {
  program = require.resolve(`${name}/${file}`);
} catch {
  fail(`the package ${name} is not installed: install without --omit=optional, or build with cargo where there is none for this platform`);
}

// Ctrl-C goes to the program, too, which reports what it has found so far: wait for it.
process.on("SIGINT", () => {});
const done = spawnSync(program, process.argv.slice(2), { stdio: "inherit", windowsHide: true });
if (done.error) {
  fail(`cannot run ${program}: ${done.error.message}`);
}
// As a shell would have it: 128 and the number of the signal.
process.exit(done.status ?? 128 + (constants.signals[done.signal] ?? 0));
