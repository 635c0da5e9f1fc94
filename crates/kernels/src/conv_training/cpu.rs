//! On the CPU the weights' gradient is nine matrix products, one for each of the kernel's places, over copies of both
//! operands with rows of equal length, so that a shift of the picture is a shift of the pointer.

use burn::{
    backend::{Flex, TensorMetadata, ops::FloatTensorOps, tensor::FloatTensor},
    tensor::TensorData,
};

use super::ConvTrainingBackend;
use crate::{
    conv::ConvBackend,
    product::{Strided, product},
};

impl ConvTrainingBackend for Flex {
    fn conv_relu_training(
        x: FloatTensor<Self>,
        _weight: FloatTensor<Self>,
        bias: FloatTensor<Self>,
        laid: FloatTensor<Self>,
        transposed: FloatTensor<Self>,
    ) -> FloatTensor<Self> {
        Self::conv_relu(x, laid, transposed, bias, 0)
    }

    fn conv_weight_gradient(x: FloatTensor<Self>, masked: FloatTensor<Self>) -> FloatTensor<Self> {
        let (x, masked) = (x.to_contiguous(), masked.to_contiguous());
        let ([inputs, height, width], outputs) = ([x.shape()[1], x.shape()[2], x.shape()[3]], masked.shape()[1]);
        // Rows of the input lie between two zeros, and rows of the gradient before two.
        let row = width + 2;
        let framed = spread(x.storage::<f32>(), inputs, [height, width], [height + 2, row], row + 1);
        let masked = spread(masked.storage::<f32>(), outputs, [height, width], [height, row], 0);
        // The last row's spare zeros would reach behind the frame's end; they are left out.
        let (plane, area) = ((height + 2) * row, height * row - 2);
        let mut gradient = vec![0.0f32; outputs * inputs * 9];
        for place in 0..9 {
            let shift = place / 3 * row + place % 3;
            // SAFETY: [O, area] times [area, I] into [O, I] with strides of 9: `masked` holds O planes of height * row,
            // `framed` I planes in which shift + area is at most (height + 2) * row, and `gradient` O I 9 numbers.
            unsafe {
                let masked = Strided { at: masked.as_ptr(), rows: height * row, columns: 1 };
                let framed = Strided { at: framed.as_ptr().add(shift), rows: 1, columns: plane };
                let gradient = Strided { at: gradient.as_mut_ptr().add(place), rows: inputs * 9, columns: 9 };
                product([outputs, inputs, area], masked, framed, gradient);
            }
        }
        Self::float_from_data(TensorData::new(gradient, [outputs, inputs, 3, 3]), &Default::default())
    }
}

/// `planes` pictures of `from` `[H, W]`, each copied into zeros of size `to`, its first pixel at `start`.
fn spread(values: &[f32], planes: usize, from: [usize; 2], to: [usize; 2], start: usize) -> Vec<f32> {
    let mut out = vec![0.0; planes * to[0] * to[1]];
    for (plane, picture) in out.chunks_exact_mut(to[0] * to[1]).zip(values.chunks_exact(from[0] * from[1])) {
        for (y, row) in picture.chunks_exact(from[1]).enumerate() {
            let at = start + y * to[1];
            plane[at..at + from[1]].copy_from_slice(row);
        }
    }
    out
}
