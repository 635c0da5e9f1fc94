//! Writing safetensors files that are the same bytes wherever they are written: the library puts metadata in a random order.

use std::collections::{BTreeMap, HashMap};

use safetensors::{Dtype, serialize, tensor::TensorView};
use serde_json::{Map, Value};

use crate::{Error, known::sha256};

/// A tensor as a file has it, little-endian, row by row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stored {
    /// Its name in the file.
    pub name: String,
    /// The type of its elements.
    pub dtype: Dtype,
    /// Its extents, outermost first.
    pub shape: Vec<usize>,
    /// Its elements.
    pub bytes: Vec<u8>,
}

/// Metadata: SHA-256 of all that follows the header, in hex. What only the network's values would show is noticed by it: a flipped bit of an f16 is
/// another number.
const CHECKSUM: &str = "pastiche.sha256";

/// A safetensors file of these tensors, with its metadata sorted by key, and a checksum of the tensors among them.
///
/// # Errors
///
/// When a tensor has not as many bytes as its type and shape say.
pub fn write(tensors: &[Stored], metadata: &BTreeMap<String, String>) -> Result<Vec<u8>, Error> {
    let failed = |error: &dyn std::fmt::Display| Error::Metadata(error.to_string());
    let views = tensors
        .iter()
        .map(|tensor| {
            let view = TensorView::new(tensor.dtype, tensor.shape.clone(), &tensor.bytes).map_err(|error| failed(&error))?;
            Ok((tensor.name.as_str(), view))
        })
        .collect::<Result<Vec<_>, Error>>()?;
    let file = serialize(views, None).map_err(|error| failed(&error))?;
    let start = super::header_length(&file)?;
    let mut header: Map<String, Value> = serde_json::from_slice(&file[8..start]).map_err(|error| failed(&error))?;
    let mut metadata: Map<_, _> = metadata.iter().map(|(key, value)| (key.clone(), Value::from(value.as_str()))).collect();
    metadata.insert(CHECKSUM.to_owned(), sha256(&file[start..]).into());
    header.insert("__metadata__".to_owned(), metadata.into());
    let mut header = serde_json::to_vec(&header).map_err(|error| failed(&error))?;
    // As the library does, so that f32 lies on multiples of four.
    header.resize(header.len().next_multiple_of(8), b' ');
    Ok([&(header.len() as u64).to_le_bytes(), header.as_slice(), &file[start..]].concat())
}

/// Compares the checksum of the tensors, `data`, with the one in the metadata; files of others have none.
///
/// # Errors
///
/// [`Error::Damaged`], where they differ.
pub(super) fn check(metadata: &HashMap<String, String>, data: &[u8]) -> Result<(), Error> {
    match metadata.get(CHECKSUM) {
        Some(written) if *written != sha256(data) => Err(Error::Damaged),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use safetensors::SafeTensors;

    use super::*;

    #[test]
    fn what_is_written_is_read_and_always_the_same() {
        let tensors = [
            Stored { name: "whole".into(), dtype: Dtype::U8, shape: vec![3], bytes: vec![1, 2, 3] },
            Stored { name: "float".into(), dtype: Dtype::F32, shape: vec![1, 2], bytes: vec![0; 8] },
        ];
        let metadata = BTreeMap::from(["b", "a", "d", "c"].map(|key| (key.to_owned(), format!("\"{key}\"\n"))));
        let file = write(&tensors, &metadata).unwrap();
        assert_eq!(file, write(&tensors, &metadata).unwrap());
        let read = SafeTensors::deserialize(&file).unwrap();
        assert_eq!((read.tensor("whole").unwrap().data(), read.tensor("float").unwrap().shape()), (&[1, 2, 3][..], &[1, 2][..]));
        let (_, header) = SafeTensors::read_metadata(&file).unwrap();
        let mut read: BTreeMap<_, _> = header.metadata().clone().unwrap().into_iter().collect();
        assert_eq!(read.remove(CHECKSUM).map(|sum| sum.len()), Some(64));
        assert_eq!(read, metadata);
        assert!(write(&[Stored { shape: vec![4], ..tensors[0].clone() }], &metadata).is_err());
    }
}
