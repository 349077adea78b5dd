import { once } from "node:events";
import { type AddressInfo, createConnection, createServer, type Server, type Socket } from "node:net";

/** A proxy between a client and a server that can be cut, together with all data in flight. */
export class CuttableProxy {
	readonly #server: Server;
	/** Port that new connections lead to; `undefined` resets them. */
	target: number | undefined;
	readonly #sockets = new Set<Socket>();

	/** @param target port of the server on this machine */
	static async listen(target: number): Promise<CuttableProxy> {
		const proxy = new CuttableProxy(target);
		proxy.#server.listen(0, "127.0.0.1");
		await once(proxy.#server, "listening");
		return proxy;
	}

	private constructor(target: number) {
		this.target = target;
		this.#server = createServer((client) => this.#join(client));
	}

	get url(): string {
		return `http://127.0.0.1:${this.port}`;
	}

	get port(): number {
		return (this.#server.address() as AddressInfo).port;
	}

	/** Cuts it and resets new connections until the returned function is called. */
	block(): () => void {
		const { target } = this;
		this.target = undefined;
		this.cut();
		return () => {
			this.target = target;
		};
	}

	/** Resets every connection at once. @returns the number of connections */
	cut(): number {
		const { size } = this.#sockets;
		for (const socket of this.#sockets) socket.resetAndDestroy();
		return size / 2;
	}

	async close(): Promise<void> {
		this.cut();
		this.#server.close();
		await once(this.#server, "close");
	}

	#join(client: Socket): void {
		if (this.target === undefined) {
			client.resetAndDestroy();
			return;
		}
		const server = createConnection(this.target, "127.0.0.1");
		for (const [from, to] of [
			[client, server],
			[server, client],
		] as const) {
			this.#sockets.add(from);
			from.setNoDelay(true);
			from.pipe(to);
			from.on("error", () => to.destroy());
			from.on("close", () => {
				this.#sockets.delete(from);
				to.destroy();
			});
		}
	}
}
