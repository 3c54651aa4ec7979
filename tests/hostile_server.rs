//! A server that means harm, or is broken: nothing is followed, kept or waited for without end, and each is named.

#[path = "support/stage.rs"]
mod stage;
mod support;

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::time::{Duration, Instant};

use serde_json::json;
use stage::{hex, verdict};
use support::{Folder, Run};

/// Starts a server that answers each connection so, and returns its address.
fn serve(answer: impl Fn(&str, &mut TcpStream) -> std::io::Result<()> + Send + Sync + 'static) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = listener.local_addr().expect("an address");
    let answer = std::sync::Arc::new(answer);
    std::thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            let answer = std::sync::Arc::clone(&answer);
            std::thread::spawn(move || {
                let mut request = [0; 4096];
                let len = stream.read(&mut request).unwrap_or(0);
                let line =
                    String::from_utf8_lossy(&request[..len]).lines().next().unwrap_or_default().to_owned();
                // The client goes away as soon as it has had enough.
                let _ = answer(&line, &mut stream);
            });
        }
    });
    format!("http://{address}")
}

/// Looks something up there, and waits for so many seconds.
fn lookup(url: &str, input: &str, max_wait: &str) -> Run {
    let folder = Folder::new();
    let mut command = folder.command(&["verify", "--json", "--max-wait", max_wait, "--api-url", url]);
    command.env("DD_API_KEY", hex(1, 32)).env("DD_APP_KEY", hex(2, 40));
    stage::run(command, input)
}

fn refuses(
    answer: impl Fn(&str, &mut TcpStream) -> std::io::Result<()> + Send + Sync + 'static,
    words: &str,
) {
    let start = Instant::now();
    let run = lookup(&serve(answer), &support::pat(1), "2").exits(2);
    let (state, why) = verdict(&run);
    assert!(state == "unknown" && why.contains(words), "{words}: {run:?}");
    assert!(start.elapsed() < Duration::from_secs(20), "{:?}", start.elapsed());
}

#[test]
fn headers_without_end() {
    let many = |_: &str, out: &mut TcpStream| {
        out.write_all(b"HTTP/1.1 200 OK\r\n")?;
        (0..1_000_000).try_for_each(|n| write!(out, "x-{n}: {}\r\n", "y".repeat(100)))
    };
    refuses(many, "headers");
    let long = |_: &str, out: &mut TcpStream| {
        out.write_all(b"HTTP/1.1 200 OK\r\nx: ")?;
        (0..1_000).try_for_each(|_| out.write_all(&[b'y'; 65536]))
    };
    refuses(long, "headers longer than 64 KiB");
    let informed = |_: &str, out: &mut TcpStream| {
        (0..1_000_000).try_for_each(|_| out.write_all(b"HTTP/1.1 103 Early Hints\r\n\r\n"))
    };
    refuses(informed, "");
}

#[test]
fn an_answer_that_drips() {
    let drip = |head: &'static str| {
        move |_: &str, out: &mut TcpStream| {
            out.write_all(head.as_bytes())?;
            loop {
                out.write_all(b" ")?;
                std::thread::sleep(Duration::from_millis(100));
            }
        }
    };
    refuses(drip("HTTP/1.1 200 OK\r\ncontent-length: 1000000\r\n\r\n{"), "it took too long");
    refuses(drip("HTTP/1.1 200 OK\r\nx: "), "it took too long");
}

#[test]
fn an_answer_that_is_too_large() {
    let large = |_: &str, out: &mut TcpStream| {
        out.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 99999999999\r\n\r\n{\"data\":\"")?;
        (0..1_000).try_for_each(|_| out.write_all(&[b'y'; 65536]))
    };
    refuses(large, "it is larger than 16 MiB");
}

#[test]
fn an_answer_that_leads_elsewhere() {
    let victim = serve(|_, _| panic!("the redirect was followed"));
    for (location, words) in [
        (format!("{victim}/x"), "(302, to 127.0.0.1), and is not followed"),
        ("https://evil.example/?a=b".to_owned(), "(302, to evil.example), and is not followed"),
        ("/elsewhere".to_owned(), "(302), and is not followed"),
        ("https:///x".to_owned(), "(302), and is not followed"),
    ] {
        let reply = format!("HTTP/1.1 302 x\r\nlocation: {location}\r\ncontent-length: 0\r\n\r\n");
        refuses(move |_, out| out.write_all(reply.as_bytes()), words);
    }
}

/// Answers lists: the page of a number.
fn pages(page: impl Fn(u64) -> serde_json::Value + Send + Sync + 'static) -> String {
    serve(move |line, out| {
        let number =
            line.split("number%5D=").nth(1).and_then(|rest| rest.split([' ', '&']).next()?.parse().ok());
        let body = page(number.unwrap_or(0)).to_string();
        write!(out, "HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: {}\r\n\r\n{body}", body.len())
    })
}

#[test]
fn lists_without_end() {
    let items = |from: u64, count: u64, name: &str| -> Vec<serde_json::Value> {
        let item = |n| json!({ "id": format!("k{n}"), "attributes": { "last4": "zzzz", "name": name } });
        (from..from + count).map(item).collect()
    };
    let key = hex(7, 32);
    let refuses = |url: String, words: &str| {
        let (state, why) = verdict(&lookup(&url, &key, "60").exits(2));
        assert!(state == "unknown" && why.contains(words), "{words}: {why}");
    };
    refuses(pages(move |_| json!({ "data": items(0, 100, "x") })), "a list that repeats itself");
    refuses(pages(move |_| json!({ "data": items(0, 5000, "x") })), "a page of more than 100");
    let large = "x".repeat(60_000);
    refuses(pages(move |n| json!({ "data": items(n * 100, 100, &large) })), "a list larger than 64 MiB");
    let total = |n: u64| json!({ "page": { "total_filtered_count": n } });
    refuses(
        pages(move |n| json!({ "data": items(n, 10, "x"), "meta": total(99) })),
        "a list that ends too early",
    );
}
