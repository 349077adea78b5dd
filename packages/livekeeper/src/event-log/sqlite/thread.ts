import { parentPort, workerData } from "node:worker_threads";
import { serveStore } from "./serve-store.ts";
import type { ThreadRole } from "./thread-protocol.ts";

// Runs in a thread of its own, so that a slow disk never delays the sockets: one thread writes, another reads.
if (!parentPort) throw new Error("This file is started as a worker thread.");
serveStore(parentPort, workerData as ThreadRole);
