"""PyTorch for `./dev bench`: `pytorch.py THREADS [tf32]`, with its request on standard input, as crates/bench/src/main.rs is.

The numbers are made by the same rules as in crates/bench/src/workload.rs.
"""

import json
import sys
import time

import numpy as np
import torch
import torch.nn.functional as F

BLOCKS = [[64, 64], [128, 128], [256] * 4, [512] * 4, [512]]

threads = int(sys.argv[1])
torch.set_num_threads(threads)
device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
# Single precision throughout, as everybody else here, unless TF32 is asked for.
torch.backends.cuda.matmul.allow_tf32 = torch.backends.cudnn.allow_tf32 = "tf32" in sys.argv
torch.backends.cudnn.benchmark = True


def noise(stream, length):
    with np.errstate(over="ignore"):
        x = np.arange(length, dtype=np.uint32) + np.uint32(stream * 0x9E3779B9 & 0xFFFFFFFF)
        x = (x ^ (x >> np.uint32(16))) * np.uint32(0x7FEB352D)
        x = (x ^ (x >> np.uint32(15))) * np.uint32(0x846CA68B)
        x = x ^ (x >> np.uint32(16))
    return (x >> np.uint32(8)).astype(np.float32) / np.float32(8388608) - np.float32(1)


def load():
    layers, inputs = [], 3
    for block in BLOCKS:
        for n, outputs in enumerate(block):
            position = len(layers)
            weight = noise(position, outputs * inputs * 9) * np.sqrt(np.float32(6 / (9 * inputs)))
            bias = noise(100 + position, outputs) * np.float32(0.1)
            layers.append((n == 0, torch.from_numpy(weight.reshape(outputs, inputs, 3, 3)).to(device), torch.from_numpy(bias).to(device)))
            inputs = outputs
    return layers


def picture(height, width):
    return noise(200, 3 * height * width).reshape(1, 3, height, width) * np.float32(0.5) + np.float32(0.5)


def style(height, width):
    c, y, x = np.meshgrid(np.arange(3), np.arange(height), np.arange(width), indexing="ij")
    slope = ((x + (c + 1) * y) / (width + (c + 1) * height)).astype(np.float32)
    return (noise(201, 3 * height * width).reshape(3, height, width) * 0.5 + 0.5)[None] * np.float32(0.5) + np.float32(0.5) * slope[None]


layers = load()


def features(x):
    x, taps = x - 0.5, []
    for position, (first, weight, bias) in enumerate(layers):
        if first and position > 0:
            x = F.max_pool2d(x, 2)
        x = F.relu_(F.conv2d(x, weight, bias, padding=1))
        if first:
            taps.append(x)
    return taps


def grams(taps):
    flat = [tap.flatten(2)[0] for tap in taps]
    return [f @ f.T / f.shape[1] for f in flat]


def step(x, targets):
    x = x.clone().requires_grad_()
    parts = [(gram - target).square().mean() / target.square().mean() for gram, target in zip(grams(features(x)), targets)]
    loss = torch.stack(parts).mean()
    loss.backward()
    return loss.item(), x.grad.cpu()


def timed(work):
    start = time.perf_counter()
    result = work()
    return 1e3 * (time.perf_counter() - start), result


x, targets = None, []
name = torch.cuda.get_device_name() if device.type == "cuda" else f"CPU ({torch.backends.cpu.get_cpu_capability()})"
print(json.dumps({"adapter": f"PyTorch {torch.__version__}, {name}"}), flush=True)
for line in sys.stdin:
    words = line.split()
    if words[0] == "prepare":
        height, width = map(int, words[1:])
        x = torch.from_numpy(picture(height, width)).to(device)
        with torch.no_grad():
            targets = grams(features(torch.from_numpy(style(height, width).astype(np.float32)).to(device)))
        answer = {}
    elif words[0] == "forward":
        with torch.no_grad():
            answer = {"ms": timed(lambda: features(x)[-1].mean().item())[0]}
    elif words[0] == "step":
        ms, (loss, _) = timed(lambda: step(x, targets))
        answer = {"ms": ms, "loss": loss}
    elif words[0] == "gradient":
        loss, gradient = step(x, targets)
        answer = {"loss": loss, "gradient": gradient.flatten().tolist()}
    elif words[0] == "product":
        a = torch.rand(int(words[1]), int(words[1]), device=device)
        answer = {"ms": timed(lambda: (a @ a)[0, 0].item())[0]}
    else:
        sys.exit(f"Not a command: {line}")
    print(json.dumps(answer), flush=True)
