// The table of faults in docs/RELIABILITY.md, from the rows: one line for those that differ in a number only.

/** @import { End, Row } from "./rows.mjs" */

/** @type {Record<End, string>} */
const ENDS = {
  continues: "goes on by itself from its last checkpoint",
  click: "says so; one click goes on",
  starts: "says so; one click starts once the cause is gone",
  unaffected: "paints on; what is not kept is said",
};

/** @param {Row} row */
function whatHappens({ budget, end, said, every, engine, worker, workers, then, phase }) {
  if (every) return `at every call${worker && "call" in worker ? ` of ${worker.call}` : ""}: ${ENDS[end]}; before it has started, says so, and one click uses the processor`;
  if (end === "continues" && engine === "gpu" && (workers || then)) return "goes on by itself on the processor, and says how long that takes";
  if (end === "click" && engine === "gpu" && phase === "engine start") return "says so; one click uses the processor";
  if (end === "click" && said?.source === "memory" && budget) return "says so; one click paints the largest size that fits";
  if (end === "unaffected" && said === null) return "paints on";
  return ENDS[end];
}

/** @param {readonly Row[]} rows @returns {string[]} lines of Markdown */
export function tableOf(rows) {
  const lines = rows.map((row) => `| ${row.name.replace(/\b\d+\b/g, "N")} | ${row.phase} | ${whatHappens(row)} |`);
  return ["| fault | phase | the page |", "|---|---|---|", ...new Set(lines)];
}
