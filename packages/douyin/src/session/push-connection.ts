import type { Clock, Timer } from "../clock.ts";
import { type DecodedFrame, decodeFrame, encodeAck, encodeHeartbeat, type MessageWatch } from "../codec/index.ts";
import { DouyinError } from "../errors.ts";
import type { Cursor, SessionItem, SessionRequest } from "../upstream.ts";
import type { Transport, TransportHandlers, TransportRequest, TransportSocket } from "./session-deps.ts";

/** Maximum time for the other side to answer our close, ms. */
const closeTimeoutMs = 1_000;

export interface PushConnectionOptions {
	clock: Clock;
	limits: {
		heartbeatMs: number;
		handshakeTimeoutMs: number;
		/** Time without a message after which the connection fails, ms. */
		silenceMs?: number | undefined;
	};
	request: SessionRequest;
	/** Watches received messages; default: nothing does. */
	watch?: MessageWatch | undefined;
	/** Receives the items; an error that it throws ends the connection. */
	take: (item: SessionItem) => void;
	/** Address to open: `ws://` or `wss://` with a host. */
	base: string;
	/** Item to emit when the handshake is done. */
	opened: SessionItem & { type: "opened" };
}

/**
 * One push socket, from the handshake until it is closed: heartbeats, acks, frames. Items are taken within the event
 * that delivers them: nothing waits here.
 */
export class PushConnection implements TransportHandlers {
	/**
	 * Resolves when the socket is closed and no timer is left, with the failure that ended it; with `undefined` if we
	 * closed it ourselves.
	 */
	readonly ended: Promise<DouyinError | undefined>;
	readonly #options: PushConnectionOptions;
	readonly #socket: TransportSocket;
	/** While it opens or closes, the timeout of that; while it is open, the timeout without a message. */
	#limit: Timer | undefined;
	#heartbeats: Timer | undefined;
	#resolveEnded: (failure: DouyinError | undefined) => void = () => undefined;
	/** The first failure counts. */
	#failure: DouyinError | undefined;
	#state: "connecting" | "open" | "closing" | "gone" = "connecting";
	#cursor: Cursor | undefined;
	#openedAt: number | undefined;
	#firstFrameAt: number | undefined;
	#lastMessageAt: number | undefined;
	/** Times of the heartbeat, and of the ping, that are not answered yet. */
	#heartbeatAt: number | undefined;
	#pingAt: number | undefined;

	/**
	 * @param cursor the newest before the first frame
	 * @throws any error of the transport for a request that it can't even try
	 */
	constructor(
		transport: Transport,
		request: TransportRequest,
		options: PushConnectionOptions,
		cursor: Cursor | undefined,
	) {
		this.#options = options;
		this.#cursor = cursor;
		this.ended = new Promise((resolve) => {
			this.#resolveEnded = resolve;
		});
		this.#socket = transport.connect(request, this);
		this.#limit = options.clock.after(options.limits.handshakeTimeoutMs, () => this.#handshakeTimedOut());
	}

	get base(): string {
		return this.#options.base;
	}

	/** The host that it is opened to. */
	get host(): string {
		return this.#options.opened.host;
	}

	/** Time since the first frame came over this socket, ms; `undefined` before that. */
	get heldMs(): number | undefined {
		return this.#firstFrameAt === undefined ? undefined : this.#options.clock.elapsed() - this.#firstFrameAt;
	}

	/** Time for which the socket has been open, ms. */
	get openMs(): number {
		return this.#openedAt === undefined ? 0 : this.#options.clock.elapsed() - this.#openedAt;
	}

