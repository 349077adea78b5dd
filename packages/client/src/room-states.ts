import type { LiveEventType, WireEvent } from "@livekeeper/douyin";

/** States of a room that its log reports. */
export const roomStates = ["live", "ended", "blocked", "silent", "gap", "gifts_withheld"] as const;
export type RoomState = (typeof roomStates)[number];

/** Subjects whose state can change back and forth. Gaps and withheld gifts are no such subjects: each is news. */
type Topic = "broadcast" | "blocked" | "silent";

/** The last reported value of each topic. */
export type LastNotified = Readonly<Record<string, string>>;

const connected: ReadonlySet<string> = new Set(["connected", "waiting", "stopped"]);

/** Values that an event gives to topics. */
const changes: { [type in LiveEventType]?: (event: WireEvent) => LastNotified } = {
	broadcast_started: () => ({ broadcast: "live" }),
	broadcast_ended: () => ({ broadcast: "ended" }),
	connection: (event) => {
		const { state } = event as WireEvent & { type: "connection" };
		if (state === "blocked") return { blocked: "on", silent: "on" };
		if (state === "reconnecting") return { silent: "on" };
		return connected.has(state) ? { blocked: "off", silent: "off" } : {};
	},
};

/** Values of a topic that a state selects. Trouble is reported when it begins and when it is over. */
const asks: Record<RoomState, (topic: Topic, value: string) => boolean> = {
	live: (_, value) => value === "live",
	ended: (_, value) => value === "ended",
	blocked: (topic) => topic === "blocked",
	silent: (topic) => topic === "silent",
	gap: () => false,
	gifts_withheld: () => false,
};

const typesOfState: Record<RoomState, readonly LiveEventType[]> = {
	live: ["broadcast_started", "broadcast_ended"],
	ended: ["broadcast_started", "broadcast_ended"],
	blocked: ["connection"],
	silent: ["connection"],
	gap: ["gap"],
	gifts_withheld: ["gifts_withheld"],
};

/** Returns the kinds of events that report states. */
export function stateTypes(states: readonly RoomState[]): readonly LiveEventType[] {
	return [...new Set(states.flatMap((state) => typesOfState[state]))];
}

/** The end of trouble is reported only if its beginning was. */
const quiet: LastNotified = { blocked: "off", silent: "off" };

/** Returns the events after a `seq`, of the kinds that report states. */
export type Ahead = (after: number) => Promise<readonly WireEvent[]>;

type Logged = WireEvent & { seq: number };

export type Decision =
	/** `lastNotified`: the last reported values once this event is sent, or skipped. */
	| { is: "sent" | "passed"; lastNotified: LastNotified }
	/** It has not lasted long enough yet, and may still be undone. */
	| { is: "open"; untilMs: number };

/**
 * Decides which changes of a room's states are reported: those that have lasted `holdMs`, once each. A state that comes
 * and goes is reported when it stays, and not at all if it ends as last reported.
 */
export class RoomStates {
	readonly #states: readonly RoomState[];
	readonly #holdMs: number;
	readonly types: readonly LiveEventType[];

	constructor(states: readonly RoomState[], holdMs: number) {
		this.#states = states;
		this.#holdMs = holdMs;
		this.types = stateTypes(this.#states);
	}

	/** @param ahead called only if the decision depends on later events; returns those from the event on */
	async decide(event: Logged, lastNotified: LastNotified, now: number, ahead: Ahead): Promise<Decision> {
		const points: readonly string[] = this.#states;
		if (event.type === "gap" || event.type === "gifts_withheld") {
			return { is: points.includes(event.type) ? "sent" : "passed", lastNotified };
		}
		const fresh = this.#changed(event, lastNotified);
		if (fresh.length === 0) return { is: "passed", lastNotified };
		const left = this.#holdMs > 0 ? await this.#held(event, fresh, now, ahead) : fresh;
		if (typeof left === "number") return { is: "open", untilMs: left };
		if (left.length === 0) return { is: "passed", lastNotified };
		const sent = left.some(([topic, value]) => this.#states.some((state) => asks[state](topic, value)));
		return { is: sent ? "sent" : "passed", lastNotified: { ...lastNotified, ...Object.fromEntries(left) } };
	}

	#changed(event: WireEvent, lastNotified: LastNotified): [Topic, string][] {
		const before = { ...quiet, ...lastNotified };
		const values = Object.entries(changes[event.type]?.(event) ?? {}) as [Topic, string][];
		return values.filter(([topic, value]) => before[topic] !== value);
	}

	/** @returns the changes that lasted; if not known yet, when they will be */
	async #held(event: Logged, fresh: [Topic, string][], now: number, ahead: Ahead): Promise<[Topic, string][] | number> {
		const untilMs = event.received_at + this.#holdMs;
		const undone = new Set<Topic>();
		for (const next of await ahead(event.seq)) {
			if (next.received_at >= untilMs) return fresh.filter(([topic]) => !undone.has(topic));
			const values = changes[next.type]?.(next) ?? {};
			for (const [topic, value] of fresh) if (values[topic] !== undefined && values[topic] !== value) undone.add(topic);
			if (undone.size === fresh.length) return [];
		}
		// If the clock has been set back since, it does not wait.
		const waits = now < untilMs && untilMs - now <= this.#holdMs;
		return waits ? untilMs : fresh.filter(([topic]) => !undone.has(topic));
	}
}
