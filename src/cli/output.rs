//! Where reports go: standard output, or a file that appears whole or not at
//! all.
//!
//! A file is written beside its final name and renamed. Before the scan it is
//! made once, to see that it can be: no scan is in vain. Where a run fails, the
//! report of an earlier run does not stay, so that nobody uploads yesterday's
//! verdict.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use anstream::{AutoStream, ColorChoice};
use dogcatcher::error::Error;
use dogcatcher::report::{self, Format, Options, foreign, hidden};
use dogcatcher::rule::RuleSet;
use dogcatcher::scan::Outcome;
use tempfile::NamedTempFile;

use super::args::{ColorWhen, FindingArgs, OutputArgs, ReportTarget};
use super::leftovers;

/// A place that a report can be written to; tried before the scan, so that no
/// scan is in vain.
pub(super) struct Output {
    target: ReportTarget,
    sink: Sink,
}

/// The way to a report's place.
enum Sink {
    Stdout,
    /// Written beside its final name and then renamed.
    Atomic(PathBuf),
    /// A device or a pipe, which cannot be replaced.
    Direct(File),
}

/// Takes note of the reports that a run is to replace: where it fails, those of
/// an earlier run do not stay.
///
/// # Errors
///
/// One leads elsewhere, by a link of a repository.
pub(super) fn note_old_reports<'f>(
    output: &'f OutputArgs,
    others: impl IntoIterator<Item = &'f PathBuf>,
    findings: &FindingArgs,
) -> Result<(), Error> {
    let baseline = findings.baseline.as_deref().and_then(|path| path.canonicalize().ok());
    let reports = output.report.iter().filter_map(|report| report.file.as_ref());
    for file in reports.chain(others) {
        refuse_link(file)?;
        let old = file.canonicalize().ok().filter(|path| path.is_file());
        // What is read, too, is not the report of an earlier run alone.
        old.filter(|path| Some(path) != baseline.as_ref()).iter().for_each(|path| leftovers::add_path(path));
    }
    Ok(())
}

/// Refuses a path that a link of a repository leads elsewhere: whoever
/// committed it would choose which file is replaced.
///
/// # Errors
///
/// It is such a path.
pub(super) fn refuse_link(path: &Path) -> Result<(), Error> {
    let Ok(whole) = std::path::absolute(path) else { return Ok(()) };
    let links = whole.ancestors().filter(|part| part.is_symlink());
    let brought = links.filter(|link| link.ancestors().skip(1).any(|folder| folder.join(".git").exists()));
    match brought.last() {
        None => Ok(()),
        Some(link) => Err(Error::usage(
            "write to",
            path.display().to_string(),
            format!("{} is a link in a repository, and leads elsewhere", link.display()),
        )
        .mend("name the file that it leads to, or remove the link")),
    }
}

impl Output {
    /// Opens a place, without changing what is there.
    ///
    /// # Errors
    ///
    /// It cannot be written to, or a link of a repository leads there.
    pub(super) fn open(target: ReportTarget) -> Result<Self, Error> {
        let sink = match &target.file {
            None => Sink::Stdout,
            Some(path) => {
                refuse_link(path)?;
                open_file(path).map_err(|cause| write_error(path, &cause))?
            }
        };
        Ok(Self { target, sink })
    }

    /// Writes the report of a scan there. Only text to a terminal has colour.
    pub(super) fn write(
        self,
        outcome: &Outcome<'_>,
        rules: &RuleSet,
        options: &Options,
        color: ColorWhen,
    ) -> Result<(), Error> {
        let format = self.target.format;
        self.write_with(options, color, |options, out| report::write(format, outcome, rules, options, out))
    }

    /// Writes what a function writes in the format that was asked for.
    pub(super) fn write_with(
        self,
        options: &Options,
        color: ColorWhen,
        write: impl FnOnce(&Options, &mut dyn Write) -> io::Result<()>,
    ) -> Result<(), Error> {
        let is_text = self.target.format == Format::Text;
        let plain = Options { styled: false, width: 100, ..options.clone() };
        match self.sink {
            Sink::Stdout => {
                // What programs read has no colour, and need not be searched for it.
                let color = if is_text { color } else { ColorWhen::Always };
                print(color, |out, styled| {
                    write(&Options { styled: styled && is_text, ..options.clone() }, out)
                })
            }
            Sink::Direct(file) => {
                let mut out = BufWriter::new(file);
                let written = write(&plain, &mut out).and_then(|()| out.flush());
                written.map_err(|cause| write_error(&self.target.file.unwrap_or_default(), &cause))
            }
            Sink::Atomic(path) => {
                let written = temporary_beside(&path, options.show_secrets).and_then(|file| {
                    let mut out = BufWriter::new(file);
                    write(&plain, &mut out)?;
                    let file = out.into_inner().map_err(io::IntoInnerError::into_error)?;
                    leftovers::persist_file(file, &path)
                });
                written.map_err(|cause| write_error(&path, &cause))
            }
        }
    }
}

/// Writes a file that appears whole or not at all, in place of the one that is
/// there.
///
/// # Errors
///
/// It cannot be written, or a link of a repository leads elsewhere.
pub(super) fn replace_file(path: &Path, text: &str) -> Result<(), Error> {
    write_file(path, text.as_bytes(), false)
}

/// Writes a file of secrets in the same way; it is for its owner alone.
///
/// # Errors
///
/// It cannot be written, or a link of a repository leads elsewhere.
pub(super) fn write_private_file(path: &Path, bytes: &[u8]) -> Result<(), Error> {
    write_file(path, bytes, true)
}

