//! Changes to a safetensors file by its tensors, after which the offsets fit again, so that the file is read as one; and by its header, after
//! which they need not.

use mutatis::{Candidates, Context, Mutate, Result};
use safetensors::SafeTensors;
use serde_json::{Map, Value, json};

use super::{below, bytes::Bytes, json, json::Json, one_of};

const DTYPES: [&str; 10] = ["F32", "F16", "BF16", "F64", "U8", "I8", "I32", "BOOL", "F4", "X1"];

/// A tensor of a file.
#[derive(Clone, Debug)]
struct Part {
    name: String,
    dtype: String,
    shape: Vec<usize>,
    bytes: Vec<u8>,
}

/// A file taken apart.
#[derive(Clone, Debug)]
pub struct File {
    /// Strings by name.
    pub metadata: Map<String, Value>,
    parts: Vec<Part>,
}

impl File {
    /// Of a valid file; nothing of another one.
    #[must_use]
    pub fn read(bytes: &[u8]) -> Option<Self> {
        let file = SafeTensors::deserialize(bytes).ok()?;
        let (_, header) = SafeTensors::read_metadata(bytes).ok()?;
        let metadata = header.metadata().clone().unwrap_or_default().into_iter().map(|(key, value)| (key, Value::from(value))).collect();
        let mut parts: Vec<Part> = file
            .iter()
            .map(|(name, view)| Part {
                name: name.to_owned(),
                dtype: format!("{:?}", view.dtype()),
                shape: view.shape().to_vec(),
                bytes: view.data().to_vec(),
            })
            .collect();
        // The library's order is a random one.
        parts.sort_by(|a, b| a.name.cmp(&b.name));
        Some(Self { metadata, parts })
    }

    /// Names, shapes and bytes of the tensors, as a checksum over them wants these.
    pub fn tensors(&self) -> impl Iterator<Item = (&str, &[usize], &[u8])> {
        self.parts.iter().map(|part| (part.name.as_str(), part.shape.as_slice(), part.bytes.as_slice()))
    }

    /// Changes the file once: its tensors, its metadata or its bytes -> the bytes. `metadata`: changes the metadata, of which only the caller knows
    /// the structure.
    pub fn changed(mut self, session: &mut mutatis::Session, metadata: impl FnOnce(&mut Self, &mut mutatis::Session)) -> Vec<u8> {
        match super::choose(session, 8) {
            0..=2 => drop(session.mutate_with(&mut Parts, &mut self.parts)),
            3..=4 => metadata(&mut self, session),
            5 => {
                let mut bytes = self.written();
                let _ = session.mutate_with(&mut Bytes, &mut bytes);
                return bytes;
            }
            _ => {
                let mut header = self.header();
                let _ = session.mutate_with(&mut Json, &mut header);
                return self.under(&json::text(&header));
            }
        }
        self.written()
    }

    /// The file.
    #[must_use]
    pub fn written(&self) -> Vec<u8> {
        self.under(&json::text(&self.header()))
    }

    fn header(&self) -> Value {
        let mut header = Map::new();
        if !self.metadata.is_empty() {
            header.insert("__metadata__".to_owned(), Value::Object(self.metadata.clone()));
        }
        let mut at = 0;
        for Part { name, dtype, shape, bytes } in &self.parts {
            let end = at + bytes.len();
            header.insert(name.clone(), json!({ "dtype": dtype, "shape": shape, "data_offsets": [at, end] }));
            at = end;
        }
        Value::Object(header)
    }

    fn under(&self, header: &str) -> Vec<u8> {
        let data = self.parts.iter().flat_map(|part| &part.bytes).copied();
        (header.len() as u64).to_le_bytes().into_iter().chain(header.bytes()).chain(data).collect()
    }
}

struct Parts;

impl Mutate<Vec<Part>> for Parts {
    fn mutate(&mut self, candidates: &mut Candidates<'_>, parts: &mut Vec<Part>) -> Result<()> {
        candidates.mutation_group(12, |context, which| {
            change(context, which, parts);
            Ok(())
        })
    }
}

fn change(context: &mut Context, which: u32, parts: &mut Vec<Part>) {
    if parts.is_empty() {
        return;
    }
    let (at, other) = (below(context, parts.len()), below(context, parts.len()));
    match which {
        0 => drop(parts.remove(at)),
        1 => {
            let name = parts[other].name.clone();
            parts[at].name = name;
        }
        2 => parts[at].name.push_str([".weight", "x", "0"][below(context, 3)]),
        3 => {
            let twin = Part { name: format!("{}.more", parts[at].name), ..parts[at].clone() };
            parts.push(twin);
        }
        4 => parts[at].shape.reverse(),
        5 => parts[at].shape.push(1),
        6 => {
            parts[at].dtype = (*one_of(context, &DTYPES)).to_owned();
        }
        // Half as many elements, and as many bytes less.
        7 => {
            if let Some(side) = parts[at].shape.first_mut().filter(|side| **side % 2 == 0) {
                *side /= 2;
                let half = parts[at].bytes.len() / 2;
                parts[at].bytes.truncate(half);
            }
        }
        8 => {
            let part = parts[other].clone();
            parts[at] = Part { name: parts[at].name.clone(), ..part };
        }
        9 => {
            parts[at].shape[0..].fill(0);
            parts[at].bytes.clear();
        }
        // Most often a value: of them a file has the most.
        _ => {
            let value = f32::from_bits(context.rng().gen_u32());
            let bytes = &mut parts[at].bytes;
            if bytes.len() >= 4 {
                let place = below(context, bytes.len() / 4) * 4;
                let value = *one_of(context, &[value, f32::NAN, f32::INFINITY, 1e38, 7e4, -3.0, 0.0]);
                bytes[place..place + 4].copy_from_slice(&value.to_le_bytes());
            }
        }
    }
}
