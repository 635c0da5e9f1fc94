// A progress bar on stderr, where the driver's output does not get in the way.

import { SingleBar } from "cli-progress";

/** @typedef {import("./page.mjs").View} View */

/**
 * One bar over one run, or over several that follow each other.
 *
 * @param {number[]} [shares] of the runs in the bar; they come to 1
 * @returns {{show: (view: View) => void, next: () => void, end: () => void}}
 */
export function progressBar(shares = [1]) {
  const bar = new SingleBar({
    format: shares.length === 1 ? "{bar} {value} of {total}  {status}" : "{bar} {percentage}%  {status}",
    barCompleteChar: "=",
    barIncompleteChar: "-",
    hideCursor: true,
    stream: process.stderr,
    // In a log, a line every ten seconds.
    noTTYOutput: !process.stderr.isTTY,
    notTTYSchedule: 10_000,
    linewrap: true,
  });
  let started = false;
  let run = 0;
  const before = () => shares.slice(0, run).reduce((sum, share) => sum + share, 0);
  return {
    show(view) {
      if (view.state !== "painting" && view.state !== "finished") return;
      if (!started) bar.start(view.max || 1, 0, { status: "" });
      started = true;
      const total = (view.max || 1) / (shares[run] ?? 1);
      bar.setTotal(Math.round(total));
      bar.update(Math.round(before() * total + view.value), { status: view.status });
    },
    next() {
      run += 1;
    },
    end() {
      if (started) bar.stop();
    },
  };
}
