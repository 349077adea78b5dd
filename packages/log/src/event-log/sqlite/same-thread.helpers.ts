import { once } from "node:events";
import { MessageChannel } from "node:worker_threads";
import { serveStore } from "./serve-store.ts";
import type { StartThread, StoreHost } from "./store-thread.ts";
import type { Call } from "./thread-protocol.ts";

/**
 * Runs a store in this thread, called over a channel like a store in its own thread. For tests of the layers above,
 * because starting two threads takes longer than most of these tests.
 */
export const inThisThread: StartThread = (role): StoreHost => {
	const { port1: port, port2: storePort } = new MessageChannel();
	const closed = once(port, "close");
	let isClosed = false;
	void closed.then(() => (isClosed = true));
	serveStore(storePort, role);
	const terminate = async () => {
		if (isClosed) return;
		// A port without listeners keeps no process alive, and is never closed if nothing else does so.
		port.ref();
		port.postMessage({ id: -1, method: "close", args: [] } satisfies Call);
		await closed;
	};
	return Object.assign(port, { terminate });
};
