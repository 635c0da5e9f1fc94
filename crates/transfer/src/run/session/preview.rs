//! The preview: an image of the result on its way from the device to the screen, while the run goes on.

use std::rc::Rc;

use super::{LastGood, Session};
use crate::{
    Error, Mask, Readback,
    image::{
        colour,
        resize::{self, Size},
    },
};

/// An image of the result.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Preview {
    /// Width and height in pixels: of the scale under way.
    pub size: Size,
    /// RGBA, straight alpha, sRGB, row by row.
    pub rgba: Vec<u8>,
}

/// What becomes a [`Preview`] once the device has answered. It shares nothing with the session that either changes.
struct PendingPreview {
    newest: Readback,
    size: Size,
    colours: Option<Rc<[f32]>>,
    /// What is shown if the newest is not finite.
    good: LastGood,
    opacity: Option<Rc<Mask>>,
}

impl Session {
    /// The image to show, as the optimizer says: a moving average of iterates, or the best iterate. The device is asked at once, and steps may go on
    /// before it has answered.
    ///
    /// # Errors
    ///
    /// When the device gives no answer.
    pub fn preview(&self) -> impl Future<Output = Result<Preview, Error>> + use<> {
        let pending = PendingPreview {
            newest: Readback::start(self.optimizer.shown(self.ema_decay()).image()),
            size: self.size(),
            colours: self.colours.clone(),
            good: self.good.clone(),
            opacity: self.opacity.clone(),
        };
        pending.resolve()
    }
}

impl PendingPreview {
    async fn resolve(self) -> Result<Preview, Error> {
        let (mut size, mut values, mut colours) = (self.size, self.newest.await?, self.colours);
        if values.iter().any(|v| !v.is_finite()) {
            // Of the scale before, if this one has no finite losses yet.
            let good = self.good.shown.image();
            let [_, _, height, width] = good.dims();
            (size, values) = ((width as u32, height as u32), Readback::start(good).await?);
            colours = self.good.colours;
        }
        if let Some(content) = &colours {
            values = colour::luminance::with_chroma(&values, content);
        }
        let mut rgba = resize::rgba(&values, size)?;
        if let Some(opacity) = &self.opacity {
            for (pixel, opacity) in rgba.as_chunks_mut::<4>().0.iter_mut().zip(opacity.resized(size)?.values()) {
                pixel[3] = (opacity * 255.0).round() as u8;
            }
        }
        Ok(Preview { size, rgba })
    }
}

#[cfg(test)]
mod tests {
    use std::{fs, path::Path};

    use burn::tensor::Device;
    use vgg::WeightsFile;

    use super::*;
    use crate::{
        Image, RunSpec,
        optim::Adam,
        settings::{ColourKeep, OptimiserKind, Settings},
    };

    /// An image that breaks at a new scale is shown as it was at the one before, in the photo's colours as ever.
    #[test]
    fn colours_stay_when_a_new_scale_breaks() {
        let network = Path::new(&std::env::var_os("CARGO_MANIFEST_DIR").unwrap()).join("../../tests/tiny/tiny-network.safetensors");
        let weights = WeightsFile::parse(fs::read(network).unwrap()).unwrap();
        let picture = |colour: [u8; 3]| Image {
            size: (64, 64),
            rgba: (0..64 * 64u32).flat_map(|n| [colour[0], colour[1] / 2 + (n % 64) as u8, colour[2], 255]).collect(),
            ..Image::default()
        };
        let mut settings = Settings { size: 64, evaluations: 12, ..Settings::default() };
        settings.optimiser.kind = OptimiserKind::Adam;
        settings.colour.keep = ColourKeep::Luminance;
        settings.scales.on = true;
        settings.scales.first = 32;
        let spec = RunSpec { settings, content: picture([220, 60, 20]), styles: vec![picture([20, 120, 200])], ..RunSpec::default() };
        let mut session = Session::new(&weights, spec, &Device::flex()).unwrap();
        let smaller = session.size();
        while session.size() == smaller {
            pollster::block_on(session.step()).unwrap();
        }
        let broken = Adam::new(session.optimizer.shown(0.0).image() * f32::NAN);
        session.optimizer = Box::new(broken);
        let shown = pollster::block_on(session.preview()).unwrap();
        assert_eq!(shown.size, smaller);
        // Red stands out from blue as in the photo; grey would have none.
        assert!(shown.rgba.as_chunks::<4>().0.iter().all(|[r, _, b, _]| i32::from(*r) - i32::from(*b) > 60), "{:?}", &shown.rgba[..8]);
    }
}
