//! Paints one picture natively, for comparisons that need many (`tests/quality.py`, `tests/sketch.py`): pictures are binary PPM
//! files.
//!
//! ```text
//! cargo run --release -p transfer --example paint -- NETWORK.safetensors CONTENT.ppm STYLE.ppm OUT.ppm '{"preset": "painting", "size": 256}' \
//!   [style=STYLE.ppm] [mask=MASK.ppm] [start=PICTURE.ppm]
//! ```
//!
//! A mask is for the style before it. Prints the report as JSON.

use std::{error::Error, fs};

use burn::tensor::Device;
use transfer::{Image, RunSpec, Session, settings, settings::presets};
use vgg::WeightsFile;

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [network, content, style, out, json, more @ ..] = arguments.as_slice() else {
        return Err("wanted: NETWORK CONTENT STYLE OUT SETTINGS [style=STYLE] [mask=MASK] [start=PICTURE]".into());
    };
    let weights = WeightsFile::parse(fs::read(network)?)?;
    let settings = settings::resolve(presets::DEFAULT, json)?;
    let mut spec =
        RunSpec { settings, content: read(content)?, styles: vec![read(style)?], engine: "cpu".to_owned(), ..RunSpec::default() };
    for word in more {
        let (what, path) = word.split_once('=').ok_or_else(|| format!("{word} is not style=, mask= or start=, and a file"))?;
        match what {
            "style" => spec.styles.push(read(path)?),
            "mask" => {
                spec.masks.resize(spec.styles.len() - 1, None);
                spec.masks.push(Some(read(path)?));
            }
            "start" => spec.start = Some(read(path)?),
            _ => return Err(format!("there is no {what}=").into()),
        }
    }
    let mut session = Session::new(&weights, spec, &Device::flex())?;
    let painted = pollster::block_on(async {
        while !session.step().await?.done {}
        session.preview().await
    })?;
    let (width, height) = painted.size;
    let rgb = painted.rgba.as_chunks::<4>().0.iter().flat_map(|[r, g, b, _]| [*r, *g, *b]);
    fs::write(out, format!("P6 {width} {height} 255\n").into_bytes().into_iter().chain(rgb).collect::<Vec<u8>>())?;
    println!("{}", serde_json::to_string(&session.report())?);
    Ok(())
}

/// A PPM as image libraries write it: `P6`, width, height, 255, one space, then the bytes.
fn read(path: &str) -> Result<Image, Box<dyn Error>> {
    let bytes = fs::read(path)?;
    let mut fields = bytes.splitn(5, u8::is_ascii_whitespace);
    let mut field = || fields.next().ok_or_else(|| format!("{path} is not a PPM file with 8 bits a channel"));
    let (kind, width, height, depth, pixels) = (field()?, field()?, field()?, field()?, field()?);
    if kind != b"P6" || depth != b"255" {
        return Err(format!("{path} is not a PPM file with 8 bits a channel").into());
    }
    let size = (std::str::from_utf8(width)?.parse()?, std::str::from_utf8(height)?.parse()?);
    let rgba = pixels.as_chunks::<3>().0.iter().flat_map(|[r, g, b]| [*r, *g, *b, 255]).collect();
    Ok(Image { name: path.to_owned(), size, rgba, ..Image::default() })
}
