//! How texts are written, whatever they say.

mod escape;

pub use escape::{Escape, Form, escapes_before};
