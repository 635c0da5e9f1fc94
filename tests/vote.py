#!/usr/bin/env python3
"""A blind vote between results of two or more programs or settings.

  tests/vote.py sheets MANIFEST.json --out DIR [--seed N]      the sheets that voters see, an empty ballot, and the key
  tests/vote.py count DIR [--ballot FILE ...]                  the preference, from DIR/ballot.csv or the ballots of several voters

The manifest (paths are relative to its folder; `repeats`, 1 to 20, may be left out and is then 1):

  {"first": "their-program", "second": "ours", "repeats": 2, "pairs": [
    {"name": "canal", "photo": "canal.jpg", "style": "waves.jpg", "results": {"their-program": "a.png", "ours": "b.png"}}]}

`first` may be a list of names; each is compared with `second`. All results of a pair have the same size. Every comparison of a pair gives `repeats`
sheets, each with an order of its own: sheet-01.png and so on, shuffled, with photo and style image above, the results "left" and "right" below at their
own pixels (enlarged by a whole factor below 512 pixels). Names are only in key.json, which voters do not see. The same seed gives the same sheets;
without one it is drawn, and kept in the key.

In ballot.csv voters write left, right or same behind each sheet, for the result that they prefer; what is left blank is no vote. Then

  p = (votes for second + votes for same / 2) / n
  interval = (p + z^2 / 2n -+ z sqrt(p (1 - p) / n + z^2 / 4n^2)) / (1 + z^2 / n), z = 1.96        Wilson's, 95 %

which takes the n votes as independent: one voter's on the repeats of a pair are less so. A wrong file is said in a sentence; the exit code is then 2.
Needs: pip install pillow.
"""
import argparse, csv, json, math, pathlib, random, secrets, statistics, sys

sys.dont_write_bytecode = True  # Nothing goes into the tree.
try:
    from PIL import Image, ImageDraw, ImageFont
except ModuleNotFoundError:
    sys.exit("The Python package Pillow is not installed: run pip install pillow.")

from judge import Problem
from judge.pictures import load, scaled

CHOICES = ("left", "right", "same")
GOAL = 0.6
WARNING = "Voters: do not open this file. It says which program painted which side, and the vote would no longer be blind."
# Pixels of a sheet: the longest side up to which results are enlarged, the space between pictures, the height of a label.
LARGE, GAP, LABEL = 512, 16, 32
GROUND, INK = (200, 200, 200), (0, 0, 0)


def read_json(path):
    try:
        return json.loads(pathlib.Path(path).read_text(encoding="utf-8"))
    except OSError as error:
        raise Problem(f"{path} cannot be read ({error.strerror}).") from error
    except ValueError as error:
        raise Problem(f"{path} is not JSON ({error}).") from error


def fields(value, where, needed, optional=()):
    """The object's values, where it has these fields and no others."""
    if not isinstance(value, dict):
        raise Problem(f"{where} must be an object with the fields {', '.join(needed)}.")
    for name in needed:
        if name not in value:
            raise Problem(f"{where} lacks the field {name!r}.")
    for name in value:
        if name not in (*needed, *optional):
            raise Problem(f"{where} has the unknown field {name!r}: known are {', '.join((*needed, *optional))}.")
    return value


def text(value, where):
    if not isinstance(value, str) or not value.strip():
        raise Problem(f"{where} must be a text that is not empty.")
    return value


def read_manifest(path):
    """The manifest with `first` as a list and all paths made whole, everything in it checked."""
    manifest = {"repeats": 1, **fields(read_json(path), "The manifest", ("first", "second", "pairs"), ("repeats",))}
    first = manifest["first"] if isinstance(manifest["first"], list) else [manifest["first"]]
    names = [text(name, "A name in first or second") for name in (*first, manifest["second"])]
    if not first or len(set(names)) < len(names):
        raise Problem("The names in first and second must be different, and at least one of each.")
    repeats = manifest["repeats"]
    if type(repeats) is not int or not 1 <= repeats <= 20:
        raise Problem(f"repeats must be a whole number from 1 to 20, not {json.dumps(repeats)}.")
    if not isinstance(manifest["pairs"], list) or not manifest["pairs"]:
        raise Problem("pairs must be a list with at least one pair.")
    pairs = [read_pair(pair, i, names, pathlib.Path(path).resolve().parent) for i, pair in enumerate(manifest["pairs"], 1)]
    titles = [pair["name"] for pair in pairs]
    for title in titles:
        if titles.count(title) > 1:
            raise Problem(f"Two pairs have the name {title!r}: give each its own.")
    return {**manifest, "first": first, "pairs": pairs}


