//! As much of HTTP/1.1 as the fake server needs: servers that are made to be
//! used do not cut connections on purpose.
//!
//! It reads the request line, headers and a body of a length that is given, in
//! ASCII; no chunks, no pipelines, no continuation lines. `ureq` sends nothing
//! else.

use std::fmt::Write as _;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::TcpStream;

/// The longest request.
const MAX: u64 = 1 << 20;

/// A request as it came.
#[derive(Debug, Clone, Default)]
pub(super) struct Request {
    /// The method, in capitals.
    pub(super) method: String,
    /// The path and the query.
    pub(super) path: String,
    /// Names in lower case, and values without blanks around them.
    headers: Vec<(String, String)>,
    /// The body, as long as the request says.
    pub(super) body: Vec<u8>,
    /// Everything that came, byte for byte.
    pub(super) bytes: Vec<u8>,
}

impl Request {
    /// Reads the next request of a connection; none where the client has gone.
    ///
    /// # Errors
    ///
    /// The connection breaks off within a request.
    pub(super) fn read_next(stream: &TcpStream) -> io::Result<Option<Self>> {
        let mut reader = BufReader::with_capacity(1, stream.take(MAX));
        let mut bytes = Vec::new();
        while !bytes.ends_with(b"\r\n\r\n") {
            if reader.read_until(b'\n', &mut bytes)? == 0 {
                return Ok(None);
            }
        }
        let text = String::from_utf8_lossy(&bytes).into_owned();
        let mut lines = text.split("\r\n");
        let mut first = lines.next().unwrap_or_default().split(' ').map(str::to_owned);
        let mut request = Self {
            method: first.next().unwrap_or_default(),
            path: first.next().unwrap_or_default(),
            headers: lines
                .filter_map(|line| line.split_once(':'))
                .map(|(name, value)| (name.trim().to_ascii_lowercase(), value.trim().to_owned()))
                .collect(),
            ..Self::default()
        };
        let len = request.header("content-length").and_then(|len| len.parse().ok()).unwrap_or(0);
        request.body = vec![0; usize::try_from(MAX.min(len)).unwrap_or(0)];
        reader.read_exact(&mut request.body)?;
        bytes.extend_from_slice(&request.body);
        request.bytes = bytes;
        Ok(Some(request))
    }

    /// Returns the value of a header, whose name is in lower case.
    pub(super) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(it, _)| it == name).map(|(_, value)| value.as_str())
    }
}

/// An answer that is to be sent.
#[derive(Debug, Clone)]
pub(super) struct Reply {
    /// Status; 204 is sent without a body.
    status: u16,
    /// Text of the body.
    body: String,
    /// Headers beside the type and the length.
    headers: Vec<(String, String)>,
}

impl Reply {
    /// Makes an answer whose body is this text, whatever it is.
    pub(super) fn with_text(status: u16, body: &str) -> Self {
        Self { status, body: body.to_owned(), headers: Vec::new() }
    }

    /// Makes an answer whose body is this value.
    pub(super) fn with_json(status: u16, body: &serde_json::Value) -> Self {
        Self::with_text(status, &body.to_string())
    }

    /// Makes an answer in the form in which Datadog words errors: `{"errors":
    /// ["…"]}`.
    pub(super) fn with_error(status: u16, words: &str) -> Self {
        Self::with_json(status, &serde_json::json!({ "errors": [words] }))
    }

    /// Adds a header.
    pub(super) fn with_header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Sends the answer. The connection stays open for the next request.
    ///
    /// # Errors
    ///
    /// The client has gone: a test that gave up, say.
    pub(super) fn write_to(&self, mut stream: &TcpStream) -> io::Result<()> {
        let mut head = format!("HTTP/1.1 {} x\r\n", self.status);
        for (name, value) in &self.headers {
            let _ = write!(head, "{name}: {value}\r\n");
        }
        // 204 has no body, and so no length.
        if self.status != 204 {
            let _ = write!(head, "content-type: application/json\r\ncontent-length: {}\r\n", self.body.len());
        }
        let body = if self.status == 204 { "" } else { &self.body };
        stream.write_all(format!("{head}\r\n{body}").as_bytes())
    }
}
