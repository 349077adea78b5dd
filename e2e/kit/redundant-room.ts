import type { Rig } from "./rig.ts";
import { until } from "./until.ts";

/** One of a room's connections in the status. */
export interface WireConnection {
	kind: string;
	state: string;
	synced: boolean;
	failures: number;
	missed: number;
}

interface StoredEvent {
	seq: number;
	id: string;
	type: string;
	method: string;
	received_at: number;
	count?: number;
	delta?: number;
	streak_id?: string;
}

/** Observes a room with several connections from outside. */
export class RoomReader {
	readonly #rig: Rig;
	readonly #liveId: string;
	readonly #events: StoredEvent[] = [];

	constructor(rig: Rig, liveId: string) {
		this.#rig = rig;
		this.#liveId = liveId;
	}

	async put(options: Record<string, unknown>): Promise<void> {
		const { status, body } = await this.#rig.request("PUT", `/api/v1/rooms/${this.#liveId}`, options);
		if (status >= 300) throw new Error(`${status} ${JSON.stringify(body)}`);
	}

	connections(connections: unknown): WireConnection[] {
		return (connections as WireConnection[] | null) ?? [];
	}

	missed(connections: unknown): number[] {
		return this.connections(connections).map(({ missed }) => missed);
	}

	/** Waits until both sessions are connected and either could continue alone. */
	async untilBothStand(): Promise<void> {
		await this.#rig.untilStatus(this.#liveId, "on two sessions", ({ connections }) => {
			const all = this.connections(connections);
			return all.length === 2 && all.every(({ state, synced }) => state === "connected" && synced);
		});
	}

	/** Cuts the older of the two sockets, so they are cut in turn, and waits until there are two again. */
	async cutAndReturn(): Promise<void> {
		const before = this.#failures((await this.#rig.status(this.#liveId))["connections"]);
		this.#rig.simulator.setFault({ fault: "cut", count: 1 }, this.#liveId);
		await this.#rig.untilStatus(
			this.#liveId,
			"one session short",
			({ connections }) => this.#failures(connections) > before,
		);
		await this.untilBothStand();
	}

	/** Waits until the log holds the last message sent. */
	async untilAllStored(): Promise<void> {
		const marker = this.#rig.simulator.room(this.#liveId)?.sentIds().at(-1) ?? "";
		await until("the log has caught up", async () => (await this.ids()).includes(marker));
	}

	/** Returns the stored ids, and the part of the sent ids that they equal if complete, unique and in order. */
	async storedAndSent(): Promise<{ stored: string[]; sent: string[] }> {
		await this.untilAllStored();
		const stored = await this.ids();
		const all = this.#rig.simulator.room(this.#liveId)?.sentIds() ?? [];
		const from = all.indexOf(stored[0] ?? "");
		return { stored, sent: all.slice(from, from + stored.length) };
	}

	/** Returns the ids of the upstream's messages in the log. */
	async ids(): Promise<string[]> {
		return (await this.events()).filter(({ method }) => method !== "livekeeper").map(({ id }) => id);
	}

	async gaps(): Promise<StoredEvent[]> {
		return (await this.events()).filter(({ type }) => type === "gap");
	}

	/** Whether each streak's steps add up to its count. */
	async giftsAddUp(): Promise<boolean> {
		const streaks = new Map<string, { count: number; sum: number }>();
		for (const { type, streak_id: id = "", count = 0, delta = 0 } of await this.events()) {
			if (type !== "gift") continue;
			const streak = streaks.get(id) ?? { count: 0, sum: 0 };
			streaks.set(id, { count: Math.max(streak.count, count), sum: streak.sum + delta });
		}
		return streaks.size > 0 && [...streaks.values()].every(({ count, sum }) => count === sum);
	}

	/** Returns everything in the log. */
	async events(): Promise<readonly StoredEvent[]> {
		for (;;) {
			const after = this.#events.at(-1)?.seq ?? 0;
			const { body } = await this.#rig.request("GET", `/api/v1/rooms/${this.#liveId}/events?after=${after}&limit=5000`);
			this.#events.push(...((body["events"] ?? []) as StoredEvent[]));
			if (body["caught_up"] !== false) return this.#events;
		}
	}

	#failures(connections: unknown): number {
		return this.connections(connections).reduce((sum, { failures }) => sum + failures, 0);
	}
}