def read_pair(pair, number, names, folder):
    fields(pair, f"Pair {number}", ("name", "photo", "style", "results"))
    title = text(pair["name"], f"The name of pair {number}")
    where = f"Pair {title!r}"
    results = fields(pair["results"], f"The results of pair {title!r}", names)
    file = lambda value, what: folder / text(value, f"{where}: the path of {what}")
    whole = {
        "name": title, "photo": file(pair["photo"], "the photo"), "style": file(pair["style"], "the style image"),
        "results": {name: file(results[name], name) for name in names},
    }
    # All of them are decoded here, so that a broken one is found before the first sheet is written.
    load(whole["photo"]), load(whole["style"])
    sizes = {name: load(result).size for name, result in whole["results"].items()}
    if len(set(sizes.values())) > 1:
        found = ", ".join(f"{w} x {h} ({name})" for name, (w, h) in sizes.items())
        raise Problem(f"{where}: the results must have the same size, but have {found}.")
    return whole


def arrange(manifest, seed):
    """[(comparison's entry in the key, its pair)] in the order of the sheets."""
    chance = random.Random(seed)
    sheets = []
    for pair in manifest["pairs"]:
        for first in manifest["first"]:
            for repeat in range(1, manifest["repeats"] + 1):
                left, right = chance.sample([first, manifest["second"]], 2)
                sheets.append(({"pair": pair["name"], "repeat": repeat, "first": first, "left": left, "right": right}, pair))
    chance.shuffle(sheets)
    return sheets


