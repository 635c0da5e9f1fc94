//! Files of `torch.save`, both containers; of the zip archive also its parts, whose checksums then fit again.
//!
//! The fixtures are state dicts of no network, and a network of this format is accepted only if it is a published one, of megabytes. So nothing that
//! comes from the seeds may be accepted.

use std::{
    io::{Cursor, Read, Write},
    time::Duration,
};

use mutatis::Session;
use vgg::WeightsFile;
use zip::{CompressionMethod, ZipArchive, ZipWriter, write::SimpleFileOptions};

use super::{Limits, Target, Verdict, refused, tiny};
use crate::mutate::{bytes::Bytes, choose};

struct Torch {
    files: Vec<Vec<u8>>,
    /// Names and bytes of the archive's parts.
    parts: Vec<(String, Vec<u8>)>,
}

pub(super) fn target() -> Box<dyn Target> {
    let files = vec![tiny::file("fixtures/state-dict.pth").1, tiny::file("fixtures/state-dict-stream.pth").1];
    let parts = unpacked(&files[0]).unwrap_or_default();
    Box::new(Torch { files, parts })
}

fn unpacked(file: &[u8]) -> zip::result::ZipResult<Vec<(String, Vec<u8>)>> {
    let mut zip = ZipArchive::new(Cursor::new(file))?;
    (0..zip.len())
        .map(|n| {
            let mut part = zip.by_index(n)?;
            let (name, mut bytes) = (part.name()?.into_owned(), Vec::new());
            part.read_to_end(&mut bytes)?;
            Ok((name, bytes))
        })
        .collect()
}

fn packed(parts: &[(String, Vec<u8>)]) -> zip::result::ZipResult<Vec<u8>> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in parts {
        zip.start_file(name.as_str(), SimpleFileOptions::default().compression_method(CompressionMethod::Stored))?;
        zip.write_all(bytes)?;
    }
    Ok(zip.finish()?.into_inner())
}

impl Target for Torch {
    fn name(&self) -> &'static str {
        "torch"
    }

    fn limits(&self) -> Limits {
        Limits { time: Duration::from_secs(1), memory: 4 << 20, memory_per_byte: 256 }
    }

    /// None that are valid.
    fn seeds(&self) -> Vec<(String, Vec<u8>)> {
        Vec::new()
    }

    fn input(&mut self, session: &mut Session) -> Vec<u8> {
        let which = choose(session, self.files.len() + 1);
        if let Some(file) = self.files.get(which) {
            return changed(file.clone(), session);
        }
        let mut parts = self.parts.clone();
        let at = choose(session, parts.len());
        parts[at].1 = changed(std::mem::take(&mut parts[at].1), session);
        // A part of a name that the archive has already is refused by the writer: then the first file.
        packed(&parts).unwrap_or_else(|_| self.files[0].clone())
    }

    fn check(&mut self, input: &[u8]) -> Result<Verdict, String> {
        match WeightsFile::parse(input.to_vec()) {
            Ok(_) => Err("it is taken for a network".to_owned()),
            Err(error) => refused(&error),
        }
    }
}

fn changed(mut bytes: Vec<u8>, session: &mut Session) -> Vec<u8> {
    for _ in 0..=choose(session, 3) {
        let _ = session.mutate_with(&mut Bytes, &mut bytes);
    }
    bytes
}
