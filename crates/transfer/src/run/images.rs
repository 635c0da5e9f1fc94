//! The pictures of a job as a scale sees them.

use burn::tensor::Device;

use crate::{
    Error, Image, Images, Mask, RunSpec, StyleImage, image::colour, image::resize, image::tensor, run::schedule::Scale,
    settings::ColourKeep,
};

/// What the painting is compared with at a scale.
pub(crate) struct ScaleImages {
    pub(crate) pictures: Images,
    /// The content picture, planar `[3, H, W]`, if its colours are to be put back in the end.
    pub(crate) colours: Option<Vec<f32>>,
}

/// The content and style pictures of a scale, with the colours that the settings give them.
pub(crate) fn at(job: &RunSpec, scale: &Scale, device: &Device) -> Result<ScaleImages, Error> {
    let settings = &job.settings;
    let keep = settings.colour.keep;
    let mut content = job.content.planar(scale.size)?;
    let opacity = Mask::from_alpha(&job.content)?;
    let seen = if settings.content.transparency { opacity } else { None };
    let palette = match keep {
        ColourKeep::Style => Vec::new(),
        _ => colour::colours(&content, seen.as_ref().map(|mask| mask.resized(scale.size)).transpose()?.as_ref()),
    };
    let style = |(n, style): (usize, &Image)| {
        let (width, height) = style.size;
        let to = resize::style_size(width, height, scale.size, scale.longest, settings)?;
        let visible = Mask::from_alpha(style)?;
        let mut picture = style.planar(to)?;
        if keep != ColourKeep::Style {
            let visible = visible.as_ref().map(|mask| mask.resized(to)).transpose()?;
            colour::prepare(keep, &mut picture, &palette, visible.as_ref());
        }
        Ok(StyleImage {
            picture: tensor(picture, to, device),
            weight: settings.style.blend.get(n).map_or(1.0, |weight| *weight as f32),
            visible,
            region: job.masks.get(n).and_then(Option::as_ref).map(Mask::from_luminance).transpose()?,
        })
    };
    let styles = job.styles.iter().enumerate().map(style).collect::<Result<_, Error>>()?;
    let colours = (keep == ColourKeep::Luminance).then(|| content.clone());
    if colours.is_some() {
        colour::luminance::grey(&mut content);
    }
    Ok(ScaleImages { pictures: Images { content: tensor(content, scale.size, device), visible: seen, styles }, colours })
}

/// What the person should know of pictures that are too small for the last scale.
pub(crate) fn enlarged(job: &RunSpec, last: &Scale) -> Result<Vec<String>, Error> {
    let mut warnings: Vec<String> = resize::enlarged("The content picture", job.content.size, last.size).into_iter().collect();
    for style in &job.styles {
        let (width, height) = style.size;
        let to = resize::style_size(width, height, last.size, last.longest, &job.settings)?;
        warnings.extend(resize::enlarged("The style picture", style.size, to));
    }
    Ok(warnings)
}