def compose(photo, style, left, right):
    """The sheet: photo and style image above, at half the results' size; the results below."""
    # By a whole factor and without smoothing, so that noise is seen as it is.
    factor = math.ceil(LARGE / max(left.size))
    width, height = (side * factor for side in left.size)
    above = [scaled(image, max(width, height) // 2) for image in (photo, style)]
    top = max(image.height for image in above)
    column = max(width, *(image.width for image in above))
    sheet = Image.new("RGB", (2 * column + 3 * GAP, top + height + 2 * LABEL + 3 * GAP), GROUND)
    draw, font = ImageDraw.Draw(sheet), ImageFont.load_default(20)
    below = [image.resize((width, height), Image.NEAREST) for image in (left, right)]
    for row, y, names in [(above, GAP, ("photo", "style")), (below, top + LABEL + 2 * GAP, ("left", "right"))]:
        for i, (image, name) in enumerate(zip(row, names)):
            centre = GAP + column // 2 + i * (column + GAP)
            draw.text((centre, y + LABEL // 2), name, INK, font, anchor="mm")
            sheet.paste(image, (centre - image.width // 2, y + LABEL))
    return sheet


def write_sheets(path, out, seed):
    manifest = read_manifest(path)
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise Problem(f"{out} is there already and is not an empty folder: name a new one, so that no votes are lost.")
    out.mkdir(parents=True, exist_ok=True)
    sheets = arrange(manifest, seed)
    digits, entries = max(2, len(str(len(sheets)))), {}
    for number, (entry, pair) in enumerate(sheets, 1):
        name = f"sheet-{number:0{digits}}.png"
        files = pair["photo"], pair["style"], pair["results"][entry["left"]], pair["results"][entry["right"]]
        compose(*map(load, files)).save(out / name)
        entries[name] = entry
    key = {"warning": WARNING, "seed": seed, "first": manifest["first"], "second": manifest["second"], "sheets": entries}
    (out / "key.json").write_text(json.dumps(key, indent=2) + "\n", encoding="utf-8")
    (out / "ballot.csv").write_text("sheet,choice\n" + "".join(f"{name},\n" for name in entries), encoding="utf-8")
    print(f"{len(entries)} sheets and ballot.csv are in {out}. Give voters all of it but key.json; each writes left, right or same behind every sheet.")


def read_key(folder):
    path = folder / "key.json"
    key = fields(read_json(path), str(path), ("warning", "seed", "first", "second", "sheets"))
    if not isinstance(key["sheets"], dict):
        raise Problem(f"{path}: sheets must be an object.")
    for name, entry in key["sheets"].items():
        fields(entry, f"{path}: {name}", ("pair", "repeat", "first", "left", "right"))
    return key


def read_ballot(path, key):
    """[(sheet, choice)] of the sheets that were voted on."""
    try:
        # With or without the mark that spreadsheets put at the start.
        with open(path, encoding="utf-8-sig", newline="") as file:
            rows = [[word.strip() for word in row] for row in csv.reader(file) if any(map(str.strip, row))]
    except OSError as error:
        raise Problem(f"{path} cannot be read ({error.strerror}).") from error
    except (UnicodeDecodeError, csv.Error) as error:
        raise Problem(f"{path} is not a CSV file in UTF-8 ({error}).") from error
    if not rows or rows[0] != ["sheet", "choice"]:
        raise Problem(f"{path} must begin with the line sheet,choice.")
    votes, seen = [], set()
    for row in rows[1:]:
        sheet, choice = check_row(row, path, key)
        if sheet in seen:
            raise Problem(f"{path} has {sheet} twice.")
        seen.add(sheet)
        if choice:
            votes.append((sheet, choice))
    print(f"{path}: votes on {len(votes)} of {len(key['sheets'])} sheets")
    return votes


def check_row(row, path, key):
    if len(row) != 2:
        raise Problem(f"{path}: the line {','.join(row)!r} must have a sheet and a choice, with one comma between them.")
    sheet, choice = row[0], row[1].lower()
    if sheet not in key["sheets"]:
        raise Problem(f"{path}: there is no sheet {sheet!r} in the key.")
    if choice not in (*CHOICES, ""):
        raise Problem(f"{path}: the choice for {sheet} is {row[1]!r}, but must be {CHOICES[0]}, {CHOICES[1]} or {CHOICES[2]}.")
    return sheet, choice


def wilson(p, n):
    """The 95 % interval of a share p of n."""
    z = statistics.NormalDist().inv_cdf(0.975)
    centre, half = p + z**2 / (2 * n), z * math.sqrt(p * (1 - p) / n + z**2 / (4 * n**2))
    return max(0.0, (centre - half) / (1 + z**2 / n)), min(1.0, (centre + half) / (1 + z**2 / n))


def tally(votes, key, first):
    """{pair: [votes for first, for second, for same]} of the comparison with `first`, pairs by name."""
    sheets = {name: entry for name, entry in key["sheets"].items() if entry["first"] == first}
    counts = {pair: [0, 0, 0] for pair in sorted({entry["pair"] for entry in sheets.values()})}
    for sheet, choice in votes:
        if sheet in sheets:
            entry = sheets[sheet]
            winner = 2 if choice == "same" else int(entry[choice] == key["second"])
            counts[entry["pair"]][winner] += 1
    return counts


def preference(counts):
    """(p, lower, upper) for second over first; none without votes."""
    n = sum(counts)
    p = (counts[1] + counts[2] / 2) / n if n else None
    return (p, *wilson(p, n)) if n else None


def percent(share):
    return f"{100 * share:.1f} %"


def report(counts, first, second):
    total = [sum(column) for column in zip(*counts.values())]
    width, (a, b) = max(map(len, (*counts, "total"))), (max(8, len(name)) for name in (first, second))
    print(f"\n{second} over {first}")
    print(f"{'pair':<{width}}  {'votes':>6}  {first:>{a}}  {second:>{b}}  {'same':>5}  {'preference':>10}  95 % interval")
    for name, row in [*counts.items(), ("total", total)]:
        found = preference(row)
        shares = f"  {percent(found[0]):>10}  {percent(found[1])} to {percent(found[2])}" if found else ""
        print(f"{name:<{width}}  {sum(row):>6}  {row[0]:>{a}}  {row[1]:>{b}}  {row[2]:>5}{shares}")
    if found is None:
        return print("There are no votes on this.")
    p, lower, _ = found
    print(f"Votes for same count half for either: {total[2]} of {sum(total)}.")
    print(f"Lower limit above 50 %: {'yes' if lower > 0.5 else 'no'}, {percent(lower)}.")
    reached = lambda share: f"{percent(share)}, {'reached' if share >= GOAL else 'not reached'}"
    print(f"Goal of at least {percent(GOAL)}: preference {reached(p)}; lower limit {reached(lower)}.")


def count(folder, ballots):
    key = read_key(folder)
    ballots = ballots or [folder / "ballot.csv"]
    if len({path.resolve() for path in ballots}) < len(ballots):
        raise Problem("The same ballot is given twice.")
    votes = [vote for path in ballots for vote in read_ballot(path, key)]
    if not votes:
        raise Problem("There are no votes: write left, right or same into the column choice.")
    for first in key["first"]:
        report(tally(votes, key, first), first, key["second"])


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = p.add_subparsers(dest="command", required=True)
    sheets, counting = commands.add_parser("sheets", help="write sheets, ballot and key"), commands.add_parser("count", help="count ballots")
    sheets.add_argument("manifest", type=pathlib.Path), sheets.add_argument("--out", type=pathlib.Path, required=True, metavar="DIR")
    sheets.add_argument("--seed", type=int, default=secrets.randbits(32))
    counting.add_argument("folder", type=pathlib.Path, metavar="DIR")
    counting.add_argument("--ballot", type=pathlib.Path, nargs="+", action="extend", metavar="FILE", help="instead of DIR/ballot.csv")
    a = p.parse_args()
    try:
        write_sheets(a.manifest, a.out, a.seed) if a.command == "sheets" else count(a.folder, a.ballot)
    except Problem as problem:
        print(problem, file=sys.stderr)
        sys.exit(2)
    except OSError as error:
        print(f"{error.filename} cannot be written ({error.strerror}).", file=sys.stderr)
        sys.exit(2)


if __name__ == "__main__":
    main()
