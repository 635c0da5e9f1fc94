//! Serves the site on localhost, with the headers a good host sends.

use std::fs::{self, File};
use std::io::{self, Read, Seek, SeekFrom};
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context, Result, anyhow};
use tiny_http::{Header, Method, Request, Response, Server, StatusCode};

/// One thread a connection that a browser is likely to hold open.
const THREADS: usize = 8;

/// Sent with every answer. The first two isolate the page, so that it may use shared memory and precise clocks; the last makes a rebuilt
/// bundle show up at the next reload.
const HEADERS: [(&str, &str); 5] = [
    ("Cross-Origin-Opener-Policy", "same-origin"),
    ("Cross-Origin-Embedder-Policy", "require-corp"),
    ("X-Content-Type-Options", "nosniff"),
    ("Accept-Ranges", "bytes"),
    ("Cache-Control", "no-cache"),
];

/// Serves `folder` until the process ends. Prints `http://localhost:PORT/` on a line of its own once requests are answered.
///
/// # Errors
///
/// Those of [`Site::open`].
pub(crate) fn serve(folder: &Path, port: u16) -> Result<()> {
    let site = Site::open(folder, port)?;
    println!("{}", site.address);
    site.answer();
    Ok(())
}

/// A folder with a page, at an address of this machine.
pub(crate) struct Site {
    server: Arc<Server>,
    folder: PathBuf,
    /// `http://localhost:PORT/`. Requests wait until they are answered.
    pub(crate) address: String,
}

impl Site {
    /// `port`: 0 takes any free one.
    ///
    /// # Errors
    ///
    /// Where the folder holds no page, or the port cannot be used.
    pub(crate) fn open(folder: &Path, port: u16) -> Result<Self> {
        if !folder.join("index.html").exists() {
            return Err(anyhow!("{} holds no page; run `./dev build` first.", folder.display()));
        }
        let server = Server::http(("127.0.0.1", port))
            .map_err(|error| anyhow!("Port {port} cannot be used ({error}); give another one, as in `./dev run --port 8090`."))?;
        let address = server.server_addr().to_ip().context("The server has no address.")?;
        let address = format!("http://localhost:{}/", address.port());
        Ok(Self { server: Arc::new(server), folder: folder.to_path_buf(), address })
    }

    /// Answers requests until the process ends.
    pub(crate) fn answer(self) {
        let threads: Vec<_> = (0..THREADS)
            .map(|_| {
                let (server, folder) = (self.server.clone(), self.folder.clone());
                std::thread::spawn(move || {
                    while let Ok(request) = server.recv() {
                        // A visitor who leaves in the middle of an answer is no reason to stop.
                        let _ = answer(request, &folder);
                    }
                })
            })
            .collect();
        for thread in threads {
            let _ = thread.join();
        }
    }
}

/// Answers one request: a file, a part of one, or an error.
fn answer(request: Request, folder: &Path) -> io::Result<()> {
    if !matches!(request.method(), Method::Get | Method::Head) {
        return refuse(request, 405);
    }
    let Some(path) = locate(request.url(), folder) else {
        return refuse(request, 404);
    };
    let mut file = File::open(&path)?;
    let length = file.metadata()?.len();
    let asked = request.headers().iter().find(|header| header.field.equiv("Range")).map(|header| header.value.as_str());
    let (status, start, end) = match asked.and_then(|range| parse_range(range, length)) {
        None => (200, 0, length),
        Some(None) => {
            let header = header("Content-Range", &format!("bytes */{length}"));
            return request.respond(Response::empty(416).with_header(header));
        }
        Some(Some((start, end))) => (206, start, end),
    };
    file.seek(SeekFrom::Start(start))?;
    let mut headers: Vec<Header> = HEADERS.iter().map(|(name, value)| header(name, value)).collect();
    headers.push(header("Content-Type", content_type(&path)));
    if status == 206 {
        headers.push(header("Content-Range", &format!("bytes {start}-{}/{length}", end - 1)));
    }
    let size = usize::try_from(end - start).ok();
    // tiny_http leaves the body out of an answer to HEAD. Its default is to chunk large bodies, which would hide the length that progress needs.
    let response = Response::new(StatusCode(status), headers, file.take(end - start), size, None).with_chunked_threshold(usize::MAX);
    request.respond(response)
}

