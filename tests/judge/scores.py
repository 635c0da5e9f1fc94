"""A result's scores, relative to its photo and its style image; D, K and N as in `metrics.py`.

  style    D(x, s) / D(c, s)     0: the style image's statistics; 1: no nearer to the style than the photo
  content  K(x, c) / K(s', c)    0: the photo's content; 1: as far from it as the style image      s': the style image stretched to the result's size
  noise    N(x) / N(s)           1: as much as the style image has at this size

All are compared at the result's size: the photo has its width and height, the style image its longest side and an aspect ratio of its own.
"""
import numpy as np
import torch
from PIL import Image

from judge import Problem
from judge.features import CONTENT, STYLE, features
from judge.metrics import content_distance, noise, style_distance
from judge.pictures import scaled

# Two positions at the stride of 32: with fewer there is nothing to average.
SMALLEST = 64
# Relative: what sides rounded to multiples of 8 come to at 256 pixels.
STRETCH = 0.05


class Judge:
    """Of results for one photo and one style image (PIL images, RGB)."""

    def __init__(self, net, photo, style):
        self.net, self.photo, self.style = net, photo, style
        self.targets = {}

    def stretches(self, result):
        """Whether the photo's aspect ratio is another than the result's, by more than rounding."""
        (width, height), (w, h) = result.size, self.photo.size
        return abs(width * h / (height * w) - 1) > STRETCH

    def target(self, size):
        """What a result of this width and height is compared with."""
        if size not in self.targets:
            self.targets[size] = Target(self.net, self.photo, self.style, size)
        return self.targets[size]

    def score(self, result):
        """{"style", "content", "noise"} of an image."""
        if min(result.size) < SMALLEST:
            raise Problem(f"A result of {result.width} x {result.height} pixels is too small to judge: at least {SMALLEST} on either side are needed.")
        target, found = self.target(result.size), features(self.net, result)
        return {
            "style": style_distance(of(STYLE, found), target.style) / target.plain,
            "content": content_distance(of(CONTENT, found), target.content) / target.farthest,
            "noise": noise(values(result)) / target.grain,
        }


class Target:
    def __init__(self, net, photo, style, size):
        fitted = scaled(style, max(size))
        content = features(net, photo.resize(size, Image.LANCZOS))
        self.style, self.content = of(STYLE, features(net, fitted)), of(CONTENT, content)
        self.plain = style_distance(of(STYLE, content), self.style)
        self.farthest = content_distance(of(CONTENT, features(net, style.resize(size, Image.LANCZOS))), self.content)
        self.grain = noise(values(fitted))
        if min(self.plain, self.farthest) < 1e-6:
            raise Problem("The photo and the style image are the same to the judge, so nothing can be measured between them: give two different pictures.")
        if self.grain < 1e-12:
            raise Problem("The style image has no detail to compare noise with: give one that is not of a single colour.")


def of(blocks, found):
    return [found[block] for block in blocks]


def values(image):
    """[1, 3, H, W] in [0, 1]."""
    return torch.from_numpy(np.array(image)).permute(2, 0, 1)[None].float() / 255
