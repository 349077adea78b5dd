import { createServer } from "node:net";
import { systemClock } from "@livekeeper/douyin";
import { MemoryNats } from "./memory-nats.helpers.ts";

/** Serves the stand-in on a local port. */
export async function serveMemoryNats(): Promise<{ url: string; stop: () => Promise<void> }> {
	const nats = new MemoryNats(systemClock);
	const server = createServer((socket) => {
		socket.setNoDelay(true);
		const line = nats.accept({ send: (bytes) => void socket.write(bytes), close: () => socket.destroy() });
		// Like another process, it answers later: otherwise each of thousands of ticks gets its answers at once.
		socket.on("data", (bytes) => setTimeout(() => line.receive(bytes), 1));
		socket.on("close", () => line.closed());
		socket.on("error", () => socket.destroy());
	});
	await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
	const { port } = server.address() as { port: number };
	const stop = async () => {
		nats.close();
		server.close();
	};
	return { url: `nats://127.0.0.1:${port}`, stop };
}
