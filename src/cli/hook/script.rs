//! The hook as a file: a few lines of shell that run what was there before,
//! then dogcatcher.

use std::path::Path;

use crate::cli::args::Stage;

/// The line by which our own hooks are known.
pub(super) const MARK: &str =
    "# Set up by `dogcatcher hook install`; `dogcatcher hook uninstall` removes it.";

/// The hook that was there before keeps its name with this behind it.
pub(super) const BEFORE: &str = ".before-dogcatcher";

/// The text of a hook that runs this program; `before` is where the hook that
/// was there before is kept.
///
/// A hook manager may move the hook to another name or folder, and run it from
/// there: the older hook is looked for beside it, then where it was kept. One
/// that comes round to this hook again is not run twice.
pub(super) fn script(stage: Stage, program: &Path, before: &Path) -> String {
    let (name, run) = (stage.file_name(), run(stage));
    let (program, before) = (quoted(&program.to_string_lossy()), quoted(&before.to_string_lossy()));
    format!(
        "#!/bin/sh\n{MARK}\n\
         dogcatcher={program}\n\
         [ -x \"$dogcatcher\" ] || dogcatcher=dogcatcher\n\
         if ! command -v \"$dogcatcher\" >/dev/null 2>&1; then\n\
         \x20   echo \"dogcatcher is not installed any more: install it, or delete $0\" >&2\n\
         \x20   exit 2\n\
         fi\n\
         case $0 in */*) here=${{0%/*}} ;; *) here=. ;; esac\n\
         before=$here/STAGE{BEFORE}\n\
         [ -x \"$before\" ] || before={before}\n\
         [ -x \"$before\" ] && [ \"$DOGCATCHER_HOOK_BEFORE\" != STAGE ] || before=:\n\
         {run}"
    )
    .replace("STAGE", name)
}

/// Returns what comes on standard input has to reach both.
fn run(stage: Stage) -> &'static str {
    match stage {
        Stage::PreCommit => {
            "DOGCATCHER_HOOK_BEFORE=STAGE \"$before\" \"$@\" || exit\n\
             exec \"$dogcatcher\" hook run --stage STAGE\n"
        }
        Stage::PrePush | Stage::PreReceive => {
            "pushed=$(cat)\n\
             feed() { [ -z \"$pushed\" ] || printf '%s\\n' \"$pushed\"; }\n\
             feed | DOGCATCHER_HOOK_BEFORE=STAGE \"$before\" \"$@\" || exit\n\
             feed | \"$dogcatcher\" hook run --stage STAGE -- \"$@\"\n"
        }
    }
}

/// A word of the shell.
fn quoted(word: &str) -> String {
    format!("'{}'", word.replace('\'', r"'\''"))
}
