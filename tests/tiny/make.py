#!/usr/bin/env python3
"""Makes tiny-network.safetensors and tiny-golden.safetensors, a random network with VGG-19's layout and what PyTorch computes with it,
and tiny-vgg16-network.safetensors and tiny-vgg16-golden.safetensors, the same with VGG-16's.

  python3 make.py            writes all four beside this file; needs torch, numpy and safetensors

The golden values let the mathematics be tested wherever the repository is. Names, shapes and definitions: README.md.
Written for f32 on a CPU; another PyTorch may differ in the last bits, so tests compare with tolerances.
"""
import json
import pathlib
import struct

import numpy as np
import torch
import torch.nn.functional as F
from safetensors.torch import save

LAYOUT = [4, 6, 8, 8, 8]
VGG19, VGG16 = [2, 2, 4, 4, 4], [2, 2, 3, 3, 3]  # convolutions of each block
STYLE, CONTENT, TALK_CONTENT = ["1_1", "2_1", "3_1", "4_1", "5_1"], "4_2", "5_2"
WEIGHTS = (0.05, 1.0, 0.1)  # content, style, tv
MEAN_WEIGHTS = (0.5, 1.0, 100.0)  # so that each of the three has its share of the gradient
CONTENT_WEIGHTS = (1.0, 0.01, 0.1)  # so that the gradient is the content's
TALK_WEIGHTS = (0.025, 1.0, 1.0)
TALK_FEATURE_WEIGHTS = (0.025, 1000.0, 0.0)  # here tv outweighs the others 10^8 times; these balance content and style
MEAN = [0.48, 0.46, 0.41]


def convolutions(blocks):
    """The convolutions' names, with torchvision's features.N: a ReLU after each, a pooling after each block."""
    layers, index = {}, 0
    for block, count in enumerate(blocks):
        layers |= {f"{block + 1}_{n + 1}": index + 2 * n for n in range(count)}
        index += 2 * count + 1
    return layers


def random_network(images, blocks, seed=0):
    """Normally distributed weights (He et al., arXiv:1502.01852), then each channel brought, over the given images, to deviation 1
    and mean 0.3 before its ReLU, so that none is dead and the deepest layers still differ between images. f32."""
    random, tensors, xs = np.random.RandomState(seed), {}, [p - torch.tensor(MEAN).view(1, 3, 1, 1) for p in images]
    for name, index in convolutions(blocks).items():
        if name in ("2_1", "3_1", "4_1", "5_1"):
            xs = [F.max_pool2d(x, 2) for x in xs]
        channels, out = xs[0].shape[1], LAYOUT[int(name[0]) - 1]
        weight = torch.from_numpy(random.randn(out, channels, 3, 3) * np.sqrt(2 / (9 * channels))).float()
        values = torch.cat([F.conv2d(x, weight, padding=1)[0].flatten(1) for x in xs], 1)
        deviation = values.std(1)
        weight, bias = weight / deviation.view(-1, 1, 1, 1), 0.3 - values.mean(1) / deviation
        tensors[f"features.{index}.weight"], tensors[f"features.{index}.bias"] = weight, bias
        xs = [F.relu(F.conv2d(x, weight, bias, padding=1)) for x in xs]
    return tensors


class Network:
    """rgb: [1, 3, H, W] in [0, 1] -> {name: [1, C, h, w] after ReLU}; floor pooling, padding of the mean-subtracted picture."""

    def __init__(self, tensors, blocks, pool="max", first_padding="zero"):
        layers = convolutions(blocks).items()
        self.layers = {n: (tensors[f"features.{i}.weight"], tensors[f"features.{i}.bias"]) for n, i in layers}
        self.pool = F.max_pool2d if pool == "max" else F.avg_pool2d
        self.first_padding = first_padding

    def __call__(self, rgb):
        x, out = rgb - torch.tensor(MEAN).view(1, 3, 1, 1), {}
        for name in self.layers:
            if name in ("2_1", "3_1", "4_1", "5_1"):
                x = self.pool(x, 2)
            if name == "1_1" and self.first_padding == "replicate":
                x = F.relu(F.conv2d(F.pad(x, (1, 1, 1, 1), mode="replicate"), *self.layers[name]))
            else:
                x = F.relu(F.conv2d(x, *self.layers[name], padding=1))
            out[name] = x
        return out


