import type { SimulatedRoom } from "@livekeeper/simulator";
import type { ServiceProcess } from "./service-process.ts";

/** The part of an event that these checks use. */
export interface LoggedEvent {
	seq: number;
	id: string;
	type: string;
	method: string;
	received_at: number;
	/** Reason, for the service's own events. */
	reason?: string;
}

interface Page {
	success: boolean;
	events: LoggedEvent[];
	next_after: number;
	caught_up: boolean;
	truncated?: unknown;
	last_seq: number;
}

/** A room's log as read from the service's pages; each read continues from the last. */
export class RoomLog {
	readonly liveId: string;
	readonly events: LoggedEvent[] = [];
	readonly truncated: unknown[] = [];
	/** Positions in `events` before which a page was `truncated`. */
	readonly cuts: number[] = [];
	readonly #service: Pick<ServiceProcess, "request">;
	#after = 0;

	constructor(service: Pick<ServiceProcess, "request">, liveId: string) {
		this.#service = service;
		this.liveId = liveId;
	}

	/** Reads everything that is there by now. */
	async readOn(): Promise<void> {
		for (;;) {
			const path = `/api/v1/rooms/${this.liveId}/events?after=${this.#after}&limit=5000`;
			const { status, body } = await this.#service.request("GET", path);
			const page = body as Page;
			if (status !== 200 || !page.success) throw new Error(`${path}: ${status} ${JSON.stringify(body)}`);
			if (page.truncated) {
				this.truncated.push(page.truncated);
				this.cuts.push(this.events.length);
			}
			this.events.push(...page.events.map(asLogged));
			this.#after = page.next_after;
			if (page.caught_up) return;
		}
	}

	/** Ids of the upstream's messages in the log's order, without the service's own events. */
	get ids(): string[] {
		return this.events.filter(({ method }) => method !== "livekeeper").map(({ id }) => id);
	}

	ofType(type: string): LoggedEvent[] {
		return this.events.filter((event) => event.type === type);
	}
}

/** Drops unused fields, because logs are long. */
function asLogged({ seq, id, type, method, received_at, reason }: LoggedEvent): LoggedEvent {
	return { seq, id, type, method, received_at, ...(reason !== undefined && { reason }) };
}

/** Differences between a room's log and what the simulator has sent. */
export interface Difference {
	/** Number of sent ids that are not in the log. */
	lost: number;
	/** Number of places in the log that repeat an earlier id. */
	doubled: number;
	/** Number of ids in the log that were never sent. */
	foreign: number;
	/** Number of places where `seq` does not increase by one, starting at 1. */
	holes: number;
	/** First difference of the two lists and the entries that follow it; absent if they are equal. */
	parts?: { at: number; sent: string[]; stored: string[] };
}

export const noDifference: Difference = { lost: 0, doubled: 0, foreign: 0, holes: 0 };

export function compare(log: Pick<RoomLog, "events" | "ids">, room: SimulatedRoom): Difference {
	const sent = room.sentIds();
	const { ids } = log;
	const known = new Set(sent);
	const stored = new Set(ids);
	const length = Math.max(sent.length, ids.length);
	let at = 0;
	while (at < length && sent[at] === ids[at]) at++;
	return {
		lost: sent.filter((id) => !stored.has(id)).length,
		doubled: ids.length - stored.size,
		foreign: ids.filter((id) => !known.has(id)).length,
		holes: log.events.filter(({ seq }, place) => seq !== place + 1).length,
		...(at < length && { parts: { at, sent: sent.slice(at, at + 3), stored: ids.slice(at, at + 3) } }),
	};
}