fn write_file(path: &Path, bytes: &[u8], is_secret: bool) -> Result<(), Error> {
    refuse_link(path)?;
    let written = temporary_beside(path, is_secret).and_then(|mut file| {
        file.write_all(bytes)?;
        leftovers::persist_file(file, path)
    });
    written.map_err(|cause| Error::io("write", path.display().to_string(), &cause))
}

/// Refuses to write a report over one that is read: what is chosen of it would
/// be all that is left.
///
/// # Errors
///
/// A target is one of the files.
pub(super) fn refuse_replacing<'f>(
    targets: &[ReportTarget],
    files: impl IntoIterator<Item = &'f Path>,
) -> Result<(), Error> {
    let read: Vec<PathBuf> = files.into_iter().filter_map(|file| file.canonicalize().ok()).collect();
    for file in targets.iter().filter_map(|target| target.file.as_ref()) {
        if file.canonicalize().is_ok_and(|path| path.is_file() && read.contains(&path)) {
            let file = file.display().to_string();
            return Err(
                Error::usage("write to", file, "it is a report that is read").mend("name another file")
            );
        }
    }
    Ok(())
}

/// Makes the error of a report that cannot be written.
fn write_error(path: &Path, cause: &io::Error) -> Error {
    Error::io("write the report", path.display().to_string(), cause).mend(match cause.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded | io::ErrorKind::FileTooLarge => {
            "make room there, or choose another folder"
        }
        _ => "choose a folder that exists and that you may write to",
    })
}

/// Tries whether a file can be written, and returns how.
fn open_file(path: &Path) -> io::Result<Sink> {
    // A link stays a link: what it points to is replaced.
    let path = path.canonicalize().unwrap_or_else(|_| link_target(path));
    if path.is_dir() {
        return Err(io::ErrorKind::IsADirectory.into());
    }
    if path.exists() && !path.is_file() {
        return Ok(Sink::Direct(File::options().write(true).open(path)?));
    }
    // Only to see whether it can be written: the scan must not meet it.
    let file = temporary_beside(&path, false)?;
    let name = file.path().to_path_buf();
    file.close()?;
    leftovers::forget_path(&name);
    Ok(Sink::Atomic(path))
}

/// Returns what a link that leads nowhere yet points to, or the path itself.
fn link_target(path: &Path) -> PathBuf {
    let folder = path.parent().unwrap_or(Path::new(""));
    path.read_link().map_or_else(|_| path.to_path_buf(), |target| folder.join(target))
}

/// Makes a file beside `path`, which it will become; one that holds secrets is
/// for its owner alone.
fn temporary_beside(path: &Path, secret: bool) -> io::Result<NamedTempFile> {
    let folder = match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    };
    let mut builder = tempfile::Builder::new();
    builder.prefix(".dogcatcher-");
    // A report is as readable as any file that the user makes, within the umask; a temporary file alone would not be.
    #[cfg(unix)]
    if !secret {
        builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
    }
    let file = leftovers::temporary_file(&builder, folder)?;
    // Who could not read the old one does not get to read the new one.
    if let Some(old) = path.metadata().ok().filter(|it| it.is_file() && !secret) {
        file.as_file().set_permissions(old.permissions())?;
    }
    Ok(file)
}

/// Prints to standard output, in colour where that is wanted. A reader that has
/// had enough is no error.
pub(super) fn print(
    color: ColorWhen,
    write: impl FnOnce(&mut dyn Write, bool) -> io::Result<()>,
) -> Result<(), Error> {
    let choice = match color {
        ColorWhen::Auto => AutoStream::choice(&io::stdout()),
        ColorWhen::Always => ColorChoice::AlwaysAnsi,
        ColorWhen::Never => ColorChoice::Never,
    };
    let styled = !matches!(choice, ColorChoice::Never);
    let mut out = BufWriter::new(AutoStream::new(io::stdout().lock(), choice));
    match write(&mut out, styled).and_then(|()| out.flush()) {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        result => result.map_err(|cause| Error::io("write to", "standard output", &cause)),
    }
}

/// Prints an error to where people look for it.
pub(super) fn report_error(error: &Error) {
    let style = anstyle::AnsiColor::Red.on_default().bold();
    // Nobody is left to tell if this fails.
    let text = hidden(&error.to_string());
    let _ = writeln!(anstream::stderr(), "{style}error:{style:#} {text}");
}

/// Tells a person something beside the report, on standard error.
pub(super) fn notice(text: &str) {
    // Whoever closed standard error wants no notices.
    let _ = writeln!(anstream::stderr(), "note: {}", foreign(text));
}

/// Returns the number of columns that text may take: the terminal's, between 60
/// and 120, or 80.
pub(super) fn text_width() -> usize {
    let terminal = terminal_size::terminal_size().map(|(width, _)| usize::from(width.0));
    terminal.unwrap_or(80).clamp(60, 120)
}

/// Returns the number of columns that help may take: the terminal's, or else
/// those of `COLUMNS`, 100 at most; 80 where nobody knows.
pub(super) fn help_width() -> usize {
    let terminal = terminal_size::terminal_size().map(|(width, _)| usize::from(width.0));
    let named = || std::env::var("COLUMNS").ok()?.parse().ok().filter(|columns| *columns > 0);
    terminal.or_else(named).unwrap_or(80).min(100)
}
