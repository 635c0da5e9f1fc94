//! The images of a run at the size of a scale.

use burn::tensor::{Device, Tensor};

use crate::{
    Error, Image, Images, Mask, RunSpec, StyleImage,
    image::colour,
    image::resize,
    image::tensor,
    run::schedule::Scale,
    settings::{ColourKeep, Start},
};

/// The images of a scale.
pub(crate) struct ScaleImages {
    pub(crate) images: Images,
    /// The content image, planar `[3, H, W]`, if only the luminance is optimised and the result has its chroma.
    pub(crate) colours: Option<Vec<f32>>,
}

/// The content and style images of a scale, with the colours that the settings give them.
pub(crate) fn at(spec: &RunSpec, scale: &Scale, device: &Device) -> Result<ScaleImages, Error> {
    let settings = &spec.settings;
    let keep = settings.colour.keep;
    let opacity = Mask::from_alpha(&spec.content)?;
    let visible = if settings.content.transparency { opacity } else { None };
    let mut content = if visible.is_some() { spec.content.straight(scale.size)? } else { spec.content.planar(scale.size)? };
    let palette = match keep {
        ColourKeep::Style => Vec::new(),
        _ => colour::colours(&content, visible.as_ref().map(|mask| mask.resized(scale.size)).transpose()?.as_ref()),
    };
    let style = |(n, style): (usize, &Image)| {
        let (width, height) = style.size;
        let to = resize::style_size(width, height, scale.size, scale.longest, settings)?;
        let visible = Mask::from_alpha(style)?;
        let mut image = style.straight(to)?;
        if keep != ColourKeep::Style {
            let visible = visible.as_ref().map(|mask| mask.resized(to)).transpose()?;
            colour::prepare(keep, &mut image, &palette, visible.as_ref());
        }
        Ok(StyleImage {
            image: tensor(image, to, device),
            weight: settings.style.blend.get(n).map_or(1.0, |weight| *weight as f32),
            visible,
            region: spec.masks.get(n).and_then(Option::as_ref).map(Mask::from_luminance).transpose()?,
        })
    };
    let styles = spec.styles.iter().enumerate().map(style).collect::<Result<_, Error>>()?;
    let original = (keep == ColourKeep::Luminance).then(|| content.clone());
    let grey = styles_are_grey(spec);
    if original.is_some() || grey {
        colour::luminance::grey(&mut content);
    }
    let colours = original.or_else(|| grey.then(|| content.clone()));
    Ok(ScaleImages { images: Images { content: tensor(content, scale.size, device), visible, styles }, colours })
}

/// Whether the style images are grey once they have the colours that the settings give them. Then nothing defines the chroma of the result, and the
/// optimizer would fill it with noise. Decided by the images as they were given, so that it is the same at every scale.
fn styles_are_grey(spec: &RunSpec) -> bool {
    match spec.settings.colour.keep {
        ColourKeep::Style => spec.styles.iter().all(Image::is_grey),
        ColourKeep::Luminance | ColourKeep::Linear | ColourKeep::Histogram => spec.content.is_grey(),
    }
}

/// The image to start from, without a background where the content image is transparent.
pub(crate) fn start(spec: &RunSpec, scale: &Scale, images: &Images, device: &Device) -> Result<Tensor<4>, Error> {
    let settings = &spec.settings;
    match settings.start {
        Start::Content => Ok(images.content.clone()),
        Start::Noise => spec.styles.first().ok_or(Error::NoStyle)?.noise(scale.size, settings.seed, device),
        Start::Picture => {
            let start = spec.start.as_ref().ok_or(Error::NoStartPicture)?;
            if images.visible.is_some() {
                return Ok(tensor(start.straight(scale.size)?, scale.size, device));
            }
            start.tensor(scale.size, device)
        }
    }
}

/// What the person should know of images that are too small for the last scale.
pub(crate) fn enlarged(spec: &RunSpec, last: &Scale) -> Result<Vec<String>, Error> {
    let mut warnings: Vec<String> = resize::enlarged("The content picture", spec.content.size, last.size).into_iter().collect();
    for style in &spec.styles {
        let (width, height) = style.size;
        let to = resize::style_size(width, height, last.size, last.longest, &spec.settings)?;
        warnings.extend(resize::enlarged("The style picture", style.size, to));
    }
    Ok(warnings)
}
