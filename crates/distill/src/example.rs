//! What the student is trained on: an image with the teacher's features and image gradient.

use burn::tensor::{Device, Tensor, TensorData};
use half::f16;

use crate::augment::Crop;

/// An image with the teacher's features.
pub(crate) struct Example {
    /// Planar RGB in [0, 1].
    pub(crate) image: Crop,
    /// In the order of [`crate::layers::COMPARED`].
    pub(crate) features: Vec<TeacherFeatures>,
    /// The image gradient at one of the layers.
    pub(crate) direction: Direction,
}

/// The teacher's activation at one layer.
pub(crate) struct TeacherFeatures {
    /// `[T, P]`: channels, pixels.
    pub(crate) shape: [usize; 2],
    /// Halves, because a few thousand examples are kept.
    pub(crate) values: Vec<f16>,
    /// Sum of squares of the features.
    pub(crate) energy: f32,
    /// `[T, T]`, over P; only where there are more pixels than channels: where there are fewer, [`crate::loss`] does
    /// without.
    pub(crate) gram: Option<Vec<f32>>,
    /// Sum of squares of the Gram matrix.
    pub(crate) gram_energy: f32,
}

/// The teacher's image gradient at one layer.
pub(crate) struct Direction {
    /// Which of [`crate::layers::COMPARED`].
    pub(crate) index: usize,
    /// The image that the loss compares with, as large as the example's.
    pub(crate) target: Crop,
    /// Planar.
    pub(crate) gradient: Vec<f32>,
}

impl TeacherFeatures {
    /// `[T, P]`, f32.
    pub(crate) fn tensor(&self, device: &Device) -> Tensor<2> {
        let values: Vec<f32> = self.values.iter().map(|h| h.to_f32()).collect();
        Tensor::from_data(TensorData::new(values, self.shape), device)
    }

    /// The Gram matrix, `[T, T]`, if it is kept.
    pub(crate) fn gram(&self, device: &Device) -> Option<Tensor<2>> {
        let gram = self.gram.clone()?;
        Some(Tensor::from_data(TensorData::new(gram, [self.shape[0], self.shape[0]]), device))
    }
}
