import { createServer } from "node:net";

/** Below the range from which the system takes the ports of outgoing connections. */
const first = 20_000;
const last = 32_767;

/**
 * A port for a server that is stopped and started again. It is none that the system gives to outgoing connections: a
 * client that tries again and again while the server is down could otherwise take the server's own port, and be
 * connected to itself.
 */
export async function freePort(): Promise<number> {
	for (;;) {
		const port = first + Math.floor(Math.random() * (last - first));
		if (await isFree(port)) return port;
	}
}

function isFree(port: number): Promise<boolean> {
	return new Promise((resolve) => {
		const server = createServer();
		server.once("error", () => resolve(false));
		server.listen(port, "127.0.0.1", () => server.close(() => resolve(true)));
	});
}
