// A progress bar on stderr, where the driver's output does not get in the way.

import { SingleBar } from "cli-progress";

/** @typedef {import("./page.mjs").View} View */

/**
 * @returns {{show: (view: View) => void, end: () => void}}
 */
export function progressBar() {
  const bar = new SingleBar({
    format: "{bar} {value} of {total}  {status}",
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
  return {
    show(view) {
      if (view.state !== "painting" && view.state !== "finished") return;
      if (!started) bar.start(view.max || 1, 0, { status: "" });
      started = true;
      if (view.max) bar.setTotal(view.max);
      bar.update(view.value, { status: view.status });
    },
    end() {
      if (started) bar.stop();
    },
  };
}
