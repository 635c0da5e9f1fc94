"""The judge of results by EfficientNet-Lite0: `__main__.py` is its command line. `pictures` needs Pillow only, and `metrics` needs PyTorch only."""


class Problem(Exception):
    """What is wrong and what to do, as a sentence for the user."""
