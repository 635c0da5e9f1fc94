//! The network in training: its values on the host, and the tensors made of them for one thread's graph.

use std::collections::HashMap;

use anyhow::{Context, Result, ensure};
use burn::tensor::{Device, Gradients, Tensor, TensorData};
use kernels::ConvWeights;
use rand::{Rng, RngExt};
use vgg::{AUGMENTATIONS, Features, Layer, Network, Part, SKETCH, WeightsFile};

use crate::{example::Example, layers::layers, quantize, tensors::tensor, workers::Workers};

/// Convolutions, conv1_1 to conv5_2.
const CONVOLUTIONS: usize = 14;

/// Everything that is trained, as numbers: for each convolution weight `[O, I, 3, 3]` and bias `[O]`, then for each of
/// [`crate::layers::COMPARED`] a map `[T, O]` onto the teacher's T channels. Activations are near 1, as the teacher's are once
/// divided by its scales.
#[derive(Clone)]
pub(crate) struct Student {
    /// One vector a tensor, in the order above.
    pub(crate) values: Vec<Vec<f32>>,
    /// Their shapes.
    shapes: Vec<Vec<usize>>,
    mean: [f32; 3],
    /// The teacher's, which the file has too, so that its activations have the teacher's magnitude.
    scales: Vec<f32>,
}

impl Student {
    /// Random weights (He et al. 2015, arXiv:1502.01852), a start's where one is given, and maps of zeros. `start`: a
    /// network with no more channels in any block; its channels get no weights from the new ones, so its activations stay the same.
    pub(crate) fn new(teacher: &WeightsFile, scales: Vec<f32>, start: Option<&WeightsFile>, rng: &mut impl Rng) -> Result<Self> {
        let mut shapes = Vec::new();
        let mut inputs = 3;
        for layer in SKETCH.layers_in_use() {
            let outputs = SKETCH.channels_of(layer);
            shapes.push(vec![outputs, inputs, 3, 3]);
            shapes.push(vec![outputs]);
            inputs = outputs;
        }
        for layer in layers() {
            shapes.push(vec![teacher.info().layout[layer.block() - 1], SKETCH.channels_of(layer)]);
        }
        let mut values: Vec<Vec<f32>> = shapes.iter().map(|shape| vec![0.0; shape.iter().product()]).collect();
        for (weight, shape) in values.iter_mut().zip(&shapes).filter(|(_, shape)| shape.len() == 4) {
            // Uniform, of variance 2 / (9 I).
            let bound = (6.0 / (9.0 * shape[1] as f32)).sqrt();
            weight.iter_mut().for_each(|w| *w = rng.random_range(-bound..bound));
        }
        let mut student = Self { values, shapes, mean: teacher.mean(), scales };
        if let Some(file) = start {
            student.copy_from(file)?;
        }
        Ok(student)
    }

    fn copy_from(&mut self, file: &WeightsFile) -> Result<()> {
        self.mean = file.mean();
        for (at, layer) in SKETCH.layers_in_use().enumerate().filter(|(_, layer)| file.info().layers.contains(layer)) {
            let found = file.convolution(layer)?;
            let at = 2 * at;
            let (outputs, inputs) = (self.shapes[at][0], self.shapes[at][1]);
            ensure!(
                found.shape[0] <= outputs && found.shape[1] <= inputs,
                "the network to start from has more channels at {layer} than the one to train"
            );
            let kernels = self.values[at].chunks_exact_mut(inputs * 9);
            for (kernel, found) in kernels.zip(found.weight.chunks_exact(found.shape[1] * 9)) {
                kernel.fill(0.0);
                kernel[..found.len()].copy_from_slice(found);
            }
            self.values[at + 1][..found.bias.len()].copy_from_slice(&found.bias);
        }
        Ok(())
    }

    /// Sets the map, `[T, O]`, of the `index`-th of [`crate::layers::COMPARED`].
    pub(crate) fn set_map(&mut self, index: usize, map: Vec<f32>) {
        self.values[2 * CONVOLUTIONS + index] = map;
    }

    /// What [`set_map`](Self::set_map) set.
    #[cfg(test)]
    pub(crate) fn map(&self, index: usize) -> &[f32] {
        &self.values[2 * CONVOLUTIONS + index]
    }

    /// The convolutions with their weights transformed for the kernels, computed once an update.
    pub(crate) fn prepared(&self, workers: &Workers, device: &Device) -> Result<Prepared> {
        let convolution = |at: usize| {
            let (weight, bias) = (self.tensor(2 * at, device), self.tensor(2 * at + 1, device));
            Ok(ConvWeights::new(weight, bias))
        };
        Ok(Prepared(workers.run(CONVOLUTIONS, convolution)?))
    }

