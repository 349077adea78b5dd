import { EventEmitter } from "node:events";
import { DouyinError, type TransportHandlers, type TransportSocket } from "@livekeeper/douyin";
import { handshakeRefusal } from "@livekeeper/douyin/testing";
import type { PushSocket } from "@livekeeper/simulator";
import type { Pipe } from "./pipe.ts";

const endOfHead = "\r\n\r\n";
const opcodes = { binary: 2, close: 8, ping: 9, pong: 10 } as const;

/** The site's end of a connection, with those parts of a socket that its push server uses. */
class SiteEnd extends EventEmitter implements PushSocket {
	readonly remoteAddress = "127.0.0.1";
	readonly #line: SiteLine;
	#state: "open" | "ended" | "gone" = "open";

	constructor(line: SiteLine) {
		super();
		this.#line = line;
	}

	get writable(): boolean {
		return this.#state === "open";
	}

	get writableEnded(): boolean {
		return this.#state !== "open";
	}

	get writableLength(): number {
		return this.#line.down.queuedBytes;
	}

	setNoDelay(): void {
		// Nothing is delayed here.
	}

	unshift(): void {
		// Nothing is read too early.
	}

	resume(): void {
		// It is always read.
	}

	write(bytes: string | Uint8Array): void {
		if (this.#state !== "open") return;
		const chunk = Buffer.from(bytes);
		this.#line.down.send(chunk.length, () => this.#line.arrive(chunk));
	}

	end(last?: string): void {
		if (last !== undefined) this.write(last);
		if (this.#state !== "open") return;
		this.#state = "ended";
		this.#line.down.send(0, () => this.#line.ended("fin"));
		this.destroy();
	}

	destroySoon(): void {
		this.end();
	}

	destroy(): void {
		if (this.#state === "gone") return;
		this.#state = "gone";
		queueMicrotask(() => this.emit("close"));
	}

	resetAndDestroy(): void {
		if (this.#state === "open") this.#line.down.send(0, () => this.#line.ended("rst"));
		this.#state = "ended";
		this.destroy();
	}

	take(bytes: Buffer): void {
		if (this.#state === "open") this.emit("data", bytes);
	}

	/** The client has ended the connection. */
	left(): void {
		if (this.#state === "open") this.emit("end");
		this.destroy();
	}
}

/** Observations of one connection from the network. */
export interface LineWatch {
	/** The site has answered the request to open the socket, with its `Retry-After`. */
	answered(outcome: "open" | "blocked" | `status ${string}`, retryAfter?: string): void;
	/** A frame with content has arrived at the client. */
	heard(): void;
	/** The client's end is closed. */
	closed(): void;
}

/** Pings and bare acknowledgements are smaller than this; frames with messages are not. */
const minFrame = 64;

/** A push socket through the network of a world: bytes of HTTP and WebSocket between the product and the site. */
export class SiteLine implements TransportSocket {
	readonly site: PushSocket;
	readonly up: Pipe;
	readonly down: Pipe;
	readonly #end = new SiteEnd(this);
	readonly #handlers: TransportHandlers;
	readonly #watch: LineWatch;
	readonly #now: () => number;
	#state: "connecting" | "open" | "gone" = "connecting";
	#received: Buffer = Buffer.alloc(0);
	/** Number of bytes of the next chunk that still pass. */
	cutAfter: number | undefined;

	constructor(handlers: TransportHandlers, pipes: { up: Pipe; down: Pipe }, watch: LineWatch, now: () => number) {
		this.#handlers = handlers;
		this.up = pipes.up;
		this.down = pipes.down;
		this.#watch = watch;
		this.#now = now;
		this.site = this.#end;
	}

	get isOpen(): boolean {
		return this.#state !== "gone";
	}

	send(bytes: Uint8Array): void {
		if (this.#state === "open") this.#write(opcodes.binary, bytes);
	}

	ping(): void {
		if (this.#state === "open") this.#write(opcodes.ping, new Uint8Array(0));
	}

	close(): void {
		if (this.#state === "open") this.#write(opcodes.close, Buffer.from([0x03, 0xe8]));
		else if (this.#state === "connecting") this.terminate();
	}

	terminate(): void {
		this.fail(new DouyinError("network", "The connection was ended here."));
	}

	/** The client's end is gone, with the failure that its user sees. */
	fail(failure: DouyinError): void {
		if (this.#state === "gone") return;
		this.#drop();
		queueMicrotask(() => this.#handlers.onEnd(failure));
	}

	/** The client's process has died. */
	die(): void {
		if (this.#state !== "gone") this.#drop();
	}

	/** The other end has ended the connection, or the network has. */
	ended(how: "fin" | "rst"): void {
		if (how === "rst") this.fail(new DouyinError("network", "The live connection failed: read ECONNRESET"));
		else this.fail(new DouyinError("network", "The live connection was cut without a reason."));
	}

	/** Bytes of the site have arrived. */
	arrive(bytes: Buffer): void {
		if (this.#state === "gone") return;
		const chunk = this.cutAfter === undefined ? bytes : bytes.subarray(0, this.cutAfter);
		this.#received = this.#received.length === 0 ? chunk : Buffer.concat([this.#received, chunk]);
		if (this.#state === "connecting") this.#readHead();
		while (this.#state === "open" && this.#readFrame());
		if (this.cutAfter !== undefined) this.ended("rst");
	}

	#drop(): void {
		this.#state = "gone";
		this.#watch.closed();
		this.down.cut();
		this.up.send(0, () => {
			this.#end.left();
			this.up.cut();
		});
	}

	#readHead(): void {
		const end = this.#received.indexOf(endOfHead);
		if (end < 0) return;
		const [first = "", ...lines] = this.#received.toString("latin1", 0, end).split("\r\n");
		const [, status = "0", statusMessage = ""] = /^HTTP\/1\.1 (\d+) ?(.*)$/.exec(first) ?? [];
		this.#received = this.#received.subarray(end + endOfHead.length);
		if (status === "101") {
			this.#state = "open";
			this.#watch.answered("open");
			this.#handlers.onOpen();
			return;
		}
		const headers = Object.fromEntries(
			lines.map((line) => {
				const colon = line.indexOf(":");
				return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
			}),
		);
		const isBlock = headers["handshake-msg"] === "DEVICE_BLOCKED" || status === "403";
		this.#watch.answered(isBlock ? "blocked" : `status ${status}`, headers["retry-after"]);
		this.fail(handshakeRefusal({ status: Number(status), statusMessage, headers }, this.#now()));
	}

	#readFrame(): boolean {
		const bytes = this.#received;
		if (bytes.length < 2) return false;
		const [first = 0, second = 0] = bytes;
		const short = second & 0x7f;
		const headLength = short === 126 ? 4 : short === 127 ? 10 : 2;
		if (bytes.length < headLength) return false;
		const length = short === 126 ? bytes.readUInt16BE(2) : short === 127 ? Number(bytes.readBigUInt64BE(2)) : short;
		if (bytes.length < headLength + length) return false;
		const payload = bytes.subarray(headLength, headLength + length);
		this.#received = bytes.subarray(headLength + length);
		this.#take(first, payload);
		return true;
	}

	#take(first: number, payload: Buffer): void {
		const opcode = first & 0x0f;
		if ((first & 0x70) !== 0 || (opcode > opcodes.binary && opcode < opcodes.close) || opcode > opcodes.pong) {
			this.fail(new DouyinError("bad_frame", "Douyin broke the WebSocket protocol: Invalid WebSocket frame"));
			return;
		}
		if (opcode === opcodes.ping) {
			this.#write(opcodes.pong, payload);
			this.#handlers.onSign();
		} else if (opcode === opcodes.pong) this.#handlers.onPong();
		else if (opcode === opcodes.close) {
			this.fail(new DouyinError("upstream_close", "Douyin closed the live connection: code 1000"));
		} else {
			if (payload.length >= minFrame) this.#watch.heard();
			this.#handlers.onMessage(payload);
		}
	}

	/** Writes a frame as clients do, with a mask of zeros. */
	#write(opcode: number, payload: Uint8Array): void {
		const { length } = payload;
		const head = length < 126 ? [0x80 | opcode, 0x80 | length] : [0x80 | opcode, 0xfe, length >> 8, length & 0xff];
		const frame = Buffer.concat([Buffer.from([...head, 0, 0, 0, 0]), payload]);
		this.up.send(frame.length, () => this.#end.take(frame));
	}
}
