//! How texts are written, whatever they say: the one table of escapes.
//!
//! It stands apart from `decode` because two rooms read it in opposite
//! directions: `decode` forwards, to see what a text says, and `detect`
//! backwards, from a value to the name that it is assigned to
//! (`DD_API_KEY\u003d…`).
//!
//! ```text
//! forwards    DD_API_KEY\u003d1234…     decode: what does this say?
//! backwards   …DD_API_KEY\u003d|1234    detect: what is this value assigned to?
//! ```

mod escape;

pub use escape::{Escape, Form, escapes_before};