def gram(f):
    f = f.flatten(2)[0]
    return f @ f.T / f.shape[1]


def relative(a, b):
    return ((a - b) ** 2).mean() / (b**2).mean()


def mean(a, b):
    return ((a - b) ** 2).mean()


def tv(x):
    return ((x[..., 1:] - x[..., :-1]) ** 2).mean() + ((x[..., 1:, :] - x[..., :-1, :]) ** 2).mean()


def losses(net, content, style, x, distance):
    """Content, style and total variation; `distance` is `relative` or `mean`."""
    fc, fs, f = net(content), net(style), net(x)
    c = distance(f[CONTENT], fc[CONTENT].detach())
    s = sum(distance(gram(f[n]), gram(fs[n]).detach()) for n in STYLE) / len(STYLE)
    return c, s, tv(x)


def covariance_losses(net, content, style, x):
    """As `losses` with `relative`, but the style is the features' mean and their covariance, which count alike."""
    fs, f = net(style), net(x)
    of = lambda a: a.flatten(2)[0].mean(1, keepdim=True)
    covariance = lambda a: gram(a) - of(a) @ of(a).T
    parts = [(relative(of(f[n]), of(fs[n]).detach()) + relative(covariance(f[n]), covariance(fs[n]).detach())) / 2 for n in STYLE]
    c, _, t = losses(net, content, style, x, relative)
    return c, sum(parts) / len(STYLE), t


def hypercolumns(net, image):
    """Style layers' features on the pixels of block 3, [channels, h w] each: means over squares of earlier layers, later ones bilinear."""
    features = net(image)
    h, w = features["3_1"].shape[2:]
    columns = []
    for name in STYLE:
        f, block = features[name], int(name[0])
        if block < 3:
            f = F.avg_pool2d(f, 2 ** (3 - block))
        elif block > 3:
            f = F.interpolate(f, scale_factor=2 ** (block - 3), mode="bilinear", align_corners=False)
            f = F.pad(f, (0, w - f.shape[3], 0, h - f.shape[2]), mode="replicate")
        columns.append(f.flatten(2)[0])
    return columns


def nearest_losses(net, content, style, x):
    """As `losses` with `relative`, but the style is mean(1 - cos) of hypercolumns and of their nearest neighbours in the style, turned four ways
    (Kolkin et al., arXiv:2203.13215). A neighbour is one by the centred cosine similarity with the content's hypercolumn."""
    turned = [hypercolumns(net, torch.rot90(style, -k, (2, 3))) for k in range(4)]
    candidates = [torch.cat(parts, 1) for parts in zip(*turned)]
    factors = [(len(STYLE) * (f**2).sum() / f.shape[1]) ** -0.5 for f in candidates]
    joined = lambda parts: torch.cat([f * factor for f, factor in zip(parts, factors)])
    candidates, queries = joined(candidates).detach(), joined(hypercolumns(net, content)).detach()
    centred = lambda a: F.normalize(a - a.mean(1, keepdim=True), dim=0)
    target = candidates[:, (centred(queries).T @ centred(candidates)).argmax(1)]
    c, _, t = losses(net, content, style, x, relative)
    return c, (1 - F.cosine_similarity(joined(hypercolumns(net, x)), target, dim=0)).mean(), t


def self_similarity(f):
    """Cosine distances between positions of [1, C, h, w], halved to at most 1024 of them, each column divided by its sum: [n, n]."""
    while f.shape[2] * f.shape[3] > 1024:
        f = F.avg_pool2d(f, 2)
    f = F.normalize(f.flatten(2)[0], dim=0)
    distances = 1 - f.T @ f
    return distances / distances.sum(0)


