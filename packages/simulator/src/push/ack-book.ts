import type { PushFrame } from "@livekeeper/douyin/wire";

/** Number of newest frames that are remembered; an ack for an older one counts as unknown. */
const remembered = 5000;

/** Frames that a client was asked to acknowledge, and its acks. */
export class AckBook {
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
