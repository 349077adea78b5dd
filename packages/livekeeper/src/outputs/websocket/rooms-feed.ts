import type { Language } from "@livekeeper/base/text";
import type { Clock, Timer } from "@livekeeper/douyin";
import type { LiveService } from "../../live/index.ts";
import { toWireStatus, type WireStatus } from "../../wire/index.ts";

/** Interval between messages with changes, ms. */
const periodMs = 1_000;
/** Delay before a changed state is sent, ms. Several changes within it share a message. */
const soonMs = 50;
/**
 * Maximum number of bytes queued for a subscriber that gets changes. Above it a subscriber gets no changes, and all
 * rooms again once it has read everything.
 */
const maxBufferedBytes = 1 << 20;

/** The wire to one subscriber. */
export interface RoomsSubscriber {
	send(text: string): void;
	/** Bytes that were sent and not yet taken. */
	bufferedBytes(): number;
}

export interface RoomsFeedDeps {
	live: Pick<LiveService, "getStatus" | "onStatus">;
	clock: Clock;
	/** Language of the subscriber's texts for people. */
	language: Language;
}

/**
 * Sends the status of all rooms to subscribers: first `{"type":"rooms","rooms":[…]}`, then once a second
 * `{"type":"changes","changed":[{"live_id",…}],"removed":["…"]}` with only the changed fields of each room. Works only
 * while there are subscribers, and once for all of them.
 */
export class RoomsFeed {
	readonly #deps: RoomsFeedDeps;
	/** Each subscriber, and whether it lags behind. */
	readonly #subscribers = new Map<RoomsSubscriber, { lagging: boolean }>();
	/** State already sent: each field as JSON, by room. */
	readonly #sent = new Map<string, Map<string, string>>();
	#timers: Timer[] = [];
	#soon: Timer | undefined;
	#unsubscribe = () => undefined as unknown;

	constructor(deps: RoomsFeedDeps) {
		this.#deps = deps;
	}

	/** @returns a function that ends it */
	subscribe(subscriber: RoomsSubscriber): () => void {
		if (this.#subscribers.size === 0) this.#start();
		else this.#send();
		this.#subscribers.set(subscriber, { lagging: false });
		subscriber.send(this.#all());
		return () => {
			this.#subscribers.delete(subscriber);
			if (this.#subscribers.size === 0) this.#stop();
		};
	}

	#start(): void {
		const { clock, live } = this.#deps;
		this.#changes();
		this.#timers = [clock.every(periodMs, () => this.#send())];
		this.#unsubscribe = live.onStatus(() => {
			this.#soon ??= clock.after(soonMs, () => {
				this.#soon = undefined;
				this.#send();
			});
		});
	}

	#stop(): void {
		for (const timer of this.#timers) timer.cancel();
		this.#soon?.cancel();
		this.#soon = undefined;
		this.#unsubscribe();
		this.#sent.clear();
	}

	#send(): void {
		const changes = this.#changes();
		for (const [subscriber, state] of this.#subscribers) {
			if (subscriber.bufferedBytes() > maxBufferedBytes) state.lagging = true;
			else if (!state.lagging) {
				if (changes !== undefined) subscriber.send(changes);
			} else if (subscriber.bufferedBytes() === 0) {
				state.lagging = false;
				subscriber.send(this.#all());
			}
		}
	}

	/** All rooms in the state already sent, so the changes that follow apply to it. */
	#all(): string {
		const rooms = Array.from(this.#sent.values(), (fields) => objectOf(fields));
		return `{"type":"rooms","rooms":[${rooms.join(",")}]}`;
	}

	/** Returns the difference to the state already sent, and counts it as sent; `undefined` if there is none. */
	#changes(): string | undefined {
		const { rooms } = this.#deps.live.getStatus();
		const changed: string[] = [];
		const gone = new Set(this.#sent.keys());
		for (const status of rooms) {
			gone.delete(status.liveId);
			const patch = this.#patch(toWireStatus(status, this.#deps.language));
			if (patch.size > 1) changed.push(objectOf(patch));
		}
		for (const liveId of gone) this.#sent.delete(liveId);
		if (changed.length === 0 && gone.size === 0) return undefined;
		return `{"type":"changes","changed":[${changed.join(",")}],"removed":${JSON.stringify([...gone])}}`;
	}

	/** Returns the fields that differ from the state already sent, with the room's id. */
	#patch(status: WireStatus): Map<string, string> {
		const patch = new Map([["live_id", JSON.stringify(status.live_id)]]);
		let sent = this.#sent.get(status.live_id);
		if (!sent) {
			sent = new Map(patch);
			this.#sent.set(status.live_id, sent);
		}
		for (const [name, value] of Object.entries(status)) {
			const json = JSON.stringify(value);
			if (sent.get(name) === json) continue;
			sent.set(name, json);
			patch.set(name, json);
		}
		return patch;
	}
}

function objectOf(fields: ReadonlyMap<string, string>): string {
	return `{${Array.from(fields, ([name, json]) => `${JSON.stringify(name)}:${json}`).join(",")}}`;
}
