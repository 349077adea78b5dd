import type { Socket as TcpSocket } from "node:net";
import type { StoredEvent } from "@livekeeper/log";
import type { Socket } from "socket.io";
import type { Scope } from "../../live/index.ts";
import {
	type BufferAccount,
	type Encoding,
	eventText,
	type ReaderSink,
	takenBytes,
	textFrames,
} from "../readers/index.ts";

export type EngineConnection = Socket["conn"];

/** The parts of an Engine.IO connection needed to measure its queue and to close it at once. */
interface Connection {
	readonly readyState: string;
	readonly transport: Transport;
	/** Packets not yet passed to the transport. */
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
		/** Frames that a WebSocket transport writes unchanged instead of the data. */
		wsPreEncodedFrame?: Buffer[];
	};
}

interface Transport {
	readonly name: string;
	/** Time that a polling transport waits for a last poll before it closes, ms. */
	closeTimeout?: number;
	/** The WebSocket, if that is the transport, and the TCP socket below it. */
	socket?: { bufferedAmount?: number; terminate?: () => void; _socket?: TcpSocket | null };
}

/** Options of reading one room. */
interface Reading {
	/** Whether to send `messages` (arrays) instead of `message`. */
	batch: boolean;
	/** Whether to include the upstream's payload. */
	raw?: boolean | undefined;
	onTruncated: ReaderSink<Packets>["truncated"];
	onSlow: () => void;
}

/** Maximum number of bytes of probe answers queued while a transport is upgraded. */
const maxProbeBytes = 1024;

/** One client's connection, with a count of the bytes queued for it. */
export class ClientConnection {
	/** Whether the client has asked to be admitted. */
	asked = false;
	/** Permissions of the client; set once it is admitted. */
	scope: Scope | undefined;
	/** Called once the client is admitted. */
	onLetIn: (() => void) | undefined;
	readonly account: BufferAccount = { held: 0, readers: 0 };
	readonly #engine: Connection;
	/** Bytes of packets not yet passed to the transport. */
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
			// Packets that leave together are one write. The transport has taken all of them when "drain" is emitted.
			this.#engine.transport.socket?._socket?.cork();
		});
		this.#engine.on("drain", () => this.#engine.transport.socket?._socket?.uncork());
		this.#engine.on("upgrading", ({ socket }) => {
			if ((socket?.bufferedAmount ?? 0) > maxProbeBytes) socket?.terminate?.();
		});
	}

	get isOpen(): boolean {
		return this.#engine.readyState === "open";
	}

	/** Approximate number of bytes queued for the client: packets not yet written, and bytes not yet sent. */
	get waitingBytes(): number {
		return this.#queuedBytes + (this.#engine.transport.socket?.bufferedAmount ?? 0);
	}

	/** Approximate number of bytes the client has taken so far. */
	get takenBytes(): number {
		const socket = this.#engine.transport.socket?._socket;
		return socket ? takenBytes(socket) : this.#sentBytes - this.waitingBytes;
	}

	/** Returns the sink through which the client reads a room. */
	sink({ batch, raw = false, onTruncated, onSlow }: Reading): ReaderSink<Packets> {
		return {
			encoding: encodingOf(batch, raw),
			account: this.account,
			// No socket while the client polls: the transport then batches by itself.
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

	/** Sends a batch as one write if the transport is a WebSocket; a connection then keeps that transport. */
	#send(packets: Packets): void {
		const { transport, writeBuffer } = this.#engine;
		if (transport.name === "websocket") {
			const wire = transport.socket?._socket;
			// Bypasses the connection, which makes events and objects of each packet, unless it has others to send first.
			if (this.isOpen && wire && writeBuffer.length === 0) wire.write(packets.frames);
			else this.#engine.write(undefined, { compress: false, wsPreEncodedFrame: [packets.frames] });
			return;
		}
		for (const text of packets.texts) this.#engine.write(text, { compress: false });
	}

	/** Bytes of answers sent since the transport last took everything queued. */
	get unreadAnswerBytes(): number {
		return this.#answerBytes;
	}

	/** Sends an answer to a client's request. */
	answer(send: () => void): void {
		const before = this.#sentBytes;
		send();
		if (this.#queuedBytes > 0) this.#answerBytes += this.#sentBytes - before;
	}

	/** Calls `listener` each time the transport has taken everything queued. */
	onTaken(listener: () => void): void {
		this.#engine.on("drain", listener);
	}

	/** Closes the connection at once, because the client may no longer read or answer. */
	cut(): void {
		const { transport } = this.#engine;
		this.#engine.close(true);
		transport.socket?.terminate?.();
	}
}

/**
 * Packets of the Socket.IO protocol (revision 5: `2` is an event of the default namespace), built from the stored text:
 * encoded once for all readers of a batch, and never parsed.
 */
class Packets {
	readonly texts: readonly string[];
	#frames: Buffer | undefined;

	constructor(texts: readonly string[]) {
		this.texts = texts;
	}

	/** The packets as Engine.IO messages (`4`) over a WebSocket. */
	get frames(): Buffer {
		this.#frames ??= textFrames(this.texts.map((text) => `4${text}`));
		return this.#frames;
	}
}

const singleOf = (raw: boolean): Encoding<Packets> => ({
	raw,
	encode: (events: readonly StoredEvent[]) =>
		new Packets(events.map((event) => `2["message",${eventText(event, raw)}]`)),
});

const batchedOf = (raw: boolean): Encoding<Packets> => ({
	raw,
	encode: (events: readonly StoredEvent[]) =>
		new Packets([`2["messages",[${events.map((event) => eventText(event, raw)).join(",")}]]`]),
});

const plain = { single: singleOf(false), batched: batchedOf(false) };
const withPayloads = { single: singleOf(true), batched: batchedOf(true) };

/** Returns the encoding shared by all readers with these options. */
function encodingOf(batch: boolean, raw: boolean): Encoding<Packets> {
	const encodings = raw ? withPayloads : plain;
	return batch ? encodings.batched : encodings.single;
}