def self_similarity_losses(net, content, style, x):
    """As `losses` with `relative`, but the content is the self-similarity (Kolkin et al., arXiv:1904.12785) at conv1_1 and conv4_2."""
    fc, f = net(content), net(x)
    parts = [(self_similarity(f[n]) - self_similarity(fc[n]).detach()).abs().sum(0).mean() for n in ("1_1", CONTENT)]
    _, s, t = losses(net, content, style, x, relative)
    return sum(parts) / 2, s, t


def talk_losses(net, content, style, x):
    """The classic recipe's three sums; all images of the same size, in [0, 1]."""
    h, w = x.shape[2:]
    fc, fs, f = net(content), net(style), net(x)
    full = lambda a: gram(a) * a.shape[2] * a.shape[3]
    content_sum = ((f[TALK_CONTENT] - fc[TALK_CONTENT].detach()) ** 2).sum()
    style_sum = sum(((full(f[n]) - full(fs[n]).detach()) ** 2).sum() / (4 * 9 * (h * w) ** 2) for n in STYLE) / len(STYLE)
    p = 255 * x
    corner = p[..., :-1, :-1]
    tv_power = (((corner - p[..., 1:, :-1]) ** 2 + (corner - p[..., :-1, 1:]) ** 2) ** 1.25).sum()
    return content_sum, style_sum, tv_power


