import { type NatsConnection, wsconnect } from "@nats-io/transport-node";
import type { MemoryNats, NatsLine } from "./memory-nats.helpers.ts";
import type { NatsAccess } from "./options.ts";

/** Carries bytes one way: calls `deliver` later, in order, or never. */
export type Carrier = (bytes: number, deliver: () => void) => void;

/** Both ways between a client and the server, and a callback for the loss of the connection. */
export interface NatsLink {
	up: Carrier;
	down: Carrier;
	/** Called with a function that ends the connection as a lost one. */
	opened?: (lose: () => void) => void;
	/** Called when the client has closed it, or it was lost. */
	closed?: () => void;
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
		link.opened?.(() => this.#end({ wasClean: false, reason: "the connection was lost" }));
		link.up(0, () => {
			this.#line = nats.accept({
				send: (bytes) => link.down(bytes.length, () => this.#receive(bytes)),
				close: () => link.down(0, () => this.#end({ wasClean: true, reason: "" })),
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
		this.#end({ wasClean: true, reason: "" });
	}

	#receive(bytes: Buffer): void {
		if (!this.#isOver) this.onmessage?.({ data: new Uint8Array(bytes).buffer });
	}

	#end(how: { wasClean: boolean; reason: string }): void {
		if (this.#isOver) return;
		this.#isOver = true;
		// The server learns of it unless the way to it is gone.
		this.#link.up(0, () => this.#line?.closed());
		this.#link.closed?.();
		queueMicrotask(() => this.onclose?.(how));
	}
}
