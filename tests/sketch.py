#!/usr/bin/env python3
"""How well Sketch paints, by VGG-19's judgement: 12 pairs, each painted with Sketch and with VGG-19 by the same settings and judged by the reference.

  tests/sketch.py [--shared ../shared] [--sketch weights/sketch.safetensors] [--size 192] [--iterations 300] [--pairs N] [--sheet FILE.png]

Paints natively with `cargo run --release -p transfer --example paint`, preset `reference`, and judges with the reference program's `evaluate`
(style_ratio: the result's distance to the style over the content picture's). Results go to target/sketch/; VGG-19's are kept there and used again.
Needs: pip install torch numpy pillow safetensors.
"""
import argparse, importlib.util, json, os, pathlib, statistics, subprocess

import torch
from PIL import Image

ROOT = pathlib.Path(__file__).resolve().parent.parent
CONTENTS = ["astronaut.png", "chelsea-cat.png", "coffee.png", "tubingen.jpg"]
STYLES = ["composition-vii.jpg", "starry_night_google.jpg", "the_scream.jpg", "wave_crop.jpg"]
# Each style three times, each content three times.
LEFT_OUT = {(0, 3), (1, 2), (2, 1), (3, 0)}
PAIRS = [(c, s) for i, c in enumerate(CONTENTS) for j, s in enumerate(STYLES) if (i, j) not in LEFT_OUT]
LAYERS = ["1_1", "2_1", "3_1", "4_1", "5_1"]


def reference(shared):
    spec = importlib.util.spec_from_file_location("nst", shared / "reference" / "nst.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def build():
    command = ["cargo", "build", "--release", "--quiet", "-p", "transfer", "--features", "cpu,threads", "--example", "paint", "--message-format", "json"]
    lines = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout.splitlines()
    artefacts = [json.loads(line) for line in lines if '"executable":"' in line]
    return artefacts[-1]["executable"]


def paint(program, network, content, style, out, size, iterations):
    """Through PPM files, which is what the example reads and writes."""
    given = []
    for picture in (content, style):
        path = out.parent / f"{picture.stem}.ppm"
        if not path.exists():
            Image.open(picture).convert("RGB").save(path)
        given.append(path)
    settings = {"preset": "reference", "size": size, "evaluations": iterations}
    painted = out.with_suffix(".ppm")
    subprocess.run([program, network, *given, painted, json.dumps(settings)], check=True, stdout=subprocess.DEVNULL)
    Image.open(painted).save(out)
    painted.unlink()


def judge(nst, net, content, style, painting, size):
    """What the reference's `evaluate` says, and the style ratio layer by layer."""
    content, style, painting = nst.load(content, size), nst.load(style, size), nst.load(painting, None)
    scores = nst.evaluate(net, content, style, painting)
    with torch.no_grad():
        grams = [[nst.gram(f) for f in net(p, LAYERS).values()] for p in (style, content, painting)]
    scores["layers"] = [float((g - s).square().mean() / (c - s).square().mean()) for s, c, g in zip(*grams)]
    return scores


def sheet(rows, folder, shared, path):
    """Content, style, Sketch, VGG-19: one row a pair, two pairs side by side."""
    size = 192
    columns = 8
    image = Image.new("RGB", (columns * size, (len(rows) + 1) // 2 * size), "white")
    for at, (content, style) in enumerate(rows):
        name = f"{pathlib.Path(content).stem}-{pathlib.Path(style).stem}"
        files = [shared / "images" / content, shared / "images" / style, folder / f"{name}-sketch.png", folder / f"{name}-vgg19.png"]
        for column, file in enumerate(files):
            picture = Image.open(file).convert("RGB")
            picture.thumbnail((size - 4, size - 4), Image.LANCZOS)
            image.paste(picture, ((at % 2 * 4 + column) * size, at // 2 * size))
    image.save(path)


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--shared", type=pathlib.Path, default=ROOT.parent / "shared")
    p.add_argument("--sketch", type=pathlib.Path, default=ROOT / "weights" / "sketch.safetensors")
    p.add_argument("--size", type=int, default=192), p.add_argument("--iterations", type=int, default=300)
    p.add_argument("--pairs", type=int, default=len(PAIRS)), p.add_argument("--sheet", type=pathlib.Path)
    p.add_argument("--program", help="the built example, instead of building it"), p.add_argument("--without-vgg19", action="store_true")
    a = p.parse_args()
    vgg19 = pathlib.Path(os.environ.get("PASTICHE_VGG19", a.shared / "weights" / "vgg19-conv.f16.safetensors"))
    nst = reference(a.shared)
    net = nst.Vgg19(vgg19)
    folder = ROOT / "target" / "sketch"
    folder.mkdir(parents=True, exist_ok=True)
    program = a.program or build()
    networks = [("sketch", a.sketch)] + ([] if a.without_vgg19 else [("vgg19", vgg19)])
    print(f"{'content':<12}{'style':<22}{'network':<9}{'style_ratio':>12}{'content':>10}   style ratio of " + " ".join(f"{l:>6}" for l in LAYERS))
    means = {name: [] for name, _ in networks}
    for content, style in PAIRS[: a.pairs]:
        for name, network in networks:
            pair = [a.shared / "images" / picture for picture in (content, style)]
            out = folder / f"{pair[0].stem}-{pair[1].stem}-{name}.png"
            stamp, wanted = out.with_suffix(".json"), {"size": a.size, "iterations": a.iterations}
            if name != "vgg19" or not stamp.exists() or json.loads(stamp.read_text()) != wanted:
                paint(program, network, *pair, out, a.size, a.iterations)
                stamp.write_text(json.dumps(wanted))
            scores = judge(nst, net, *pair, out, a.size)
            means[name].append(scores)
            layers = " ".join(f"{ratio:6.3f}" for ratio in scores["layers"])
            print(f"{pair[0].stem[:11]:<12}{pair[1].stem[:21]:<22}{name:<9}{scores['style_ratio']:12.4f}{scores['content']:10.4f}   {'':<15}{layers}", flush=True)
    for name, scores in means.items():
        mean = lambda key: statistics.mean(s[key] for s in scores)
        worst = max(s["style_ratio"] for s in scores)
        print(f"{'mean':<34}{name:<9}{mean('style_ratio'):12.4f}{mean('content'):10.4f}   worst {worst:.4f}")
    if a.sheet:
        sheet(PAIRS[: a.pairs], folder, a.shared, a.sheet)


main()
