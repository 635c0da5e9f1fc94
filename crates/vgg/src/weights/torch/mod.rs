//! Reads what `torch.save` writes, from memory, because a page has no file system: the zip container of PyTorch 1.6 and later, and the
//! stream of pickles and storages before it. (The crate `pytorch-reader` reads both from paths alone; a test holds this against it.)

mod pickle;

use std::{
    borrow::Cow,
    collections::BTreeMap,
    io::{Cursor, Read},
};

use safetensors::Dtype;
use zip::{CompressionMethod, ZipArchive};

use self::pickle::{Reference, Value};
use crate::{Error, error::quoted};

/// The stream's first pickle: the number 0x1950a86a20f9469cfc6c.
const MAGIC: [u8; 14] = [0x80, 0x02, 0x8a, 0x0a, 0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19];
/// The first bytes of a zip archive.
const ZIP: [u8; 4] = *b"PK\x03\x04";
/// The stream's version, the second pickle.
const VERSION: i64 = 1001;
/// Prefixes that training programs put before a state dict's names.
const PREFIXES: [&str; 4] = ["state_dict.", "model_state_dict.", "model.", "module."];

/// Whether these are the first bytes of a file of `torch.save`.
pub(crate) fn is_torch(bytes: &[u8]) -> bool {
    bytes.starts_with(&MAGIC) || bytes.starts_with(&ZIP)
}

/// A checkpoint's tensors by name; values are read on request.
pub(crate) struct Checkpoint<'a> {
    tensors: BTreeMap<String, Reference>,
    storages: Storages<'a>,
}

enum Storages<'a> {
    /// Key and bytes.
    Stream(BTreeMap<String, &'a [u8]>),
    /// The archive, and the folder in it that holds `data/KEY`.
    Zip(Box<ZipArchive<Cursor<&'a [u8]>>>, String),
}

/// A tensor, row by row, little-endian.
pub(crate) struct Loaded<'a> {
    pub(crate) dtype: Dtype,
    pub(crate) shape: Vec<usize>,
    pub(crate) bytes: Cow<'a, [u8]>,
}

impl<'a> Checkpoint<'a> {
    /// `bytes`: the whole file.
    ///
    /// # Errors
    ///
    /// When it is cut short, damaged, or holds no state dict.
    pub(crate) fn read(bytes: &'a [u8]) -> Result<Self, Error> {
        let (root, storages) = if bytes.starts_with(&ZIP) { archive(bytes)? } else { stream(bytes)? };
        let mut tensors = BTreeMap::new();
        collect(&root, "", &mut tensors);
        if tensors.is_empty() {
            return Err(torch("it holds no tensors by name; save the model's state_dict() instead of the model"));
        }
        Ok(Self { tensors, storages })
    }

    /// The names of its tensors, sorted.
    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        self.tensors.keys().map(String::as_str)
    }

    /// A tensor with its values, of floating-point numbers of 32 or 16 bits or of whole ones of 8.
    ///
    /// # Errors
    ///
    /// When there is none of this name, it is of another type, or its values are not all there.
    pub(crate) fn tensor(&mut self, name: &str) -> Result<Loaded<'a>, Error> {
        let reference = self.tensors.get(name).ok_or_else(|| Error::Missing(name.to_owned()))?;
        let Reference { storage, offset, shape, stride } = reference;
        let (dtype, size) = match storage.kind.as_str() {
            "FloatStorage" => (Dtype::F32, 4),
            "HalfStorage" => (Dtype::F16, 2),
            "ByteStorage" => (Dtype::U8, 1),
            other => return Err(Error::Type { name: quoted(name), found: quoted(other) }),
        };
        if !contiguous(shape, stride) {
            return Err(torch(&format!("its tensor \"{name}\" is not contiguous; save it with .contiguous()")));
        }
        let range = shape.iter().try_fold(size, |bytes: usize, side| bytes.checked_mul(*side)).and_then(|length| {
            let start = offset.checked_mul(size)?;
            Some(start..start.checked_add(length)?)
        });
        let bytes = match &mut self.storages {
            Storages::Stream(storages) => Cow::Borrowed(*storages.get(&storage.key).ok_or_else(|| damaged(name))?),
            Storages::Zip(zip, folder) => Cow::Owned(entry(zip, &format!("{folder}data/{}", storage.key))?),
        };
        let range = range.filter(|range| range.end <= bytes.len()).ok_or_else(|| damaged(name))?;
        let bytes = match bytes {
            Cow::Borrowed(all) => Cow::Borrowed(&all[range]),
            Cow::Owned(all) if range == (0..all.len()) => Cow::Owned(all),
            Cow::Owned(all) => Cow::Owned(all[range].to_vec()),
        };
        Ok(Loaded { dtype, shape: shape.clone(), bytes })
    }
}

