// `./dev paint`: reads the command line, refuses what cannot be done, and only then starts a browser.

import { readArguments } from "./lib/arguments.mjs";
import { EXIT, guard, say, UsageError } from "./lib/failures.mjs";

guard();
try {
  const job = readArguments(process.argv.slice(2));
  if (!job.check) {
    const { paintAll } = await import("./lib/painter.mjs");
    // Whatever is still waited for in a page that is gone does not keep the process.
    process.exit(await paintAll(job));
  }
} catch (error) {
  if (!(error instanceof UsageError)) throw error;
  say(error.message);
  process.exitCode = EXIT.usage;
}
