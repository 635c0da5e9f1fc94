//! On the CPU the gradient of the weights is nine matrix products, one for each position of the 3x3 kernel, over padded copies of both
//! operands with rows of equal length, so that a shift of the image is an offset of the pointer.

use burn::{
    backend::{Flex, TensorMetadata, ops::FloatTensorOps, tensor::FloatTensor},
    tensor::TensorData,
};

use super::Conv3x3TrainingBackend;
use crate::{
    conv3x3::frozen::Conv3x3Backend,
    matmul::cpu::{Strided, matmul},
};

impl Conv3x3TrainingBackend for Flex {
    fn conv3x3_relu_training(
        x: FloatTensor<Self>,
        _weight: FloatTensor<Self>,
        bias: FloatTensor<Self>,
        packed: FloatTensor<Self>,
        packed_transposed: FloatTensor<Self>,
    ) -> FloatTensor<Self> {
        Self::conv3x3_relu(x, packed, packed_transposed, bias, 0)
    }

    fn conv3x3_weight_gradient(x: FloatTensor<Self>, masked: FloatTensor<Self>) -> FloatTensor<Self> {
        let (x, masked) = (x.to_contiguous(), masked.to_contiguous());
        let ([inputs, height, width], outputs) = ([x.shape()[1], x.shape()[2], x.shape()[3]], masked.shape()[1]);
        // Rows of the input have a zero at either end, and rows of the gradient two at the end.
        let row = width + 2;
        let padded = zero_pad(x.storage::<f32>(), inputs, [height, width], [height + 2, row], row + 1);
        let masked = zero_pad(masked.storage::<f32>(), outputs, [height, width], [height, row], 0);
        // Without the last row's two zeros, with which a shifted read would pass the end of the padded plane.
        let (plane, area) = ((height + 2) * row, height * row - 2);
        let mut gradient = vec![0.0f32; outputs * inputs * 9];
        for position in 0..9 {
            let shift = position / 3 * row + position % 3;
            // SAFETY: [O, area] times [area, I] into [O, I] with strides of 9: `masked` holds O planes of height * row,
            // `padded` I planes in which shift + area is at most (height + 2) * row, and `gradient` O I 9 numbers.
            unsafe {
                let masked = Strided { data: masked.as_ptr(), row_stride: height * row, column_stride: 1 };
                let padded = Strided { data: padded.as_ptr().add(shift), row_stride: 1, column_stride: plane };
                let gradient = Strided { data: gradient.as_mut_ptr().add(position), row_stride: inputs * 9, column_stride: 9 };
                matmul([outputs, inputs, area], masked, padded, gradient);
            }
        }
        Self::float_from_data(TensorData::new(gradient, [outputs, inputs, 3, 3]), &Default::default())
    }
}

/// `[planes, from[0], from[1]]` -> `[planes, to[0], to[1]]`: each plane copied into zeros, its first pixel at the offset `start`.
fn zero_pad(values: &[f32], planes: usize, from: [usize; 2], to: [usize; 2], start: usize) -> Vec<f32> {
    let mut out = vec![0.0; planes * to[0] * to[1]];
    for (padded, plane) in out.chunks_exact_mut(to[0] * to[1]).zip(values.chunks_exact(from[0] * from[1])) {
        for (y, row) in plane.chunks_exact(from[1]).enumerate() {
            let at = start + y * to[1];
            padded[at..at + from[1]].copy_from_slice(row);
        }
    }
    out
}
