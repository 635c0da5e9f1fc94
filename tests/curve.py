#!/usr/bin/env python3
"""Draws the log of a training run: tests/curve.py FILE.log.jsonl OUT.svg

Needs nothing but Python. Each tap's error is of VGG-19's energy there, on pictures held out; the dots are paintings' style ratio.
"""
import json, math, sys

WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 760, 360, 56, 150, 20, 44
COLOURS = ["#0072b2", "#56b4e9", "#009e73", "#e69f00", "#d55e00", "#cc79a7", "#666666"]
TICKS = [0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0]


def main(log, out):
    # A run that was resumed may have done some steps twice: the later ones count.
    rows = {}
    for line in open(log):
        row = json.loads(line)
        rows[row["step"], "held_out" in row] = row
    scores = [row for (_, scored), row in sorted(rows.items()) if scored]
    last = scores[-1]["step"]
    x = lambda step: LEFT + (WIDTH - LEFT - RIGHT) * step / last
    y = lambda value: TOP + (HEIGHT - TOP - BOTTOM) * (1 - math.log(max(value, 0.01) / 0.01) / math.log(100))
    parts = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" font-family="sans-serif" font-size="13" fill="#333">']
    parts.append(f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#fff"/>')
    for tick in TICKS:
        parts.append(f'<path d="M{LEFT} {y(tick):.1f}H{WIDTH - RIGHT}" stroke="#ddd"/><text x="{LEFT - 8}" y="{y(tick) + 4:.1f}" text-anchor="end">{tick:g}</text>')
    for step in range(0, last + 1, max(1000, last // 6000 * 1000)):
        parts.append(f'<text x="{x(step):.1f}" y="{HEIGHT - 22}" text-anchor="middle">{step:,}</text>')
    parts.append(f'<text x="{(LEFT + WIDTH - RIGHT) / 2}" y="{HEIGHT - 4}" text-anchor="middle">updates</text>')
    labels = []
    for colour, tap in zip(COLOURS, scores[0]["held_out"]):
        points = [(x(row["step"]), y(row["held_out"][tap]["features"])) for row in scores]
        parts.append(f'<polyline points="{" ".join(f"{a:.1f},{b:.1f}" for a, b in points)}" fill="none" stroke="{colour}" stroke-width="2"/>')
        labels.append((points[-1][1], tap, colour))
    points = [(x(row["step"]), y(row["paintings"]["style_ratio"])) for row in scores]
    parts += [f'<circle cx="{a:.1f}" cy="{b:.1f}" r="4"/>' for a, b in points]
    labels.append((points[-1][1], "style ratio", "#333"))
    below = 0.0
    for at, label, colour in sorted(labels):
        below = max(at, below + 16)
        parts.append(f'<text x="{WIDTH - RIGHT + 10}" y="{below + 4:.1f}" fill="{colour}">{label}</text>')
    open(out, "w").write("\n".join(parts) + "\n</svg>\n")


if len(sys.argv) != 3:
    sys.exit(__doc__)
main(*sys.argv[1:])
