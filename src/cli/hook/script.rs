//! The hook as a file: a few lines of shell that run what was there before, then dogcatcher.

use std::path::Path;

use crate::cli::args::Stage;

/// The line by which our own hooks are known.
pub(super) const MARK: &str =
    "# Set up by `dogcatcher hook install`; `dogcatcher hook uninstall` removes it.";

/// The hook that was there before keeps its name with this behind it.
pub(super) const BEFORE: &str = ".before-dogcatcher";

/// The text of a hook that runs this program.
pub(super) fn script(stage: Stage, program: &Path) -> String {
    let program = quoted(&program.to_string_lossy());
    let (name, run) = (stage.name(), run(stage));
    format!(
        "#!/bin/sh\n{MARK}\n\
         dogcatcher={program}\n\
         [ -x \"$dogcatcher\" ] || dogcatcher=dogcatcher\n\
         if ! command -v \"$dogcatcher\" >/dev/null 2>&1; then\n\
         \x20   echo \"dogcatcher is not installed any more: install it, or delete $0\" >&2\n\
         \x20   exit 2\n\
         fi\n\
         before=\"$0{BEFORE}\"\n\
         [ -x \"$before\" ] || before=:\n\
         {}",
        run.replace("STAGE", name)
    )
}

/// What comes on standard input has to reach both.
fn run(stage: Stage) -> &'static str {
    match stage {
        Stage::PreCommit => "\"$before\" \"$@\" || exit\nexec \"$dogcatcher\" hook run --stage STAGE\n",
        Stage::PrePush | Stage::PreReceive => {
            "pushed=$(cat)\n\
             feed() { [ -z \"$pushed\" ] || printf '%s\\n' \"$pushed\"; }\n\
             feed | \"$before\" \"$@\" || exit\n\
             feed | \"$dogcatcher\" hook run --stage STAGE -- \"$@\"\n"
        }
    }
}

/// A word of the shell.
fn quoted(word: &str) -> String {
    format!("'{}'", word.replace('\'', r"'\''"))
}
