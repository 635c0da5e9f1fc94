//! On the GPU: a thread for each 2x2 window (`pool2x2.wgsl`, `pool2x2_gradient.wgsl`).

use burn::backend::{TensorMetadata, tensor::FloatTensor};
use burn_cubecl::{CubeBackend, kernel::into_contiguous, template::SourceTemplate, tensor::CubeTensor};

use super::Pool2x2Backend;
use crate::gpu::{Count, READ, WgslKernel, empty, launch};

fn params(x: &CubeTensor) -> [usize; 4] {
    let [_, channels, height, width] = x.shape().dims();
    [channels, height, width, 0]
}

impl Pool2x2Backend for CubeBackend {
    fn pool2x2(x: FloatTensor<Self>, max: bool) -> FloatTensor<Self> {
        let x = into_contiguous(x);
        let params @ [channels, height, width, _] = params(&x);
        let out = empty(&x, &[1, channels, height / 2, width / 2], x.dtype);
        let template = SourceTemplate::new(include_str!("pool2x2.wgsl")).register("read", READ);
        let kernel = if max {
            WgslKernel::with_storage("max_pool2x2", template.register("pool", "max_or_nan(max_or_nan(a, b), max_or_nan(c, d))"), x.dtype)
        } else {
            WgslKernel::with_storage("avg_pool2x2", template.register("pool", "0.25 * (a + b + c + d)"), x.dtype)
        };
        launch(&out.client, kernel, Count::Threads(channels * (height / 2) * (width / 2)), &[&x, &out], &params.map(|n| n as u32));
        out
    }

    fn pool2x2_gradient(x: FloatTensor<Self>, grad: FloatTensor<Self>, max: bool) -> FloatTensor<Self> {
        let (x, grad) = (into_contiguous(x), into_contiguous(grad));
        let params @ [channels, height, width, _] = params(&x);
        let out = empty(&x, &[1, channels, height, width], x.dtype);
        let template = SourceTemplate::new(include_str!("pool2x2_gradient.wgsl")).register("read", READ);
        let kernel = if max {
            WgslKernel::with_storage("max_pool2x2_gradient", template.register("weights", "first_max(values)"), x.dtype)
        } else {
            WgslKernel::with_storage("avg_pool2x2_gradient", template.register("weights", "vec4<f32>(0.25)"), x.dtype)
        };
        let threads = channels * height.div_ceil(2) * width.div_ceil(2);
        launch(&out.client, kernel, Count::Threads(threads), &[&x, &grad, &out], &params.map(|n| n as u32));
        out
    }
}
