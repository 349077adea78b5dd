import { createServer } from "node:net";

/** First port to try, below the system's range for outgoing connections. */
const first = 20_000;
const last = 32_767;

/**
 * Returns a port for a server that is stopped and started again. It lies outside the range for outgoing connections:
 * otherwise a client that keeps reconnecting while the server is down could take the server's own port and be connected
 * to itself.
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
