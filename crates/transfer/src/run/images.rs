//! The images of a run at the size of a scale.

use burn::tensor::Device;

use crate::{
    Error, Image, Images, Mask, RunSpec, StyleImage, image::colour, image::resize, image::tensor, run::schedule::Scale,
    settings::ColourKeep,
};

/// The images of a scale.
pub(crate) struct ScaleImages {
    pub(crate) images: Images,
    /// The content image, planar `[3, H, W]`, if its colours are to be put back in the end.
    pub(crate) colours: Option<Vec<f32>>,
}

/// The content and style images of a scale, with the colours that the settings give them.
pub(crate) fn at(spec: &RunSpec, scale: &Scale, device: &Device) -> Result<ScaleImages, Error> {
    let settings = &spec.settings;
    let keep = settings.colour.keep;
    let mut content = spec.content.planar(scale.size)?;
    let opacity = Mask::from_alpha(&spec.content)?;
    let visible = if settings.content.transparency { opacity } else { None };
    let palette = match keep {
        ColourKeep::Style => Vec::new(),
        _ => colour::colours(&content, visible.as_ref().map(|mask| mask.resized(scale.size)).transpose()?.as_ref()),
    };
    let style = |(n, style): (usize, &Image)| {
        let (width, height) = style.size;
        let to = resize::style_size(width, height, scale.size, scale.longest, settings)?;
        let visible = Mask::from_alpha(style)?;
        let mut image = style.planar(to)?;
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
    let colours = (keep == ColourKeep::Luminance).then(|| content.clone());
    if colours.is_some() {
        colour::luminance::grey(&mut content);
    }
    Ok(ScaleImages { images: Images { content: tensor(content, scale.size, device), visible, styles }, colours })
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
