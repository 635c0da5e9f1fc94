// Prints the engine that an automatic choice comes to on this machine: "gpu" where Chromium has a hardware adapter, else "cpu".

import { hardwareAdapter } from "./lib/chromium.mjs";

console.log((await hardwareAdapter()) ? "gpu" : "cpu");
