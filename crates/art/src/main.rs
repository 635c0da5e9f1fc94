//! The example pictures, drawn by code: "photos" that are traced with light, and "paintings" that are laid on with paint.
//!
//! Every picture is a file with one function that returns a [`Canvas`]; what they share is in `vector`, `noise`,
//! `canvas` and `brush`. Nothing is downloaded and every seed is fixed, so a picture is the same each time.
//! [`CATALOGUE`] lists them in the order in which the page shows them: the first of each role is what a visitor sees first.

mod boats;
mod brush;
mod canal;
mod canvas;
mod circles;
mod cut;
mod dots;
mod facade;
mod fruit;
mod glass;
mod ink;
mod lake;
mod noise;
mod sky;
mod street;
mod table;
mod terrain;
mod thumb;
mod vector;
mod wind;

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, Result, bail};
use canvas::Canvas;

fn main() -> ExitCode {
    match out_folder(env::args().skip(1)).and_then(|out| draw(&out)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error:#}");
            ExitCode::FAILURE
        }
    }
}

/// The folder that `--out` names, or web/examples/.
fn out_folder(mut arguments: impl Iterator<Item = String>) -> Result<PathBuf> {
    match (arguments.next().as_deref(), arguments.next(), arguments.next()) {
        (None, ..) => Ok(bundled_examples()),
        (Some("--out"), Some(folder), None) => Ok(folder.into()),
        _ => bail!("Usage: ./dev examples [--out FOLDER]"),
    }
}

/// Where the page has its example pictures, in the checkout that cargo runs this from.
fn bundled_examples() -> PathBuf {
    let here = env::var_os("CARGO_MANIFEST_DIR").map_or_else(|| env!("CARGO_MANIFEST_DIR").into(), PathBuf::from);
    here.join("../../web/examples")
}

/// What a picture is for.
#[derive(Clone, Copy, PartialEq)]
enum Role {
    /// It is repainted.
    Content,
    /// It lends its manner.
    Style,
}

/// One picture of the gallery.
struct Example {
    /// Names it in addresses and tests, and its file.
    id: &'static str,
    role: Role,
    name: &'static str,
    /// Says what can be seen, to somebody who cannot see it.
    alt: &'static str,
    /// Draws it.
    draw: fn() -> Canvas,
}

/// All pictures, best first.
const CATALOGUE: &[Example] = &[
    Example {
        id: "canal",
        role: Role::Content,
        name: "Canal at dusk",
        alt: "Colourful gabled houses with lit windows along a canal at dusk, sailing boats at the quay, and a bridge far off.",
        draw: canal::draw,
    },
    Example {
        id: "lake",
        role: Role::Content,
        name: "Evening at the lake",
        alt: "A snowy mountain glows in the last sun above a still lake, with dark conifers on its shores and pink clouds.",
        draw: lake::draw,
    },
    Example {
        id: "table",
        role: Role::Content,
        name: "Jug and fruit",
        alt: "A painted jug, pears, apples, a lemon and grapes on a wooden table with a linen cloth, in soft light from a window.",
        draw: table::draw,
    },
    Example {
        id: "wind",
        role: Role::Style,
        name: "Wind over wheat",
        alt: "Thick swirling brush strokes: a deep blue night sky with whirls and glowing yellow stars over a field of golden wheat.",
        draw: wind::draw,
    },
    Example {
        id: "woodcut",
        role: Role::Style,
        name: "Red sun woodcut",
        alt: "A woodcut: a red sun with carved black rays above hatched mountains, a dark pine, and rows of waves.",
        draw: cut::draw,
    },
    Example {
        id: "glass",
        role: Role::Style,
        name: "Stained glass",
        alt: "A stained-glass window: a golden sun with red and blue rays over green hills, in pieces held by dark lead.",
        draw: glass::draw,
    },
    Example {
        id: "circles",
        role: Role::Style,
        name: "Circles and arcs",
        alt: "An abstract painting of coloured discs, rings, triangles and arcs, crossed by black lines.",
        draw: circles::draw,
    },
    Example {
        id: "ink",
        role: Role::Style,
        name: "Bamboo and mist",
        alt: "An ink painting on paper: bamboo in front of mountains that fade into mist, a pale red sun, a line of geese.",
        draw: ink::draw,
    },
    Example {
        id: "dots",
        role: Role::Style,
        name: "Sails in dots",
        alt: "Sailing boats at sunset, painted in thousands of small dots of orange, violet, blue and green.",
        draw: dots::draw,
    },
];

