import { SqliteReader } from "./reader.ts";
import { toParts } from "./store-error.ts";
import type { Call, Ready, Reply, ThreadRole } from "./thread-protocol.ts";
import { SqliteWriter } from "./writer.ts";

export type Store = SqliteWriter | SqliteReader;

/** The store's end of the channel. */
export interface StorePort {
	on(event: "message", listener: (call: Call) => void): unknown;
	postMessage(message: Ready | Reply): void;
	close(): void;
}

/**
 * Opens a store, reports the result on the port, and answers calls there in order. Long calls run beside others.
 * @param open default: opens the data folder
 */
export function serveStore(port: StorePort, role: ThreadRole, open: (role: ThreadRole) => Store = openStore): void {
	try {
		const store = open(role);
		answerCalls(port, store as unknown as Record<string, (...args: readonly unknown[]) => unknown>);
		port.postMessage({ ready: true, findings: store instanceof SqliteWriter ? store.findings : [] });
	} catch (error) {
		port.postMessage({ ready: false, error: toParts(error) });
		port.close();
	}
}

function openStore(role: ThreadRole): Store {
	return role.role === "writer" ? new SqliteWriter(role.options) : new SqliteReader(role.dataDir);
}

function answerCalls(port: StorePort, methods: Record<string, (...args: readonly unknown[]) => unknown>): void {
	const reply = (given: Reply) => port.postMessage(given);
	port.on("message", ({ id, method, args }) => {
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
}
