//! The painting on its way from the device to the screen, while the run goes on.

use std::{future::Future, rc::Rc};

use super::{Optimiser, Session};
use crate::{
    Error, Mask,
    image::colour,
    image::resize::{self, Size},
    optim::Adam,
    readback::Readback,
};

/// A picture of the painting.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Preview {
    /// Width and height in pixels: of the scale under way.
    pub size: Size,
    /// RGBA, straight alpha, sRGB, row by row.
    pub rgba: Vec<u8>,
}

/// What becomes a [`Preview`] once the device has answered. It shares nothing with the session but what neither changes.
struct PendingPreview {
    newest: Readback,
    size: Size,
    /// What is shown instead if the newest is not finite.
    good: Option<Adam>,
    average: f64,
    /// Of the newest, and of what is shown instead.
    colours: Option<Rc<[f32]>>,
    good_colours: Option<Rc<[f32]>>,
    opacity: Option<Rc<Mask>>,
}

impl Session {
    /// The picture to show: Adam's moving average of iterates, L-BFGS's best iterate. The device is asked at once, and steps
    /// may go on before it has answered.
    ///
    /// # Errors
    ///
    /// When the device gives no answer.
    pub fn picture(&self) -> impl Future<Output = Result<Preview, Error>> + use<> {
        let average = self.average();
        let newest = match &self.optimiser {
            Optimiser::Adam(adam) => adam.shown(average),
            Optimiser::Lbfgs(lbfgs) => lbfgs.x.clone(),
        };
        let pending = PendingPreview {
            newest: Readback::start(newest),
            size: self.size(),
            good: self.good.clone(),
            average,
            colours: self.colours.clone(),
            good_colours: self.good_colours.clone(),
            opacity: self.opacity.clone(),
        };
        pending.resolve()
    }
}

impl PendingPreview {
    async fn resolve(self) -> Result<Preview, Error> {
        let (mut size, mut values, mut colours) = (self.size, self.newest.await?, self.colours);
        if let (false, Some(good)) = (values.iter().all(|v| v.is_finite()), &self.good) {
            // Of the scale before, if this one has not seen a good loss yet.
            let [_, _, height, width] = good.x.dims();
            (size, values) = ((width as u32, height as u32), Readback::start(good.shown(self.average)).await?);
            colours = self.good_colours;
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
        settings::{ColourKeep, OptimiserKind, Settings},
    };

    /// A picture that breaks at a new scale is shown as it was at the one before, in the photo's colours as ever.
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
        let job = RunSpec { settings, content: picture([220, 60, 20]), styles: vec![picture([20, 120, 200])], ..RunSpec::default() };
        let mut session = Session::new(&weights, job, &Device::flex()).unwrap();
        let smaller = session.size();
        while session.size() == smaller {
            pollster::block_on(session.step()).unwrap();
        }
        let Optimiser::Adam(adam) = &mut session.optimiser else { panic!("Adam was asked for") };
        **adam = Adam::new(adam.x.clone() * f32::NAN);
        let shown = pollster::block_on(session.picture()).unwrap();
        assert_eq!(shown.size, smaller);
        // Red stands out from blue as in the photo; grey would have none.
        assert!(shown.rgba.as_chunks::<4>().0.iter().all(|[r, _, b, _]| i32::from(*r) - i32::from(*b) > 60), "{:?}", &shown.rgba[..8]);
    }
}