def preconditioned(x, gain, levels):
    """x plus gain times the same of x at half the resolution (Bramble, Pasciak and Xu 1990): bilinear upsampling of its transpose over 4."""
    h, w = x.shape[2:]
    if levels == 0 or max(h, w) == 1:
        return x
    upsampled = lambda coarse: F.interpolate(coarse, scale_factor=2, mode="bilinear", align_corners=False)[..., :h, :w]
    zeros = torch.zeros(1, 3, (h + 1) // 2, (w + 1) // 2, requires_grad=True)
    (transposed,) = torch.autograd.grad((upsampled(zeros) * x).sum(), zeros)
    return x + gain * upsampled(preconditioned(transposed / 4, gain, levels - 1))


def evaluated(of, x, weights):
    """The parts and their weighted total as one tensor [4], and dTotal/dx."""
    x = x.clone().requires_grad_(True)
    parts = of(x)
    total = sum(w * p for w, p in zip(weights, parts))
    (gradient,) = torch.autograd.grad(total, x)
    return torch.stack([p.detach() for p in parts] + [total.detach()]), gradient


def image(h, w, k, seed):
    """Smooth waves plus fixed pseudo-random noise."""
    y, x = np.mgrid[0:h, 0:w].astype(np.float64)
    base = [0.5 + 0.3 * np.sin(k * (x * (c + 1) + y * (3 - c)) / 17.0 + c) for c in range(3)]
    noise = np.random.RandomState(seed).rand(3, h, w) * 0.2 - 0.1
    return torch.from_numpy(np.clip(np.stack(base) + noise, 0, 1)).float()[None]


def write(tensors, metadata, path):
    """A safetensors file whose header is sorted, as the library's own order of metadata differs from run to run."""
    data = save({k: v.contiguous() for k, v in tensors.items()}, metadata)
    end = 8 + struct.unpack("<Q", data[:8])[0]
    header = json.dumps(json.loads(data[8:end]), sort_keys=True, separators=(",", ":")).encode()
    header += b" " * (-len(header) % 8)
    path.write_bytes(struct.pack("<Q", len(header)) + header + data[end:])


def metadata(name, blocks):
    return {
        "pastiche.schema": "1", "name": name, "layout": "-".join(map(str, LAYOUT)), "input": "rgb-mean", "pool": "max",
        "mean": ",".join(f"{m:.6f}" for m in MEAN), "scales": ",".join(["1.0"] * sum(blocks)),
        "license": "MIT OR Apache-2.0", "source": "random numbers, tests/tiny/make.py", "citation": "none",
    }


def vgg16(here):
    """VGG-16's layout: features of all layers, and relative losses with their gradient."""
    content, style, x = image(33, 35, 1.0, 1), image(35, 32, 2.7, 2), image(33, 35, 1.6, 3)
    tensors = random_network([content, style, x], VGG16)
    net = Network(tensors, VGG16)
    golden = {"content": content, "style": style, "image": x}
    with torch.no_grad():
        golden |= {f"relu{n}": f for n, f in net(x).items()}
    golden["losses"], golden["gradient"] = evaluated(lambda p: losses(net, content, style, p, relative), x, WEIGHTS)
    print("vgg16 losses", golden["losses"].tolist(), "|gradient|", float(golden["gradient"].norm()))
    write(tensors, metadata("tiny VGG-16", VGG16), here / "tiny-vgg16-network.safetensors")
    write(golden, {"weights": "0.05 content, 1 style, 0.1 tv"}, here / "tiny-vgg16-golden.safetensors")


def vgg19(here):
    content, style, x = image(35, 37, 1.0, 1), image(39, 31, 2.7, 2), image(35, 37, 1.6, 3)
    stretched = F.interpolate(style, size=x.shape[2:], mode="bilinear")
    tensors = random_network([content, style, x], VGG19)
    net, average = Network(tensors, VGG19), Network(tensors, VGG19, "average")
    replicate = Network(tensors, VGG19, "max", "replicate")

    golden = {"content": content, "style": style, "image": x, "talk_style": stretched}
    with torch.no_grad():
        golden |= {f"relu{n}": f for n, f in net(x).items()}
        golden |= {f"style_gram{n}": gram(f) for n, f in net(style).items() if n in STYLE}
        golden |= {f"average_relu{n}": f for n, f in average(x).items() if n in ("2_1", "4_2", "5_4")}
        golden |= {f"replicate_relu{n}": f for n, f in replicate(x).items() if n in ("1_1", "4_2", "5_4")}
    cases = {
        "": (lambda p: losses(net, content, style, p, relative), WEIGHTS),
        "mean_": (lambda p: losses(net, content, style, p, mean), MEAN_WEIGHTS),
        "average_": (lambda p: losses(average, content, style, p, relative), WEIGHTS),
        "replicate_": (lambda p: losses(replicate, content, style, p, relative), WEIGHTS),
        "covariance_": (lambda p: covariance_losses(net, content, style, p), WEIGHTS),
        "nearest_": (lambda p: nearest_losses(net, content, style, p), WEIGHTS),
        "self_similarity_": (lambda p: self_similarity_losses(net, content, style, p), CONTENT_WEIGHTS),
        "talk_": (lambda p: talk_losses(net, content, stretched, p), TALK_WEIGHTS),
        "talk_features_": (lambda p: talk_losses(net, content, stretched, p), TALK_FEATURE_WEIGHTS),
    }
    for prefix, (of, weights) in cases.items():
        values, gradient = evaluated(of, x, weights)
        golden[f"{prefix}losses"], golden[f"{prefix}gradient"] = values, gradient
        print(f"{prefix}losses", values.tolist(), "|gradient|", float(gradient.norm()))
    golden["preconditioned"] = preconditioned(x, 2.0, 5)
    for n, f in net(x).items():
        on = (f > 0).float().mean((0, 2, 3))
        print(f"relu{n}: {tuple(f.shape)}, mean {f.mean():.2f}, on {on.mean():.2f}, channels on nowhere {(on == 0).sum()}")

    notes = {"weights": "0.05 content, 1 style, 0.1 tv; mean 0.5, 1, 100; self_similarity 1, 0.01, 0.1; talk 0.025, 1, 1; talk_features 0.025, 1000, 0"}
    write(tensors, metadata("tiny", VGG19), here / "tiny-network.safetensors")
    write(golden, notes, here / "tiny-golden.safetensors")


def main():
    here = pathlib.Path(__file__).resolve().parent
    torch.set_num_threads(1)  # the order of additions, and so the last bits, depends on it
    vgg19(here)
    vgg16(here)


if __name__ == "__main__":
    main()
