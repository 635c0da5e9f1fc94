//! On the GPU: a thread for each pixel of the output (`downsample2x.wgsl`, `add_upsampled2x.wgsl`).

use burn::backend::{TensorMetadata, tensor::FloatTensor};
use burn_cubecl::{CubeBackend, kernel::into_contiguous, template::SourceTemplate};

use super::Resample2xBackend;
use crate::gpu::{Count, READ, WgslKernel, empty, launch};

impl Resample2xBackend for CubeBackend {
    fn downsample2x(x: FloatTensor<Self>) -> FloatTensor<Self> {
        let x = into_contiguous(x);
        let [_, channels, height, width] = x.shape().dims();
        let shape @ [_, _, rows, columns] = [1, channels, height.div_ceil(2), width.div_ceil(2)];
        let out = empty(&x, &shape, x.dtype);
        let kernel = WgslKernel::new("downsample2x", SourceTemplate::new(include_str!("downsample2x.wgsl")).register("read", READ));
        let params = [channels, height, width].map(|n| n as u32);
        launch(&out.client, kernel, Count::Threads(channels * rows * columns), &[&x, &out], &params);
        out
    }

    fn add_upsampled2x(x: FloatTensor<Self>, coarse: FloatTensor<Self>, gain: f32) -> FloatTensor<Self> {
        let (x, coarse) = (into_contiguous(x), into_contiguous(coarse));
        let [_, channels, height, width] = x.shape().dims();
        let out = empty(&x, &[1, channels, height, width], x.dtype);
        let kernel = WgslKernel::new("add_upsampled2x", SourceTemplate::new(include_str!("add_upsampled2x.wgsl")).register("read", READ));
        let params = [channels as u32, height as u32, width as u32, gain.to_bits()];
        launch(&out.client, kernel, Count::Threads(channels * height * width), &[&x, &coarse, &out], &params);
        out
    }
}
