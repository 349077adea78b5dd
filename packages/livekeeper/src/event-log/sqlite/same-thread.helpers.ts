import { once } from "node:events";
import { MessageChannel } from "node:worker_threads";
import { serveStore } from "./serve-store.ts";
import type { StartThread, StoreHost } from "./store-thread.ts";
import type { Call } from "./thread-protocol.ts";

/**
 * A store in this thread, called over a channel as one in a thread of its own is: for tests of what lies above it. To
 * start two threads takes longer than most of them.
 */
export const inThisThread: StartThread = (role): StoreHost => {
	const { port1: port, port2: storePort } = new MessageChannel();
	const closed = once(port, "close");
	let isClosed = false;
	void closed.then(() => (isClosed = true));
	serveStore(storePort, role);
	const terminate = async () => {
		if (isClosed) return;
		// One that is listened to no more keeps no process, and is never closed where nothing else does.
		port.ref();
		port.postMessage({ id: -1, method: "close", args: [] } satisfies Call);
		await closed;
	};
	return Object.assign(port, { terminate });
};
