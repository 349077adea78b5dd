import { type NatsConnection, wsconnect } from "@nats-io/transport-node";
import type { MemoryNats, NatsLine } from "./memory-nats.helpers.ts";
import type { NatsAccess } from "./options.ts";

/** Carries bytes one way: calls `deliver` later, in order, or never. */
export type Carrier = (bytes: number, deliver: () => void) => void;

/** Both ways between a client and the server. */
export interface NatsLink {
	up: Carrier;
	down: Carrier;
	/** Called with a function that ends the connection on the client's side. */
	opened?: (end: () => void) => void;
	/** Called when the client's side has ended; `notify` lets the server know. */
	closed: (notify: () => void) => void;
}

const address = "ws://127.0.0.1:4222";

/** Returns a way to a server in this process. @param open is called for each connection */
export function connectorTo(nats: MemoryNats, open: () => NatsLink): NatsAccess["connect"] {
	return (options = {}): Promise<NatsConnection> => {
		const wsFactory = async () => ({ socket: new NatsSocket(nats, open()) as unknown as WebSocket, encrypted: false });
		return wsconnect({ ...options, servers: [address], wsFactory });
	};
}

type Listener<Event> = ((event: Event) => void) | null;

/** The client's end of a connection, as the library uses those of browsers. */
class NatsSocket {
	binaryType = "arraybuffer";
	readonly bufferedAmount = 0;
	onopen: Listener<object> = null;
	onmessage: Listener<{ data: ArrayBuffer }> = null;
	onerror: Listener<object> = null;
	onclose: Listener<{ wasClean: boolean; reason: string }> = null;
	readonly #link: NatsLink;
	#line: NatsLine | undefined;
	#isOver = false;

	constructor(nats: MemoryNats, link: NatsLink) {
		this.#link = link;
		link.opened?.(() => this.close());
		link.up(0, () => {
			this.#line = nats.accept({
				send: (bytes) => link.down(bytes.length, () => this.#receive(bytes)),
				close: () => link.down(0, () => this.close()),
			});
		});
	}

	send(frame: ArrayBuffer): void {
		if (this.#isOver) return;
		// The library may use the buffer again.
		const bytes = Buffer.from(new Uint8Array(frame));
		this.#link.up(bytes.length, () => this.#line?.receive(bytes));
	}

	close(): void {
		if (this.#isOver) return;
		this.#isOver = true;
		this.#link.closed(() => this.#line?.closed());
		queueMicrotask(() => this.onclose?.({ wasClean: true, reason: "" }));
	}

	#receive(bytes: Buffer): void {
		if (!this.#isOver) this.onmessage?.({ data: new Uint8Array(bytes).buffer });
	}
}
