import type { Clock } from "@livekeeper/douyin";
import { decodePushFrame, type PushFrame } from "@livekeeper/douyin/wire";
import type { FaultBoard } from "../faults/fault-board.ts";
import { anonymous, type Identities } from "../identities.ts";
import type { Broadcast } from "../rooms/broadcast.ts";
import { badMessage, type OutFrame, type SharedBatches } from "./push-frames.ts";
import { ClientFrames, opcodes, serverFrame } from "./web-socket-frames.ts";

/** Connection of a client to the push server: a socket, or one within this process. */
export interface PushSocket {
	/** Whether it can still be written to. */
	readonly writable: boolean;
	readonly writableEnded: boolean;
	/** Number of written bytes that the client has not read. */
	readonly writableLength: number;
	readonly remoteAddress?: string | undefined;
	on(event: "data", listener: (chunk: Buffer) => void): unknown;
	on(event: "end" | "error" | "close", listener: () => void): unknown;
	once(event: "end" | "close", listener: () => void): unknown;
	off(event: "end" | "close", listener: () => void): unknown;
	setNoDelay(noDelay: boolean): unknown;
	/** Puts bytes back that were read too early. */
	unshift(bytes: Buffer): unknown;
	/** Reads on, and drops what is read if nothing listens. */
	resume(): unknown;
	write(bytes: string | Uint8Array): unknown;
	/** Ends it once everything is written. */
	end(): unknown;
	end(last: string): unknown;
	destroySoon(): void;
	destroy(): unknown;
	/** Ends it as a TCP RST does. */
	resetAndDestroy(): unknown;
}

/** Time after which a frame that waits to be swapped with the next one is sent alone, ms. */
const maxHeldMs = 1000;

/** Queue of one client's frames, in which faults double, swap and delay them. */
class Outbox {
	readonly #faults: FaultBoard;
	readonly #liveId: string;
	readonly #write: (frame: OutFrame) => void;
	readonly #delayed: { dueAt: number; frame: OutFrame }[] = [];
	#held: { since: number; frame: OutFrame } | undefined;

	constructor(faults: FaultBoard, liveId: string, write: (frame: OutFrame) => void) {
		this.#faults = faults;
		this.#liveId = liveId;
		this.#write = write;
	}

	send(frame: OutFrame, now: number): void {
		const held = this.#held;
		if (held) {
			this.#held = undefined;
			this.#later(frame, now);
			this.#later(held.frame, now);
		} else if (this.#faults.take("reorder", this.#liveId)) {
			this.#held = { since: now, frame };
		} else {
			this.#later(frame, now);
		}
	}