fn refuse(request: Request, status: u16) -> io::Result<()> {
    let text = if status == 404 { "There is no such file here." } else { "Only GET and HEAD are answered." };
    request.respond(Response::from_string(text).with_status_code(status))
}

/// The file that a request's path names, if it lies in `folder`.
fn locate(url: &str, folder: &Path) -> Option<PathBuf> {
    let path = url.split(['?', '#']).next().unwrap_or_default();
    let path = decode(path)?;
    let relative = Path::new(path.trim_start_matches('/'));
    if !relative.components().all(|part| matches!(part, Component::Normal(_))) {
        return None;
    }
    let found = folder.join(relative);
    let found = if found.is_dir() { found.join("index.html") } else { found };
    // A link must not lead out of the folder either.
    let (found, folder) = (fs::canonicalize(found).ok()?, fs::canonicalize(folder).ok()?);
    (found.is_file() && found.starts_with(folder)).then_some(found)
}

/// Percent-decoding; `None` where the result is not UTF-8.
fn decode(path: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(path.len());
    let mut rest = path.as_bytes();
    while let Some((&first, after)) = rest.split_first() {
        let code = (first == b'%').then(|| after.get(..2)).flatten().and_then(|hex| std::str::from_utf8(hex).ok());
        match code.and_then(|hex| u8::from_str_radix(hex, 16).ok()) {
            Some(byte) => {
                bytes.push(byte);
                rest = &after[2..];
            }
            None => {
                bytes.push(first);
                rest = after;
            }
        }
    }
    String::from_utf8(bytes).ok()
}

/// One `bytes=a-b`, `bytes=a-` or `bytes=-n` as a half-open range. `None`: serve the whole file, as for anything that is not understood;
/// `Some(None)`: the range lies outside the file.
fn parse_range(range: &str, length: u64) -> Option<Option<(u64, u64)>> {
    let (first, last) = range.strip_prefix("bytes=")?.split_once('-')?;
    let (start, end) = match (first.is_empty(), last.is_empty()) {
        (false, true) => (first.parse().ok()?, length),
        (false, false) => (first.parse().ok()?, last.parse::<u64>().ok()?.saturating_add(1).min(length)),
        (true, false) => (length.saturating_sub(last.parse().ok()?), length),
        (true, true) => return None,
    };
    Some((start < end).then_some((start, end)))
}

fn header(name: &str, value: &str) -> Header {
    // Names and values here are our own ASCII.
    Header::from_bytes(name, value).unwrap_or_else(|()| unreachable!("{name}: {value} is a header"))
}

/// Browsers refuse modules and WebAssembly under any other type.
fn content_type(path: &Path) -> &'static str {
    match path.extension().and_then(|kind| kind.to_str()).unwrap_or_default() {
        "html" => "text/html; charset=utf-8",
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "json" => "application/json",
        "webmanifest" => "application/manifest+json",
        "wasm" => "application/wasm",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "jpg" | "jpeg" => "image/jpeg",
        "webp" => "image/webp",
        "ico" => "image/x-icon",
        "woff2" => "font/woff2",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_are_clipped_to_the_file() {
        assert_eq!(parse_range("bytes=2-5", 10), Some(Some((2, 6))));
        assert_eq!(parse_range("bytes=2-", 10), Some(Some((2, 10))));
        assert_eq!(parse_range("bytes=-3", 10), Some(Some((7, 10))));
        assert_eq!(parse_range("bytes=8-99", 10), Some(Some((8, 10))));
        assert_eq!(parse_range("bytes=10-12", 10), Some(None));
        assert_eq!(parse_range("bytes=0-1,4-5", 10), None);
        assert_eq!(parse_range("lines=1-2", 10), None);
    }

    #[test]
    fn nothing_outside_the_folder_is_served() {
        let folder = crate::paths::root().join("crates/xtask");
        assert!(locate("/Cargo.toml?x=1", &folder).is_some());
        assert!(locate("/src/main%2Ers", &folder).is_some());
        assert!(locate("/../xtask/Cargo.toml", &folder).is_none());
        assert!(locate("/%2e%2e/xtask/Cargo.toml", &folder).is_none());
        assert!(locate("//etc/hostname", &folder).is_none());
        assert!(locate("/src", &folder).is_none());
    }
}
