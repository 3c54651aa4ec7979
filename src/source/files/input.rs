//! Standard input that a run can stop waiting for.

use std::io::{self, Read};

/// Reads standard input until it ends, or until nothing more is wanted: a log
/// that somebody follows may be silent for hours.
pub(super) struct Input<'s> {
    #[cfg(unix)]
    file: std::fs::File,
    #[cfg(not(unix))]
    file: io::StdinLock<'static>,
    /// Asks whether the run is to end.
    is_stopped: &'s dyn Fn() -> bool,
}

impl<'s> Input<'s> {
    /// # Errors
    ///
    /// Standard input is closed.
    pub(super) fn open(is_stopped: &'s dyn Fn() -> bool) -> io::Result<Self> {
        #[cfg(unix)]
        let file = std::os::fd::AsFd::as_fd(&io::stdin()).try_clone_to_owned()?.into();
        #[cfg(not(unix))]
        let file = io::stdin().lock();
        Ok(Self { file, is_stopped })
    }

    /// Waits until there is something to read, or the end; `false` where
    /// nothing more is wanted.
    #[cfg(unix)]
    fn wait(&self) -> io::Result<bool> {
        use rustix::event::{PollFd, PollFlags, Timespec, poll};
        /// A signal that another thread takes does not wake this one.
        const LOOK_AGAIN: Timespec = Timespec { tv_sec: 0, tv_nsec: 100_000_000 };
        while !(self.is_stopped)() {
            match poll(&mut [PollFd::new(&self.file, PollFlags::IN)], Some(&LOOK_AGAIN)) {
                Ok(0) | Err(rustix::io::Errno::INTR) => {}
                Ok(_) => return Ok(true),
                Err(error) => return Err(error.into()),
            }
        }
        Ok(false)
    }

    #[cfg(not(unix))]
    fn wait(&self) -> io::Result<bool> {
        Ok(!(self.is_stopped)())
    }
}

impl Read for Input<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.wait()? { self.file.read(buffer) } else { Ok(0) }
    }
}