/// Four pickles (magic number, version, system, state dict), the list of the storages' keys, then each storage: its count and its bytes.
fn stream(bytes: &[u8]) -> Result<(Value, Storages<'_>), Error> {
    let mut at = 0;
    let next = |at: &mut usize| -> Result<Value, Error> {
        let (value, length) = pickle::read(&bytes[*at..]).map_err(|reason| torch(&reason))?;
        *at += length;
        Ok(value)
    };
    next(&mut at)?;
    if !matches!(next(&mut at)?, Value::Int(VERSION)) {
        return Err(torch("it is of a version that PyTorch itself refuses"));
    }
    let Value::Dict(system) = next(&mut at)? else { return Err(torch("it does not describe the system that wrote it")) };
    let little = system.items.iter().find(|(key, _)| key.text() == Some("little_endian"));
    if !matches!(little, Some((_, Value::Bool(true)))) {
        return Err(torch("it was written on a big-endian machine"));
    }
    let root = next(&mut at)?;
    let Value::List(keys) = next(&mut at)? else { return Err(torch("it does not list its storages")) };
    let mut sizes = BTreeMap::new();
    elements(&root, &mut sizes);
    let mut storages = BTreeMap::new();
    for key in &keys.items {
        let key = key.text().ok_or_else(|| torch("a storage has no name"))?;
        let cut = || torch("it is cut short: copy or download it again");
        let count = bytes.get(at..).and_then(|rest| rest.first_chunk::<8>()).map(|count| u64::from_le_bytes(*count)).ok_or_else(cut)?;
        at += 8;
        let size = sizes.get(key).ok_or_else(|| torch("it holds values of a type that Pastiche does not know"))?;
        let length = usize::try_from(count).ok().and_then(|count| count.checked_mul(*size)).ok_or_else(cut)?;
        let storage = at.checked_add(length).and_then(|end| bytes.get(at..end)).ok_or_else(cut)?;
        storages.insert(key.to_owned(), storage);
        at += length;
    }
    Ok((root, Storages::Stream(storages)))
}

/// Bytes of an element of every storage that a tensor uses, by the storage's key.
fn elements(value: &Value, sizes: &mut BTreeMap<String, usize>) {
    match value {
        Value::Tensor(tensor) => {
            let size = match tensor.storage.kind.as_str() {
                "DoubleStorage" | "LongStorage" | "ComplexFloatStorage" => 8,
                "FloatStorage" | "IntStorage" => 4,
                "HalfStorage" | "BFloat16Storage" | "ShortStorage" => 2,
                "ByteStorage" | "CharStorage" | "BoolStorage" => 1,
                _ => return,
            };
            sizes.insert(tensor.storage.key.clone(), size);
        }
        Value::Dict(dict) => dict.items.iter().for_each(|(_, value)| elements(value, sizes)),
        Value::List(items) | Value::Tuple(items) => items.items.iter().for_each(|value| elements(value, sizes)),
        _ => {}
    }
}

/// `NAME/data.pkl`, `NAME/data/KEY` for each storage, and `NAME/byteorder`.
fn archive(bytes: &[u8]) -> Result<(Value, Storages<'_>), Error> {
    let mut zip = ZipArchive::new(Cursor::new(bytes)).map_err(|_| torch("it is cut short or damaged: copy or download it again"))?;
    let pickle = zip.file_names().flatten().find(|name| name == "data.pkl" || name.ends_with("/data.pkl")).map(Cow::into_owned);
    let pickle = pickle.ok_or_else(|| torch("it is a zip archive, but not one that torch.save wrote"))?;
    let folder = pickle.trim_end_matches("data.pkl").to_owned();
    let order = format!("{folder}byteorder");
    if zip.index_for_name(&order).is_some() && entry(&mut zip, &order)? != b"little" {
        return Err(torch("it was written on a big-endian machine"));
    }
    let (root, _) = pickle::read(&entry(&mut zip, &pickle)?).map_err(|reason| torch(&reason))?;
    Ok((root, Storages::Zip(Box::new(zip), folder)))
}

