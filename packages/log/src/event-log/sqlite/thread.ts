import { parentPort } from "node:worker_threads";
import type { ThreadRole } from "./thread-protocol.ts";

// Runs in a thread of its own, so that a slow disk never delays the sockets: one thread writes, another reads.
if (!parentPort) throw new Error("This file is started as a worker thread.");
const port = parentPort;
// Loaded before the role arrives; `open` reports a failure to load.
const loading = import("./serve-store.ts");
loading.catch(() => undefined);
port.on("message", open);

async function open(role: ThreadRole): Promise<void> {
	const { serveStore } = await loading;
	port.off("message", open);
	serveStore(port, role);
}
