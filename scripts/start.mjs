// `npm start [-- flags]`: installs and builds what is missing, then runs the service in this process.
import { spawn } from "node:child_process";
import { constants, setPriority } from "node:os";
import { fileURLToPath } from "node:url";
import { ensureBuilt, ensureInstalled } from "./ensure.mjs";

/** Delay of the manual's build, ms: no start waits for it, or shares the processor with it. */
const afterStartMs = 15_000;

await ensureInstalled();
ensureBuilt();
process.argv.splice(2, 0, "serve");
setTimeout(buildManual, afterStartMs).unref();
// By its URL: a path that begins with a drive letter can't be imported.
await import(new URL("../packages/livekeeper/bin/livekeeper.js", import.meta.url).href);

/** Builds the manual if it is missing or old, at low priority beside the service. */
function buildManual() {
	const script = fileURLToPath(new URL("manual.mjs", import.meta.url));
	const child = spawn(process.execPath, [script], { stdio: "ignore", windowsHide: true });
	child.on("error", sayNotBuilt);
	child.on("exit", (code) => code !== 0 && code !== null && sayNotBuilt());
	if (child.pid !== undefined) setPriority(child.pid, constants.priority.PRIORITY_LOW);
	child.unref();
	process.once("exit", () => child.kill());
}

function sayNotBuilt() {
	console.error("The manual at /help could not be built; `npm run docs` says why. The service runs without it.");
}
