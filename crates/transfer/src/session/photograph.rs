//! The painting on its way from the device to the screen, while the run goes on.

use std::{future::Future, rc::Rc};

use super::{Optimiser, Session};
use crate::{
    Error, Plane, colour,
    geometry::{self, Size},
    optimisers::Adam,
    readback::Readback,
};

/// A picture of the painting.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Painted {
    /// Width and height in pixels: of the scale under way.
    pub size: Size,
    /// RGBA, straight alpha, sRGB, row by row.
    pub rgba: Vec<u8>,
}

/// What becomes a [`Painted`] once the device has answered. It shares nothing with the session but what neither changes.
struct Photograph {
    newest: Readback,
    size: Size,
    /// What is shown instead if the newest is not finite.
    good: Option<Adam>,
    average: f64,
    colours: Option<Rc<[f32]>>,
    opacity: Option<Rc<Plane>>,
}

impl Session {
    /// The picture to show: Adam's moving average of iterates, L-BFGS's best iterate. The device is asked at once, and steps
    /// may go on before it has answered.
    ///
    /// # Errors
    ///
    /// When the device gives no answer.
    pub fn picture(&self) -> impl Future<Output = Result<Painted, Error>> + use<> {
        let average = self.average();
        let newest = match &self.optimiser {
            Optimiser::Adam(adam) => adam.shown(average),
            Optimiser::Lbfgs(lbfgs) => lbfgs.x.clone(),
        };
        let photograph = Photograph {
            newest: Readback::start(newest),
            size: self.size(),
            good: self.good.clone(),
            average,
            colours: self.colours.clone(),
            opacity: self.opacity.clone(),
        };
        photograph.develop()
    }
}

impl Photograph {
    async fn develop(self) -> Result<Painted, Error> {
        let (mut size, mut values) = (self.size, self.newest.await?);
        if let (false, Some(good)) = (values.iter().all(|v| v.is_finite()), &self.good) {
            // Of the scale before, if this one has not seen a good loss yet.
            let [_, _, height, width] = good.x.dims();
            (size, values) = ((width as u32, height as u32), Readback::start(good.shown(self.average)).await?);
        }
        if let Some(content) = self.colours.as_ref().filter(|content| content.len() == values.len()) {
            values = colour::luminance::with_chroma(&values, content);
        }
        let mut rgba = geometry::rgba(&values, size)?;
        if let Some(opacity) = &self.opacity {
            for (pixel, opacity) in rgba.as_chunks_mut::<4>().0.iter_mut().zip(opacity.resized(size)?.values()) {
                pixel[3] = (opacity * 255.0).round() as u8;
            }
        }
        Ok(Painted { size, rgba })
    }
}