/// Draws every picture into the folder `out` as JPEG, with a thumbnail beside it, and lists them in `examples.json`.
///
/// # Errors
///
/// When the folder or a file cannot be written.
fn draw(out: &Path) -> Result<()> {
    let said = || format!("Could not make the folder {}: see that it may be written.", out.display());
    fs::create_dir_all(out).with_context(said)?;
    for example in CATALOGUE {
        let (bytes, small) = example.save(out)?;
        println!("{}: {} kB, thumbnail {:.1} kB", example.file(), bytes / 1000, small as f32 / 1000.0);
    }
    fs::write(out.join("examples.json"), list()?).context("Could not write examples.json.")
}

/// The catalogue as the page reads it.
fn list() -> Result<String> {
    let entries: Vec<_> = CATALOGUE.iter().map(Example::entry).collect();
    let json = serde_json::to_string_pretty(&entries).context("Could not write down the list of example pictures.")?;
    Ok(json + "\n")
}

impl Example {
    fn file(&self) -> String {
        format!("{}.jpg", self.id)
    }

    fn thumb(&self) -> String {
        format!("{}-thumb.jpg", self.id)
    }

    /// Draws the picture and its thumbnail into the folder `out` -> how many bytes each took.
    fn save(&self, out: &Path) -> Result<(usize, usize)> {
        let file = out.join(self.file());
        let bytes = (self.draw)().save(&file)?;
        Ok((bytes, thumb::save(&file, &out.join(self.thumb()))?))
    }

    fn entry(&self) -> serde_json::Value {
        let role = if self.role == Role::Content { "content" } else { "style" };
        serde_json::json!({ "id": self.id, "role": role, "name": self.name, "file": self.file(), "thumb": self.thumb(), "alt": self.alt })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The pictures that take seconds; `./dev examples` draws them all, and git shows whether they changed.
    const QUICK: [&str; 4] = ["glass", "circles", "ink", "dots"];

    #[test]
    #[cfg(target_os = "linux")]
    fn the_bundled_pictures_are_what_is_drawn() {
        // On Linux, where they were drawn: the last bits of powers and sines are the system's library's.
        let out = env::temp_dir().join(format!("pastiche-art-{}", std::process::id()));
        fs::create_dir_all(&out).unwrap();
        let read = |folder: &Path, name: &str| fs::read(folder.join(name)).unwrap();
        for example in CATALOGUE.iter().filter(|example| QUICK.contains(&example.id)) {
            example.save(&out).unwrap();
            for name in [example.file(), example.thumb()] {
                assert!(read(&out, &name) == read(&bundled_examples(), &name), "{name} is drawn differently");
            }
        }
        fs::remove_dir_all(&out).unwrap();
    }

    #[test]
    fn the_bundled_list_is_the_catalogue() {
        assert_eq!(fs::read_to_string(bundled_examples().join("examples.json")).unwrap(), list().unwrap());
        for example in CATALOGUE {
            assert!(bundled_examples().join(example.file()).exists() && bundled_examples().join(example.thumb()).exists());
        }
    }

    #[test]
    fn only_a_folder_may_be_given() {
        let parse = |words: &[&str]| out_folder(words.iter().map(ToString::to_string));
        assert_eq!(parse(&[]).unwrap(), bundled_examples());
        assert_eq!(parse(&["--out", "folder"]).unwrap(), PathBuf::from("folder"));
        for words in [["--out"].as_slice(), &["folder"], &["--out", "a", "b"]] {
            assert!(parse(words).is_err(), "{words:?}");
        }
    }
}
