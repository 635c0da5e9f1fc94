#!/usr/bin/env python3
"""What must hold of the judge's scores, on small pictures made here, and of its command line.

  python3 -B tests/judge/test_metrics.py
"""
import json, math, os, pathlib, subprocess, sys, tempfile, unittest

sys.dont_write_bytecode = True  # Nothing goes into the tree.
TESTS = pathlib.Path(__file__).resolve().parent.parent
if str(TESTS) not in sys.path:
    sys.path.insert(0, str(TESTS))
try:
    import numpy as np
    import torch
    from PIL import Image, ImageFilter

    from judge import Problem, features, metrics, pictures
    from judge.scores import Judge
except ModuleNotFoundError as missing:
    raise unittest.SkipTest(f"The Python package {missing.name} is not installed.") from missing


def photo(width=160, height=128):
    """A disc and a dark ground before a sky: [height, width, 3] in 0..255."""
    y, x = np.mgrid[0:height, 0:width] / height
    image = np.stack([90 + 60 * y, 130 + 60 * y, 220 - 40 * y], 2)
    image[y > 0.7] = (60, 80, 40)
    image[np.hypot(x - 0.6, y - 0.5) < 0.28] = (230, 160, 60)
    return Image.fromarray(image.astype(np.uint8))


def style(width=128, height=160):
    """Slanted waves and grain."""
    y, x = np.mgrid[0:height, 0:width]
    waves = np.sin(0.45 * x + 0.3 * y + 2 * np.sin(0.08 * y))[..., None]
    grain = np.random.default_rng(0).normal(0, 20, (height, width, 3))
    return Image.fromarray(np.clip(np.array([120, 60, 90]) + waves * np.array([90, 40, 70]) + grain, 0, 255).astype(np.uint8))


class Definitions(unittest.TestCase):
    def test_style_distance_is_the_formula(self):
        x, s = torch.tensor([[[1.0, 3.0]], [[0.0, 0.0]]]), torch.tensor([[[2.0, 2.0]], [[0.0, 4.0]]])
        # Means 2, 0 and 2, 2; standard deviations 1, 0 and 0, 2.
        self.assertAlmostEqual(metrics.style_distance([x], [s]), (0 + 4 + 1 + 4) / (4 + 4 + 0 + 4))
        self.assertAlmostEqual(metrics.style_distance([x, s], [s, s]), 9 / 12 / 2)

    def test_style_distance_takes_maps_of_other_sizes(self):
        f = torch.rand(3, 4, 6)
        self.assertLess(metrics.style_distance([f], [f.repeat(1, 2, 1)]), 1e-6)

    def test_content_distance_is_the_formula(self):
        x, c = torch.tensor([[[1.0, 1.0]], [[0.0, 1.0]]]), torch.tensor([[[0.0, 2.0]], [[5.0, 0.0]]])
        # Cosines 0 and sqrt(1/2) at the two positions.
        self.assertAlmostEqual(metrics.content_distance([x], [c]), 1 - math.sqrt(0.5) / 2, places=6)

    def test_noise_counts_only_what_is_above_half_the_nyquist_frequency(self):
        x = torch.arange(128).float()
        slow, fast = (0.5 + 0.25 * torch.sin(math.tau * f * x).expand(1, 3, 128, 128) for f in (0.1, 0.4))
        self.assertLess(metrics.noise(slow), 1e-6 * metrics.noise(fast))
        # A sine's mean energy is half its amplitude's square.
        self.assertAlmostEqual(metrics.noise(fast), 0.25**2 / 2, delta=1e-4)