	/** Sends frames that have waited long enough. */
	pump(now: number): void {
		const held = this.#held;
		if (held && (now - held.since >= maxHeldMs || !this.#faults.peek("reorder", this.#liveId))) {
			this.#held = undefined;
			this.#later(held.frame, now);
		}
		for (let next = this.#delayed[0]; next && next.dueAt <= now; next = this.#delayed[0]) {
			this.#delayed.shift();
			this.#write(next.frame);
		}
	}

	#later(frame: OutFrame, now: number): void {
		const copies = this.#faults.take("duplicate", this.#liveId) ? 2 : 1;
		const dueAt = now + (this.#faults.take("latency", this.#liveId)?.ms ?? 0);
		for (let i = 0; i < copies; i++) {
			// After others that wait, whatever its own delay: latency does not change the order.
			if (dueAt > now || this.#delayed.length > 0) this.#delayed.push({ dueAt, frame });
			else this.#write(frame);
		}
	}
}

/** Number of newest frames that are remembered; an ack for an older one counts as unknown. */
const remembered = 5000;

/** Frames that a client was asked to acknowledge, and its acks. */
class AckBook {
	readonly #asked = new Map<string, string>();
	/** Number of frames that asked for an ack. */
	requested = 0;
	/** Number of acks for frames that this client was sent. */
	received = 0;
	/** Number of acks for frames that it was not sent, or not asked to acknowledge. */
	unknown = 0;
	/** Number of acks that did not carry the frame's `internal_ext`. */
	wrongExt = 0;
	lastLogId: string | undefined;

	sent(logId: string, internalExt: string): void {
		this.requested++;
		this.#asked.set(logId, internalExt);
		if (this.#asked.size <= remembered) return;
		for (const oldest of this.#asked.keys()) {
			this.#asked.delete(oldest);
			return;
		}
	}

	take(ack: PushFrame): void {
		this.lastLogId = ack.logId;
		const internalExt = this.#asked.get(ack.logId);
		if (internalExt === undefined) {
			this.unknown++;
			return;
		}
		this.received++;
		if (Buffer.from(ack.payload).toString("utf8") !== internalExt) this.wrongExt++;
	}
}

const pingEveryMs = 10_000;
/**
 * Time without a sign of life, or without an answer to a ping, after which a client is cut, ms (the web page's
 * protocol, "Frames"). Signs are heartbeats and, unless `strict`, acks and WebSocket pings, on which clients of the
 * site rely.
 */
const signsWithinMs = 20_000;
/** Maximum number of unsent bytes; a slower client is sent nothing more until it has caught up. */
const maxUnsentBytes = 8 * 1024 * 1024;

const emptyPing = serverFrame(opcodes.ping, new Uint8Array(0));

/** How a session is treated: anonymous ones receive no gifts. */
export type View = "anonymous" | "logged_in";

/** The control API's view of a client. Times are ms since the epoch. */
export interface ConnectionInfo {
	id: number;
	liveId: string;
	roomId: string;
	view: View;
	/** The login by its `sessionid`, or `anonymous`. */
	identity: string;
	userUniqueId: string;
	userAgent: string;
	connectedAt: number;
	/** The cursor it came with, and whether it was honoured. */
	cursor: string;
	resumed: boolean;
	/** Whether a `half_open` fault has muted it: nothing is sent over this socket any more. */
	mute: boolean;
	frames: number;
	acks: { requested: number; received: number; unknown: number; wrongExt: number; lastLogId: string | undefined };
	heartbeats: number;
	lastHeartbeatAt: number | undefined;
	pings: number;
	lastPongAt: number | undefined;
	/** Number of its messages that are no frames of the protocol. */
	badFrames: number;
}

interface Visit {
	id: number;
	broadcast: Broadcast;
	/** The login by its `sessionid`, or `anonymous`. */
	identity: string;
	userUniqueId: string;
	userAgent: string;
	cursor: string;
	resumed: boolean;
	/** Position in the broadcast's history to continue from. */
	position: number;
	mute: boolean;
}

interface PushConnectionDeps {
	clock: Clock;
	faults: FaultBoard;
	identities: Identities;
	strict: boolean;
	onClosed: () => void;
}

/** One client on the push socket. It owns the socket: `onClosed` is called once, whichever side ends it. */
export class PushConnection {
	readonly visit: Visit;
	readonly #socket: PushSocket;
	readonly #clock: Clock;
	readonly #faults: FaultBoard;
	readonly #identities: Identities;
	readonly #outbox: Outbox;
	readonly #incoming: ClientFrames;
	readonly #acks = new AckBook();
	readonly #strict: boolean;
	readonly #connectedAt: number;
	#lastSignAt: number;
	#position: number;
	#mute: boolean;
	#spoilNext = false;
	/** Number of gift messages that it was sent. */
	#gifts = 0;
	#frames = 0;
	#heartbeats = 0;
	#lastHeartbeatAt: number | undefined;
	#pings = 0;
	#lastPongAt: number | undefined;
	#badFrames = 0;

	constructor(socket: PushSocket, visit: Visit, deps: PushConnectionDeps) {
		this.visit = visit;
		this.#socket = socket;
		this.#clock = deps.clock;
		this.#faults = deps.faults;
		this.#identities = deps.identities;
		this.#position = visit.position;
		this.#mute = visit.mute;
		this.#strict = deps.strict;
		this.#connectedAt = deps.clock.now();
		this.#lastSignAt = this.#connectedAt;
		this.#outbox = new Outbox(deps.faults, visit.broadcast.liveId, (frame) => this.#write(frame));
		this.#incoming = new ClientFrames((opcode, payload) => this.#receive(opcode, payload));
		socket.setNoDelay(true);
		socket.on("data", (chunk: Buffer) => this.#read(chunk));
		// A server's socket stays half open unless this half is closed as well.
		socket.on("end", () => socket.end());
		// The close event follows, and reports that the client is gone.
		socket.on("error", () => socket.destroy());
		socket.on("close", deps.onClosed);
	}

	/** Sends messages that the client has not received, as far as faults and its reading allow. */
	flush(batches: SharedBatches, now: number): void {
		const { broadcast } = this.visit;
		if (this.#mute || this.#faults.peek("stall", broadcast.liveId)) return;
		const noGifts = this.#faults.peek("no_gifts", broadcast.liveId) !== undefined;
		this.#position = Math.max(this.#position, broadcast.oldest);
		while (this.#position < broadcast.head && this.#socket.writableLength < maxUnsentBytes) {
			const shown = this.#identities.filter(this.visit, this.#gifts);
			const filter = noGifts ? { ...shown, gifts: 0 } : shown;
			const batch = this.#spoilNext
				? batches.spoilt(this.#position, filter, this.visit.id, badMessage())
				: batches.from(this.#position, filter, this.visit.id);
			const from = this.#position;
			this.#position = batch.to;
			this.#gifts += batch.gifts;
			if (!batch.frame) {
				broadcast.markSent(from, batch.to, filter, { at: now, identity: this.visit.identity });
				continue;
			}
			this.#spoilNext = false;
			this.#outbox.send(batch.frame, now);
		}
	}

	/** Handles the passing of time: delayed frames, pings, and the end of clients without a sign of life. */
	tick(now: number): void {
		if (this.#mute) return;
		this.#outbox.pump(now);
		if (now - Math.min(this.#lastSignAt, this.#lastPongAt ?? this.#connectedAt) > signsWithinMs) {
			this.end();
		} else if (now - this.#connectedAt >= (this.#pings + 1) * pingEveryMs) {
			this.#pings++;
			this.#socket.write(emptyPing);
		}
	}

	/** Sends an extra frame, bypassing every other fault. */
	sendNow(frame: OutFrame): void {
		if (!this.#mute) this.#write(frame);
	}

	/** Adds an undecodable message to the next frame. */
	spoilNext(): void {
		this.#spoilNext = true;
	}

	/** Stops sending over this socket. */
	fallMute(): void {
		this.#mute = true;
	}

	/** Sends a TCP FIN, without a close frame. */
	end(): void {
		this.#socket.destroySoon();
	}

	/** Sends a TCP RST. */
	reset(): void {
		// Resetting a socket whose end is under way would leave its handle open for ever.
		if (this.#socket.writableEnded) this.#socket.destroy();
		else this.#socket.resetAndDestroy();
	}

	info(): ConnectionInfo {
		const { id, broadcast, identity, userUniqueId, userAgent, cursor, resumed } = this.visit;
		const { requested, received, unknown, wrongExt, lastLogId } = this.#acks;
		return {
			id,
			liveId: broadcast.liveId,
			roomId: broadcast.roomId,
			view: identity === anonymous ? "anonymous" : "logged_in",
			identity,
			userUniqueId,
			userAgent,
			connectedAt: this.#connectedAt,
			cursor,
			resumed,
			mute: this.#mute,
			frames: this.#frames,
			acks: { requested, received, unknown, wrongExt, lastLogId },
			heartbeats: this.#heartbeats,
			lastHeartbeatAt: this.#lastHeartbeatAt,
			pings: this.#pings,
			lastPongAt: this.#lastPongAt,
			badFrames: this.#badFrames,
		};
	}

	#write(frame: OutFrame): void {
		if (this.#mute || !this.#socket.writable) return;
		this.#socket.write(frame.wire);
		this.#frames++;
		if (frame.messages) {
			const { from, to, filter } = frame.messages;
			const { broadcast, identity } = this.visit;
			broadcast.markSent(from, to, filter, { at: this.#clock.now(), identity });
		}
		if (frame.ack) this.#acks.sent(frame.ack.logId, frame.ack.internalExt);
	}

	#read(chunk: Buffer): void {
		try {
			this.#incoming.push(chunk);
		} catch {
			// Not WebSocket: the upstream does not answer that either.
			this.#badFrames++;
			this.#socket.destroy();
		}
	}

	#receive(opcode: number, payload: Buffer): void {
		if (opcode === opcodes.binary) this.#receiveFrame(payload);
		else if (opcode === opcodes.pong) this.#lastPongAt = this.#clock.now();
		else if (opcode === opcodes.text) this.#badFrames++;
		else if (this.#mute) return;
		else if (opcode === opcodes.ping) this.#answer(payload);
		// Close frames are not answered: the client's own close ends as 1006.
		else if (opcode === opcodes.close) this.end();
	}

	#answer(ping: Buffer): void {
		if (!this.#strict) this.#lastSignAt = this.#clock.now();
		this.#socket.write(serverFrame(opcodes.pong, ping));
	}

	#receiveFrame(payload: Buffer): void {
		try {
			const frame = decodePushFrame(payload);
			if (frame.payloadType === "hb") {
				this.#heartbeats++;
				this.#lastHeartbeatAt = this.#clock.now();
				this.#lastSignAt = this.#lastHeartbeatAt;
			} else if (frame.payloadType === "ack") {
				if (!this.#strict) this.#lastSignAt = this.#clock.now();
				this.#acks.take(frame);
			} else this.#badFrames++;
		} catch {
			this.#badFrames++;
		}
	}
}
