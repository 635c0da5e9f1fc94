//! The header of the published VGG-19, from which the ranges of its download are read.
//!
//! Accepted rightly: there is a range for every tensor in use, of as many bytes as its shape and type say, behind the header, none over another; a
//! range's bytes are taken only in that number, and only finite ones; a file is finished only when all are there.

use std::time::Duration;

use mutatis::Session;
use serde_json::{Map, Value, json};
use vgg::{Download, Part, VGG19, header_length};

use super::{Limits, Target, Verdict, holds, refused};
use crate::mutate::{bytes::Bytes, choose, json, json::Json};

struct Downloads {
    header: Value,
}

pub(super) fn target() -> Box<dyn Target> {
    let mut header = Map::new();
    header.insert("__metadata__".to_owned(), json!({ "format": "pt" }));
    let mut at = 0;
    let mut add = |name: String, dtype: &str, size: usize, shape: &[usize]| {
        let end = at + size * shape.iter().product::<usize>();
        header.insert(name, json!({ "dtype": dtype, "shape": shape, "data_offsets": [at, end] }));
        at = end;
    };
    add("head.fc.weight".to_owned(), "F32", 4, &[10, 4096]);
    let mut inputs = 3;
    for layer in VGG19.layers() {
        let outputs = VGG19.channels_of(layer);
        // One of 16 bits, as some copies have all of them.
        let (dtype, size) = if (layer.block(), layer.number()) == (3, 1) { ("F16", 2) } else { ("F32", 4) };
        for (part, shape) in [(Part::Bias, vec![outputs]), (Part::Weight, vec![outputs, inputs, 3, 3])] {
            add(VGG19.tensor_name(layer, part).unwrap_or_default(), dtype, size, &shape);
        }
        inputs = outputs;
    }
    add("pre_logits.fc1.bias".to_owned(), "F32", 4, &[4096]);
    Box::new(Downloads { header: Value::Object(header) })
}

fn with_length(header: &[u8]) -> Vec<u8> {
    [&(header.len() as u64).to_le_bytes(), header].concat()
}

impl Target for Downloads {
    fn name(&self) -> &'static str {
        "downloads"
    }

    fn limits(&self) -> Limits {
        Limits { time: Duration::from_secs(1), memory: 4 << 20, memory_per_byte: 256 }
    }

    fn seeds(&self) -> Vec<(String, Vec<u8>)> {
        vec![("header".to_owned(), with_length(self.header.to_string().as_bytes()))]
    }

    fn input(&mut self, session: &mut Session) -> Vec<u8> {
        let mut header = self.header.clone();
        match choose(session, 4) {
            // Two offsets moved together still fit their shape.
            0 => {
                let (by, only) = ((1_u64 << choose(session, 64)).wrapping_sub(choose(session, 3) as u64), choose(session, 40));
                let entry = header.as_object_mut().and_then(|fields| fields.values_mut().nth(only));
                for offset in entry.and_then(|entry| entry.get_mut("data_offsets")?.as_array_mut()).into_iter().flatten() {
                    *offset = json!(offset.as_u64().unwrap_or(0).wrapping_add(by));
                }
            }
            1 => {}
            _ => drop(session.mutate_with(&mut Json, &mut header)),
        }
        let mut bytes = with_length(json::text(&header).as_bytes());
        if choose(session, 3) == 0 {
            let _ = session.mutate_with(&mut Bytes, &mut bytes);
        }
        bytes
    }

    fn check(&mut self, input: &[u8]) -> Result<Verdict, String> {
        let length = match header_length(input) {
            Ok(length) => length,
            Err(error) => return refused(&error),
        };
        // As the page does, which asks for that many bytes and gets no more.
        let header = &input[..length.min(input.len())];
        let mut download = match Download::new(header) {
            Ok(download) => download,
            Err(error) => return refused(&error),
        };
        let ranges = download.ranges();
        let names: Vec<_> =
            VGG19.layers_in_use().flat_map(|layer| [Part::Weight, Part::Bias].map(|part| VGG19.tensor_name(layer, part))).collect();
        holds(ranges.len() == names.len(), || format!("{} ranges", ranges.len()))?;
        let mut end = length;
        for range in &ranges {
            holds(range.start >= end && range.end > range.start, || format!("{range:?} begins before {end}"))?;
            end = range.end;
        }
        let mut inputs = 3;
        for layer in VGG19.layers_in_use() {
            let outputs = VGG19.channels_of(layer);
            for (part, elements) in [(Part::Weight, outputs * inputs * 9), (Part::Bias, outputs)] {
                let name = VGG19.tensor_name(layer, part).map_err(|error| error.to_string())?;
                let range = ranges.iter().find(|range| range.name == name).ok_or_else(|| format!("{name} has no range"))?;
                let bytes = range.end - range.start;
                holds(bytes == 2 * elements || bytes == 4 * elements, || format!("{range:?} is of {elements} elements"))?;
            }
            inputs = outputs;
        }
        // A bias whose checksum is not known, with numbers, with too few, with one that is none.
        let range = ranges.iter().find(|range| range.name == "features.10.bias").ok_or("features.10.bias has no range")?;
        let zeros = vec![0; range.end - range.start];
        holds(download.accept(&range.name, &zeros[1..]).is_err(), || "too few bytes are taken".to_owned())?;
        holds(download.accept(&range.name, &vec![0xff; zeros.len()]).is_err(), || "NaN are taken".to_owned())?;
        holds(download.accept("features.1.bias", &zeros).is_err(), || "what nobody asked for is taken".to_owned())?;
        download.accept(&range.name, &zeros).map_err(|error| format!("the right bytes are refused: {error}"))?;
        holds(download.finish().is_err(), || "it is finished with one tensor of many".to_owned())?;
        Ok(Verdict::Accepted)
    }
}