    /// Leaf tensors of this thread's own autodiff graph. `prepared`: of the same values.
    pub(crate) fn leaves(&self, prepared: &Prepared, device: &Device) -> Leaves {
        let leaf = |at: usize| self.tensor(2 * at, device).autodiff().require_grad();
        let weights: Vec<Tensor<4>> = (0..CONVOLUTIONS).map(leaf).collect();
        let biases: Vec<Tensor<1>> = (0..CONVOLUTIONS).map(|at| self.tensor(2 * at + 1, device).autodiff().require_grad()).collect();
        let maps = (2 * CONVOLUTIONS..self.values.len()).map(|at| self.tensor(at, device).autodiff().require_grad()).collect();
        let leaves = prepared.0.iter().zip(weights.iter().zip(&biases));
        let convolutions = leaves.clone().map(|(prepared, (weight, bias))| prepared.training(weight.clone(), bias.clone())).collect();
        let linear = leaves
            .map(|(prepared, (weight, bias))| prepared.training(weight.clone(), bias.clone().inner().zeros_like().autodiff()))
            .collect();
        Leaves { network: Network::of(&SKETCH, convolutions, self.mean, device), linear, weights, biases, maps }
    }

    /// The network with fixed weights. `prepared`: of the same values.
    pub(crate) fn frozen(&self, prepared: &Prepared, device: &Device) -> Network {
        Network::of(&SKETCH, prepared.0.clone(), self.mean, device)
    }

    fn tensor<const D: usize>(&self, at: usize, device: &Device) -> Tensor<D> {
        Tensor::from_data(TensorData::new(self.values[at].clone(), self.shapes[at].clone()), device)
    }

    /// The file, weights in 8 bits and all else in f16, with `notes` in its metadata; a compared layer's metric is the triangular matrix that
    /// keeps its map's lengths.
    pub(crate) fn export(&self, notes: &[(&str, String)]) -> Result<WeightsFile> {
        let list = |numbers: &[f32]| numbers.iter().map(f32::to_string).collect::<Vec<_>>().join(",");
        let mut tensors = Vec::new();
        for (number, layer) in SKETCH.layers_in_use().enumerate() {
            let at = 2 * number;
            let scale = self.scales[number];
            let before = number.checked_sub(1).map_or(1.0, |before| self.scales[before]);
            let values: Vec<f32> = self.values[at].iter().map(|w| w * scale / before).collect();
            tensors.extend(quantize::weights(&SKETCH, layer, &self.shapes[at], &values)?);
            let biases: Vec<f32> = self.values[at + 1].iter().map(|b| b * scale).collect();
            tensors.push(quantize::halves(SKETCH.tensor_name(layer, Part::Bias)?, &self.shapes[at + 1], &biases)?);
        }
        for (index, layer) in layers().into_iter().enumerate() {
            let at = 2 * CONVOLUTIONS + index;
            tensors.push(quantize::metric(&SKETCH, layer, &self.values[at], self.shapes[at][1])?);
        }
        let mut metadata: HashMap<String, String> = [
            ("pastiche.schema", "1".to_owned()),
            ("input", "rgb-mean".to_owned()),
            ("mean", list(&self.mean)),
            ("scales", list(&self.scales[..CONVOLUTIONS])),
            ("pool", "avg".to_owned()),
            ("views", AUGMENTATIONS.to_string()),
            ("layout", SKETCH.channels.map(|channels| channels.to_string()).join("-")),
        ]
        .map(|(key, value)| (key.to_owned(), value))
        .into();
        metadata.extend(notes.iter().map(|(key, value)| ((*key).to_owned(), value.clone())));
        quantize::file(&tensors, metadata)
    }
}

/// See [`Student::prepared`].
pub(crate) struct Prepared(Vec<ConvWeights>);

/// The student's values as tensors with gradients.
pub(crate) struct Leaves {
    /// Made of the weights and biases.
    pub(crate) network: Network,
    /// Its convolutions without their biases.
    pub(crate) linear: Vec<ConvWeights>,
    weights: Vec<Tensor<4>>,
    biases: Vec<Tensor<1>>,
    /// One for each compared layer, `[T, O]`.
    pub(crate) maps: Vec<Tensor<2>>,
}

impl Leaves {
    /// Every layer's activation for an example's image.
    pub(crate) fn features(&self, example: &Example, device: &Device) -> Result<Features> {
        let layers: Vec<Layer> = SKETCH.layers_in_use().collect();
        Ok(self.network.features(tensor(&example.image, device), &layers)?)
    }

    /// In the order of [`Student::values`].
    pub(crate) fn gradients(&self, gradients: &Gradients) -> Result<Vec<Vec<f32>>> {
        let mut all = Vec::new();
        for (weight, bias) in self.weights.iter().zip(&self.biases) {
            all.push(read(weight.grad(gradients))?);
            all.push(read(bias.grad(gradients))?);
        }
        for map in &self.maps {
            all.push(read(map.grad(gradients))?);
        }
        Ok(all)
    }
}

fn read<const D: usize>(gradient: Option<Tensor<D>>) -> Result<Vec<f32>> {
    let data = gradient.context("a value of the student has no part in the loss")?.into_data();
    data.try_to_vec().map_err(|error| anyhow::anyhow!("the device's answer cannot be read: {error:?}"))
}
