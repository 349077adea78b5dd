import { createServer, connect as dial } from "node:net";

/**
 * Starts a proxy to a NATS server that delays answers to stream requests, like a busy leader. Whatever follows such an
 * answer waits behind it.
 */
export async function lateAnswers(url: string, delayMs: number): Promise<{ url: string; close(): void }> {
	const { hostname, port } = new URL(url);
	const server = createServer((client) => {
		const upstream = dial(Number(port), hostname);
		/** Inboxes of such requests in progress. */
		const late = new Set<string>();
		let asked = "";
		client.on("data", (bytes) => {
			asked = (asked + bytes.toString("latin1")).slice(-65_536);
			for (const [, inbox = ""] of asked.matchAll(/PUB \$JS\.API\.STREAM\.(?:INFO|NAMES)\S* (\S+) \d+\r\n/g))
				late.add(inbox);
			upstream.write(bytes);
		});
		let turn = Promise.resolve();
		upstream.on("data", (bytes) => {
			const text = bytes.toString("latin1");
			const isLate = [...late].some((inbox) => text.includes(` ${inbox} `) && late.delete(inbox));
			if (isLate) turn = turn.then(() => new Promise((resolve) => setTimeout(resolve, delayMs)));
			turn = turn.then(() => void client.write(bytes));
		});
		for (const [one, other] of [
			[client, upstream],
			[upstream, client],
		] as const) {
			one.on("close", () => other.destroy());
			one.on("error", () => other.destroy());
		}
	});
	await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
	const address = server.address();
	return {
		url: `nats://127.0.0.1:${typeof address === "object" ? address?.port : 0}`,
		close: () => void server.close(),
	};
}
