//! On the GPU: a thread for 2x2 pixels (`pool.wgsl`, `pool_gradient.wgsl`).

use burn::backend::{TensorMetadata, tensor::FloatTensor};
use burn_cubecl::{
    CubeBackend, kernel::into_contiguous, ops::numeric::empty_device_contiguous_dtype, template::SourceTemplate, tensor::CubeTensor,
};

use super::PoolBackend;
use crate::gpu::{READ, Wgsl, launch, workgroups};

fn info(x: &CubeTensor) -> [usize; 4] {
    let [_, channels, height, width] = x.shape().dims();
    [channels, height, width, 0]
}

fn empty(like: &CubeTensor, shape: [usize; 4]) -> CubeTensor {
    empty_device_contiguous_dtype(like.client.clone(), like.device.clone(), shape.into(), like.dtype)
}

impl PoolBackend for CubeBackend {
    fn pool(x: FloatTensor<Self>, maximum: bool) -> FloatTensor<Self> {
        let x = into_contiguous(x);
        let info @ [channels, height, width, _] = info(&x);
        let out = empty(&x, [1, channels, height / 2, width / 2]);
        let template = SourceTemplate::new(include_str!("pool.wgsl")).register("read", READ);
        let kernel = if maximum {
            Wgsl::stored("pool_max", template.register("pool", "larger(larger(a, b), larger(c, d))"), &x)
        } else {
            Wgsl::stored("pool_average", template.register("pool", "0.25 * (a + b + c + d)"), &x)
        };
        launch(&out.client, kernel, workgroups(channels * (height / 2) * (width / 2)), &[&x, &out], &info.map(|n| n as u32));
        out
    }

    fn pool_gradient(x: FloatTensor<Self>, grad: FloatTensor<Self>, maximum: bool) -> FloatTensor<Self> {
        let (x, grad) = (into_contiguous(x), into_contiguous(grad));
        let info @ [channels, height, width, _] = info(&x);
        let out = empty(&x, [1, channels, height, width]);
        let template = SourceTemplate::new(include_str!("pool_gradient.wgsl")).register("read", READ);
        let kernel = if maximum {
            Wgsl::stored("pool_max_gradient", template.register("share", "first(values)"), &x)
        } else {
            Wgsl::stored("pool_average_gradient", template.register("share", "vec4<f32>(0.25)"), &x)
        };
        let threads = channels * height.div_ceil(2) * width.div_ceil(2);
        launch(&out.client, kernel, workgroups(threads), &[&x, &grad, &out], &info.map(|n| n as u32));
        out
    }
}
