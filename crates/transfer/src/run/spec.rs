//! The specification of a run: images as they were given, and the settings.

use super::settings_event;
use crate::{Error, Image, SettingsEvent, settings::Settings};

/// Changes of settings during a run: as many as a recipe may have.
const MOST_CHANGES: usize = 10_000;

/// All that a run is made from, besides the network.
#[derive(Clone, Debug, Default)]
pub struct RunSpec {
    /// The settings, complete.
    pub settings: Settings,
    /// The content image.
    pub content: Image,
    /// The style images; at least one.
    pub styles: Vec<Image>,
    /// Where each style is used, in the styles' order: white there, black elsewhere ([`Mask::from_luminance`](crate::Mask::from_luminance)). Styles
    /// without a mask, or beyond the end of the list, share what the masks leave.
    pub masks: Vec<Option<Image>>,
    /// Changes of live settings to make again during the run: those of the recipe.
    pub changes: Vec<SettingsEvent>,
    /// The image to start from, for [`Start::Picture`](crate::settings::Start::Picture).
    pub start: Option<Image>,
    /// `gpu` or `cpu`, for the report.
    pub engine: String,
    /// The adapter's name, for the report.
    pub adapter: String,
    /// Threads that compute, for the report.
    pub threads: u32,
    /// Bytes fetched for this run, for the report.
    pub downloaded_bytes: u64,
}

impl RunSpec {
    /// Checks the settings, those after each change on the way, and that they fit the images.
    ///
    /// # Errors
    ///
    /// The first thing wrong, as a sentence.
    pub fn validate(&self) -> Result<(), Error> {
        self.settings.validate()?;
        let (styles, weights) = (self.styles.len(), self.settings.style.blend.len());
        if styles == 0 {
            return Err(Error::NoStyle);
        }
        // Fewer are fine: the rest have 1.
        if weights > styles {
            return Err(Error::TooManyWeights { weights, styles });
        }
        // Refused on the way, one would end the run.
        if self.changes.len() > MOST_CHANGES {
            return Err(Error::TooManyChanges { most: MOST_CHANGES });
        }
        settings_event::after(&self.changes, &self.settings)?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_blend_has_no_more_weights_than_there_are_styles() {
        let check = |styles: usize, blend: &[f64]| {
            let mut spec = RunSpec { styles: vec![Image::default(); styles], ..RunSpec::default() };
            spec.settings.style.blend = blend.to_vec();
            spec.validate().map_err(|error| error.to_string())
        };
        for (styles, blend) in [(1, &[][..]), (1, &[0.5]), (2, &[1.0, 2.0]), (2, &[0.0]), (3, &[])] {
            assert_eq!(check(styles, blend), Ok(()));
        }
        let sentence = check(2, &[1.0, 2.0, 3.0]).unwrap_err();
        assert!(sentence.contains("3 weights") && sentence.contains("2 style pictures"), "{sentence}");
        let sentence = check(1, &[1.0, 2.0]).unwrap_err();
        assert!(sentence.contains("2 weights") && sentence.contains("1 style picture."), "{sentence}");
        assert!(check(0, &[]).is_err());
    }
}