/// A file of the archive, its checksum checked.
fn entry(zip: &mut ZipArchive<Cursor<&[u8]>>, name: &str) -> Result<Vec<u8>, Error> {
    let mut file = zip.by_name(name).map_err(|_| torch(&format!("its part \"{name}\" is missing: copy or download it again")))?;
    if file.compression() != CompressionMethod::Stored {
        return Err(torch("it is compressed, which torch.save never does; unpack it, or save it again"));
    }
    // To its end, where the checksum is checked.
    let mut bytes = Vec::new();
    file.read_to_end(&mut bytes).map_err(|_| torch(&format!("its part \"{name}\" is damaged: copy or download it again")))?;
    Ok(bytes)
}

/// Tensors under their dotted names without `PREFIXES`.
fn collect(value: &Value, path: &str, tensors: &mut BTreeMap<String, Reference>) {
    match value {
        Value::Dict(dict) => {
            for (key, value) in &dict.items {
                if let Some(key) = key.text() {
                    collect(value, &if path.is_empty() { key.to_owned() } else { format!("{path}.{key}") }, tensors);
                }
            }
        }
        Value::Tensor(tensor) => {
            let mut name = path;
            while let Some(rest) = PREFIXES.iter().find_map(|prefix| name.strip_prefix(prefix)) {
                name = rest;
            }
            tensors.insert(name.to_owned(), (**tensor).clone());
        }
        _ => {}
    }
}

/// Whether elements lie row by row; the stride of a side of 1 means nothing.
fn contiguous(shape: &[usize], stride: &[usize]) -> bool {
    let mut expected = 1usize;
    shape.len() == stride.len()
        && shape.iter().zip(stride).rev().all(|(side, stride)| {
            let fits = *side <= 1 || *stride == expected;
            expected = expected.saturating_mul((*side).max(1));
            fits
        })
}

fn torch(reason: &str) -> Error {
    Error::Torch(quoted(reason))
}

fn damaged(name: &str) -> Error {
    torch(&format!("the values of its tensor \"{name}\" are not all there: copy or download it again"))
}

#[cfg(test)]
mod tests {
    use std::{fs, path::Path};

    use pytorch_reader::PytorchReader;

    use super::*;

    /// Both containers of the same tensors, written by PyTorch (`tests/fixtures/state_dict.py`), against burn's reader.
    #[test]
    fn what_pytorch_wrote_is_read_as_burns_reader_reads_it() {
        let fixtures = Path::new(&std::env::var_os("CARGO_MANIFEST_DIR").unwrap()).join("../../tests/fixtures");
        for name in ["state-dict.pth", "state-dict-stream.pth"] {
            let path = fixtures.join(name);
            let (bytes, reader) = (fs::read(&path).unwrap(), PytorchReader::with_top_level_key(&path, "state_dict").unwrap());
            assert!(is_torch(&bytes));
            let mut checkpoint = Checkpoint::read(&bytes).unwrap();
            let names: Vec<String> = checkpoint.names().map(str::to_owned).collect();
            assert_eq!(names, ["bytes", "columns", "conv.bias", "conv.weight", "half", "long", "rows"]);
            for name in ["bytes", "conv.bias", "conv.weight", "half", "rows"] {
                let (ours, theirs) = (checkpoint.tensor(name).unwrap(), reader.get(name).unwrap());
                assert_eq!((ours.shape.as_slice(), &*ours.bytes), (theirs.shape(), theirs.read().unwrap().as_slice()), "{name}");
            }
            assert_eq!(checkpoint.tensor("half").unwrap().dtype, Dtype::F16);
            for (name, part) in [("columns", "contiguous"), ("long", "LongStorage"), ("other", "other")] {
                let sentence = checkpoint.tensor(name).map(|_| ()).unwrap_err().to_string();
                assert!(sentence.contains(part), "{sentence}");
            }
        }
    }
}