	/** Emits an item requested beside the socket, if the socket is still open. */
	give(item: SessionItem): void {
		if (this.#state === "open") this.#guard(() => this.#options.take(item));
	}

	/** Closes the socket gracefully, and cuts it if the other side does not agree within a second. */
	close(): void {
		if (this.#state === "closing" || this.#state === "gone") return;
		this.#state = "closing";
		this.#clearTimers();
		this.#limit = this.#options.clock.after(closeTimeoutMs, () => this.#socket.terminate());
		this.#socket.close();
	}

	onOpen(): void {
		this.#guard(() => this.#open());
	}

	onMessage(bytes: Uint8Array): void {
		this.#guard(() => this.#onMessage(bytes));
	}

	onSign(): void {
		this.#guard(() => this.#onSign());
	}

	onPong(): void {
		this.#guard(() => this.#answered("ping"));
	}

	onEnd(failure: DouyinError): void {
		const wasClosing = this.#state === "closing";
		this.#state = "gone";
		this.#clearTimers();
		// If we closed it, the transport's failure is only an echo of that.
		if (!wasClosing) this.#failure ??= failure;
		this.#resolveEnded(this.#failure);
	}

	#open(): void {
		if (this.#state !== "connecting") return;
		const { clock, take, opened, limits } = this.#options;
		const { heartbeatMs, silenceMs } = limits;
		this.#state = "open";
		this.#clearTimers();
		this.#openedAt = clock.elapsed();
		this.#beat();
		this.#heartbeats = clock.every(heartbeatMs, () => this.#beat());
		if (silenceMs !== undefined) this.#watchSilence(silenceMs, silenceMs);
		take(opened);
	}

	#onMessage(bytes: Uint8Array): void {
		if (this.#state !== "open") return;
		const receivedAt = this.#options.clock.now();
		const frame = this.#decode(bytes, receivedAt);
		if (frame.needAck) this.#socket.send(encodeAck(frame.logId, frame.internalExt));
		switch (frame.payloadType) {
			case "msg":
				this.#onFrame(frame, receivedAt);
				break;
			case "close":
				throw new DouyinError("upstream_close", "Douyin asked to disconnect.", { upstreamMessage: "close" });
			case "hb":
				this.#answered("heartbeat");
				this.#onSign();
				break;
			default:
				this.#onSign();
		}
	}

	#decode(bytes: Uint8Array, receivedAt: number): DecodedFrame {
		const { request, watch } = this.#options;
		const { liveId, roomId, raw } = request;
		try {
			return decodeFrame(bytes, { liveId, roomId, raw, watch, receivedAt });
		} catch (error) {
			watch?.undecodableFrame("push", bytes);
			throw error;
		}
	}

	#beat(): void {
		const now = this.#options.clock.elapsed();
		this.#socket.send(encodeHeartbeat());
		this.#socket.ping?.();
		// An unanswered heartbeat is measured from its first request.
		this.#heartbeatAt ??= now;
		this.#pingAt ??= now;
	}

	#answered(what: "heartbeat" | "ping"): void {
		const sentAt = what === "ping" ? this.#pingAt : this.#heartbeatAt;
		if (this.#state !== "open" || sentAt === undefined) return;
		if (what === "ping") this.#pingAt = undefined;
		else this.#heartbeatAt = undefined;
		this.#options.request.onRoundTrip?.(this.#options.clock.elapsed() - sentAt, what);
	}

	#onFrame(frame: DecodedFrame, receivedAt: number): void {
		const { clock, request, take } = this.#options;
		const { cursor, internalExt, events, problems } = frame;
		if (cursor) this.#cursor = { roomId: request.roomId, cursor, internalExt };
		this.#lastMessageAt = clock.elapsed();
		if (this.#firstFrameAt === undefined) {
			this.#firstFrameAt = this.#lastMessageAt;
			request.hosts?.works(this.host, clock.elapsed());
		}
		take({ type: "frame", events, problems, cursor: this.#cursor, receivedAt });
	}

	#onSign(): void {
		if (this.#state === "open") this.#options.request.onSign?.();
	}

	#handshakeTimedOut(): void {
		const { handshakeTimeoutMs } = this.#options.limits;
		this.#failure ??= new DouyinError("timeout", `The live connection did not open within ${handshakeTimeoutMs} ms.`);
		this.#socket.terminate();
	}

	#watchSilence(silenceMs: number, delayMs: number): void {
		this.#limit = this.#options.clock.after(delayMs, () => {
			const since = this.#lastMessageAt ?? this.#openedAt ?? 0;
			const leftMs = since + silenceMs - this.#options.clock.elapsed();
			if (leftMs > 0) this.#watchSilence(silenceMs, leftMs);
			else this.#fail(new DouyinError("silence", `No message arrived for ${silenceMs} ms.`));
		});
	}

	/** Runs a handler of the socket: an error in it ends this session, and never the process. */
	#guard(handle: () => void): void {
		try {
			handle();
		} catch (error) {
			const words = error instanceof Error ? error.message : String(error);
			this.#fail(
				error instanceof DouyinError ? error : new DouyinError("bad_frame", `Not handled: ${words}`, { cause: error }),
			);
		}
	}

	#fail(failure: DouyinError): void {
		if (this.#state !== "closing") this.#failure ??= failure;
		this.close();
	}

	#clearTimers(): void {
		this.#limit?.cancel();
		this.#limit = undefined;
		this.#heartbeats?.cancel();
		this.#heartbeats = undefined;
	}
}
