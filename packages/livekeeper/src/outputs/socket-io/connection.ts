import type { Socket as TcpSocket } from "node:net";
import type { Socket } from "socket.io";
import type { Scope } from "../../live/index.ts";
import { type BufferAccount, type ReaderSink, takenBytes } from "../readers/index.ts";
import { encodingOf, type Packets } from "./packets.ts";

export type EngineConnection = Socket["conn"];

/** The parts of an Engine.IO connection that show what waits to be read, and cut it at once. */
interface Connection {
	readonly readyState: string;
	readonly transport: Transport;
	/** Packets that the transport has not been given yet. */
	readonly writeBuffer: readonly Packet[];
	on(event: "packetCreate", listener: (packet: Packet) => void): void;
	on(event: "flush" | "drain", listener: () => void): void;
	on(event: "upgrading", listener: (transport: Transport) => void): void;
	write(data: string | undefined, options: Packet["options"]): void;
	close(discard?: boolean): void;
}

interface Packet {
	data?: unknown;
	options: {
		compress: boolean;
		/** What a WebSocket transport writes as it is, instead of the data. */
		wsPreEncodedFrame?: Buffer[];
	};
}

interface Transport {
	readonly name: string;
	/** How long a polling transport waits for a last poll before it closes, ms. */
	closeTimeout?: number;
	/** The WebSocket, where that is the transport, and what ws writes its frames to. */
	socket?: { bufferedAmount?: number; terminate?: () => void; _socket?: TcpSocket | null };
}

/** How a client reads one room. */
interface Reading {
	/** `messages` (arrays) instead of `message`. */
	batch: boolean;
	/** With the upstream's payload. */
	raw?: boolean | undefined;
	onTruncated: ReaderSink<Packets>["truncated"];
	onSlow: () => void;
}

/** Answers to probes that may wait to be read while a transport is upgraded, bytes. */
const mostProbeBytes = 1024;

/** One client's connection: what waits to be read, counted as it comes and goes. */
export class ClientConnection {
	/** Whether its client has asked to be let in. */
	asked = false;
	/** What its client may do; set once it was let in. */
	scope: Scope | undefined;
	/** To be called once its client was let in. */
	onLetIn: (() => void) | undefined;
	readonly account: BufferAccount = { held: 0, readers: 0 };
	readonly #engine: Connection;
	/** Bytes of packets that the transport has not been given yet. */
	#queuedBytes = 0;
	#sentBytes = 0;
	#answerBytes = 0;

	constructor(engine: EngineConnection) {
		this.#engine = engine as unknown as Connection;
		this.#engine.transport.closeTimeout = 0;
		this.#engine.on("packetCreate", ({ data, options }) => {
			const bytes = typeof data === "string" ? data.length : (options.wsPreEncodedFrame?.[0]?.length ?? 0);
			this.#queuedBytes += bytes;
			this.#sentBytes += bytes;
		});
		this.#engine.on("flush", () => {
			this.#queuedBytes = 0;
			this.#answerBytes = 0;
			// What goes out together is one write. The transport has taken it all when "drain" is emitted.
			this.#engine.transport.socket?._socket?.cork();
		});
		this.#engine.on("drain", () => this.#engine.transport.socket?._socket?.uncork());
		this.#engine.on("upgrading", ({ socket }) => {
			if ((socket?.bufferedAmount ?? 0) > mostProbeBytes) socket?.terminate?.();
		});
	}

	get isOpen(): boolean {
		return this.#engine.readyState === "open";
	}

	/** About how many bytes wait to be read by that client: packets not yet written, and bytes not yet sent. */
	get waitingBytes(): number {
		return this.#queuedBytes + (this.#engine.transport.socket?.bufferedAmount ?? 0);
	}

	/** About how many bytes it has taken so far. */
	get takenBytes(): number {
		const socket = this.#engine.transport.socket?._socket;
		return socket ? takenBytes(socket) : this.#sentBytes - this.waitingBytes;
	}

	/** The wire on which the client reads a room. */
	sink({ batch, raw = false, onTruncated, onSlow }: Reading): ReaderSink<Packets> {
		return {
			encoding: encodingOf(batch, raw),
			account: this.account,
			// None while it polls: the transport then gathers by itself.
			socket: () => this.#engine.transport.socket?._socket ?? undefined,
			send: (packets) => this.#send(packets),
			truncated: onTruncated,
			bufferedBytes: () => this.waitingBytes,
			takenBytes: () => this.takenBytes,
			end: (reason) => {
				if (reason === "shutting_down") return;
				if (reason === "slow_reader") onSlow();
				this.cut();
			},
		};
	}

	/** A batch is one write where the transport is a WebSocket, which a connection then keeps. */
	#send(packets: Packets): void {
		const { transport, writeBuffer } = this.#engine;
		if (transport.name === "websocket") {
			const wire = transport.socket?._socket;
			// Past the connection, which makes events and objects of each packet, unless it has others to send first.
			if (this.isOpen && wire && writeBuffer.length === 0) wire.write(packets.frames);
			else this.#engine.write(undefined, { compress: false, wsPreEncodedFrame: [packets.frames] });
			return;
		}
		for (const text of packets.texts) this.#engine.write(text, { compress: false });
	}

	/** Bytes of answers since the transport last took all that waited. */
	get unreadAnswerBytes(): number {
		return this.#answerBytes;
	}

	/** Sends an answer to what its client has asked. */
	answer(send: () => void): void {
		const before = this.#sentBytes;
		send();
		if (this.#queuedBytes > 0) this.#answerBytes += this.#sentBytes - before;
	}

	/** Calls back each time the transport has taken what there was. */
	onTaken(listener: () => void): void {
		this.#engine.on("drain", listener);
	}

	/** Ends it without waiting for a client that may not read or answer any more. */
	cut(): void {
		const { transport } = this.#engine;
		this.#engine.close(true);
		transport.socket?.terminate?.();
	}
}
