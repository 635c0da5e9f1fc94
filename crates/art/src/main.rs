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
pub(crate) enum Role {
    /// It is repainted.
    Content,
    /// It lends its manner.
    Style,
}

/// One picture of the gallery.
pub(crate) struct Example {
    /// Names it in addresses and tests, and its file.
    pub(crate) id: &'static str,
    role: Role,
    name: &'static str,
    /// Says what can be seen, to somebody who cannot see it.
    alt: &'static str,
    /// Draws it.
    pub(crate) draw: fn() -> Canvas,
}

/// All pictures, best first.
pub(crate) const CATALOGUE: &[Example] = &[
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
/// When the folder or a file cannot be written.
pub(crate) fn draw(out: &Path) -> Result<()> {
    let said = || format!("Could not make the folder {}: see that it may be written.", out.display());
    std::fs::create_dir_all(out).with_context(said)?;
    let mut list = Vec::new();
    for example in CATALOGUE {
        let file = format!("{}.jpg", example.id);
        let bytes = (example.draw)().save(&out.join(&file))?;
        let thumb = format!("{}-thumb.jpg", example.id);
        let small = thumb::save(&out.join(&file), &out.join(&thumb))?;
        println!("{file}: {} kB, thumbnail {:.1} kB", bytes / 1000, small as f32 / 1000.0);
        let role = if example.role == Role::Content { "content" } else { "style" };
        list.push(
            serde_json::json!({ "id": example.id, "role": role, "name": example.name, "file": file, "thumb": thumb, "alt": example.alt }),
        );
    }
    let json = serde_json::to_string_pretty(&list).context("Could not write down the list of example pictures.")?;
    std::fs::write(out.join("examples.json"), json + "\n").context("Could not write examples.json.")
}
