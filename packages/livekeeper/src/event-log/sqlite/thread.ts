import { parentPort, workerData } from "node:worker_threads";
import { SqliteReader } from "./reader.ts";
import { toParts } from "./store-error.ts";
import type { Call, Ready, Reply, ThreadRole } from "./thread-protocol.ts";
import { SqliteWriter } from "./writer.ts";

/*
 * Runs in a thread of its own, so that a slow disk never stands in the way of the sockets: one thread writes, another
 * reads, each answering its calls in order, but for those that take long: they go on
 * beside others.
 */
const port = parentPort;
if (!port) throw new Error("This file is started as a worker thread.");

const open = (given: ThreadRole) =>
	given.role === "writer" ? new SqliteWriter(given.options) : new SqliteReader(given.dataDir);

try {
	const store = open(workerData as ThreadRole);
	const methods = store as unknown as Record<string, (...args: readonly unknown[]) => unknown>;
	port.on("message", ({ id, method, args }: Call) => {
		const reply = (given: Reply) => port.postMessage(given);
		try {
			const value = methods[method]?.(...args);
			if (!(value instanceof Promise)) reply({ id, value });
			else
				void value.then((later) => reply({ id, value: later })).catch((error) => reply({ id, error: toParts(error) }));
		} catch (error) {
			reply({ id, error: toParts(error) });
		}
		if (method === "close") port.close();
	});
	const findings = store instanceof SqliteWriter ? store.findings : [];
	port.postMessage({ ready: true, findings } satisfies Ready);
} catch (error) {
	port.postMessage({ ready: false, error: toParts(error) } satisfies Ready);
}
