"""The distances of which the judge's scores are made, and the noise that `tests/quality.py` measures too. Needs PyTorch and NumPy.

F_b: [C, h, w] features of block b, of a result x, the photo c or the style image s; m and d: means and standard deviations over positions, [C].

  style distance    D(x, s) = mean over b of sum((m_b(x) - m_b(s))^2 + (d_b(x) - d_b(s))^2) / sum(m_b(s)^2 + d_b(s)^2)        0 or more
  content distance  K(x, c) = mean over b of mean over positions p of 1 - F_b(x)_p . F_b(c)_p / (|F_b(x)_p| |F_b(c)_p|)       0 to 2
  noise             N(x)    = mean energy of luminance (0 to 1) above half the Nyquist frequency                              0 or more
"""
import numpy as np
import torch


def style_distance(x, s):
    """Of two lists of features, block by block; the sizes of the maps may differ."""
    return sum(float(statistics_distance(*pair)) for pair in zip(x, s, strict=True)) / len(s)


def statistics_distance(x, s):
    (mean_x, deviation_x), (mean_s, deviation_s) = statistics(x), statistics(s)
    difference = (mean_x - mean_s).square().sum() + (deviation_x - deviation_s).square().sum()
    return difference / (mean_s.square().sum() + deviation_s.square().sum())


def statistics(f):
    f = f.flatten(1)
    return f.mean(1), f.std(1, correction=0)


def content_distance(x, c):
    """Of two lists of features, block by block, of maps of equal sizes."""
    # Rounding must not make it negative.
    return max(0.0, sum(1 - float(torch.cosine_similarity(*pair, dim=0).mean()) for pair in zip(x, c, strict=True)) / len(c))


def noise(x):
    """Mean energy of luminance above half the Nyquist frequency, the border faded out. x: [1, 3, H, W] in [0, 1]."""
    luma = (x[0] * torch.tensor([0.299, 0.587, 0.114]).view(3, 1, 1)).sum(0).numpy()
    window = np.outer(np.hanning(luma.shape[0]), np.hanning(luma.shape[1]))
    spectrum = np.abs(np.fft.fft2((luma - luma.mean()) * window)) ** 2
    radius = np.hypot(*np.meshgrid(np.fft.fftfreq(luma.shape[0]), np.fft.fftfreq(luma.shape[1]), indexing="ij"))
    return float(spectrum[radius > 0.25].sum() / (window**2).sum() / luma.size)
