/*
 * Loaded into the service's process before its own code (NODE_OPTIONS=--import): writes how long its event loop was
 * blocked and how much memory it holds, a line every 100 ms into the file that FLOOD_PROBE names. SIGUSR2 collects the
 * garbage, and the remaining memory is reported.
 */
import { openSync, writeSync } from "node:fs";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { isMainThread } from "node:worker_threads";

const path = process.env["FLOOD_PROBE"];
if (isMainThread && path !== undefined) {
	const file = openSync(path, "a");
	let [heldMs, busyMs] = [0, 0];
	let [seenAt, cpuMs] = [performance.now(), threadCpuMs()];
	// From one turn of the loop to the next. Node's own histogram forgets the turn in which it is reset.
	setInterval(() => {
		const [now, cpu] = [performance.now(), threadCpuMs()];
		heldMs = Math.max(heldMs, now - seenAt);
		// CPU time of other processes on the machine is not counted here.
		busyMs = Math.max(busyMs, cpu - cpuMs);
		[seenAt, cpuMs] = [now, cpu];
	}, 1).unref();
	setFlagsFromString("--expose-gc");
	const collect = runInNewContext("gc");
	let keptBytes = 0;
	process.on("SIGUSR2", () => {
		collect();
		const { heapUsed, external } = process.memoryUsage();
		keptBytes = heapUsed + external;
	});
	setInterval(() => {
		const { rss, heapUsed, external } = process.memoryUsage();
		writeSync(
			file,
			`${JSON.stringify({ at: Date.now(), heldMs, busyMs, rss, used: heapUsed + external, keptBytes })}\n`,
		);
		[heldMs, busyMs] = [0, 0];
	}, 100).unref();
}

function threadCpuMs() {
	const { user, system } = process.threadCpuUsage();
	return (user + system) / 1000;
}