class Scores(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        torch.set_num_threads(1)
        cls.photo, cls.style = photo(), style()
        cls.judge = Judge(features.network(), cls.photo, cls.style)

    def test_features_have_the_sizes_that_are_documented(self):
        found = features.features(self.judge.net, self.photo)
        expected = {0: (16, 64, 80), 2: (24, 32, 40), 4: (40, 16, 20), 10: (112, 8, 10), 14: (192, 4, 5)}
        self.assertEqual({block: tuple(f.shape) for block, f in found.items()}, expected)

    def test_the_photo_has_style_1_and_content_0(self):
        score = self.judge.score(self.photo)
        self.assertAlmostEqual(score["style"], 1, places=6)
        self.assertAlmostEqual(score["content"], 0, places=5)

    def test_the_style_image_has_style_0_content_1_and_noise_1(self):
        score = self.judge.score(self.style)
        self.assertAlmostEqual(score["style"], 0, places=6)
        self.assertAlmostEqual(score["content"], 1, places=5)
        self.assertAlmostEqual(score["noise"], 1, places=6)

    def test_half_a_blend_is_between_the_two(self):
        stretched = self.style.resize(self.photo.size, Image.LANCZOS)
        rows = [self.judge.score(Image.blend(self.photo, stretched, share)) for share in (0, 0.5, 1)]
        self.assertEqual(rows, sorted(rows, key=lambda row: -row["style"]))
        self.assertEqual(rows, sorted(rows, key=lambda row: row["content"]))
        self.assertAlmostEqual(rows[2]["content"], 1, places=5)

    def test_a_blurred_result_has_less_noise(self):
        result = Image.blend(self.photo, self.style.resize(self.photo.size), 0.5)
        self.assertLess(self.judge.score(result.filter(ImageFilter.GaussianBlur(1)))["noise"], 0.5 * self.judge.score(result)["noise"])

    def test_all_are_compared_at_the_results_size(self):
        score = self.judge.score(self.photo.resize((320, 256), Image.LANCZOS))
        self.assertAlmostEqual(score["style"], 1, places=6)
        self.assertAlmostEqual(score["content"], 0, places=5)
        self.assertFalse(self.judge.stretches(Image.new("RGB", (152, 120))))
        self.assertTrue(self.judge.stretches(self.style))

    def test_what_cannot_be_judged_is_refused(self):
        with self.assertRaisesRegex(Problem, "too small"):
            self.judge.score(Image.new("RGB", (160, 63)))
        with self.assertRaisesRegex(Problem, "two different pictures"):
            Judge(self.judge.net, self.photo, self.photo).score(self.photo)
        with self.assertRaisesRegex(Problem, "single colour"):
            Judge(self.judge.net, self.photo, Image.new("RGB", (128, 128), "red")).score(self.photo)


class CommandLine(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        photo().save(self.folder / "photo.png"), style().save(self.folder / "style.png")

    def run_judge(self, *words, path=None):
        environment = {**os.environ, "PYTHONPATH": str(path or "")}
        return subprocess.run([sys.executable, "-B", str(TESTS / "judge"), *words], cwd=self.folder, env=environment, capture_output=True, text=True)

    def assert_refused(self, done, sentence):
        self.assertEqual((done.returncode, done.stdout), (2, ""))
        self.assertRegex(done.stderr, sentence)
        self.assertEqual(len(done.stderr.splitlines()), 1)

    def test_a_line_for_each_result(self):
        done = self.run_judge("photo.png", "style.png", "photo.png", "style.png")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(done.stdout.splitlines()[0].split(), ["result", "pixels", "style", "content", "noise"])
        self.assertEqual(done.stdout.splitlines()[1].split()[:6], ["photo.png", "160", "x", "128", "1.000", "0.000"])
        self.assertEqual(len(done.stdout.splitlines()), 3)
        self.assertRegex(done.stderr, "^style.png has another aspect ratio")

    def test_json_holds_the_same(self):
        done = self.run_judge("photo.png", "style.png", "photo.png", "--json")
        row = json.loads(done.stdout)["results"][0]
        self.assertEqual([row["file"], row["width"], row["height"], round(row["style"], 6)], ["photo.png", 160, 128, 1])

    def test_a_bad_file_is_said_in_a_sentence(self):
        (self.folder / "broken.png").write_bytes((self.folder / "photo.png").read_bytes()[:200])
        (self.folder / "text.png").write_text("no image")
        for file, sentence in [("none.png", "no such file"), (".", "no such file"), ("broken.png", "cannot be read"), ("text.png", "cannot be read")]:
            self.assert_refused(self.run_judge("photo.png", "style.png", "photo.png", file), sentence)

    def test_a_missing_package_is_said_with_what_to_install(self):
        (self.folder / "efficientnet_lite_pytorch.py").write_text("raise ModuleNotFoundError(name='efficientnet_lite_pytorch')")
        done = self.run_judge("photo.png", "style.png", "photo.png", path=self.folder)
        self.assert_refused(done, "efficientnet_lite_pytorch is not installed: run pip install .*efficientnet-lite-pytorch")


class Files(unittest.TestCase):
    def test_a_photo_is_turned_as_its_file_says(self):
        with tempfile.TemporaryDirectory() as folder:
            image, exif = photo(), Image.Exif()
            exif[274] = 6
            image.save(f"{folder}/turned.png", exif=exif)
            self.assertEqual(pictures.load(f"{folder}/turned.png").tobytes(), image.transpose(Image.ROTATE_270).tobytes())


if __name__ == "__main__":
    unittest.main()
