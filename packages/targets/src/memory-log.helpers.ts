import type { LiveEventType } from "@livekeeper/douyin";
import type { LogPage, TargetLog } from "./target-log.ts";

interface Stored {
	seq: number;
	type: LiveEventType;
	json: string;
}

interface Room {
	events: Stored[];
	lastSeq: number;
	/** Range of numbers skipped since the end was lost. */
	jump?: { after: number; to: number };
}

type Listener = Parameters<TargetLog["onCommitted"]>[0];

/** An event log in memory, with retention on demand and faults. */
export class MemoryLog implements TargetLog {
	/** Thrown by `read` while set. */
	fault: Error | undefined;
	readonly #rooms = new Map<string, Room>();
	readonly #listeners = new Set<Listener>();
	#ids = 0;

	get listeners(): number {
		return this.#listeners.size;
	}

	/** Adds events of the given kinds, or `count` chats, and notifies the listeners. */
	append(liveId: string, what: number | readonly LiveEventType[]): void {
		const room = this.#rooms.get(liveId) ?? { events: [], lastSeq: 0 };
		this.#rooms.set(liveId, room);
		const types = typeof what === "number" ? new Array<LiveEventType>(what).fill("chat") : what;
		const added = types.map((type) => {
			const seq = ++room.lastSeq;
			return {
				seq,
				type,
				json: JSON.stringify({ seq, type, id: this.#nextId(), method: "m", live_id: liveId, content: `说 ${seq}` }),
			};
		});
		room.events.push(...added);
		for (const listener of this.#listeners) listener({ liveId, events: added });
	}

	/** Adds one event with its content. */
	record(
		liveId: string,
		event: { type: LiveEventType; received_at: number } & Readonly<Record<string, unknown>>,
	): void {
		const room = this.#rooms.get(liveId) ?? { events: [], lastSeq: 0 };
		this.#rooms.set(liveId, room);
		const seq = ++room.lastSeq;
		const added = {
			seq,
			type: event.type,
			json: JSON.stringify({ seq, id: this.#nextId(), method: "m", live_id: liveId, at: event.received_at, ...event }),
		};
		room.events.push(added);
		for (const listener of this.#listeners) listener({ liveId, events: [added] });
	}

	/** Removes events up to `seq`, as retention does. */
	forget(liveId: string, seq: number): void {
		const room = this.#rooms.get(liveId);
		if (room) room.events = room.events.filter((event) => event.seq > seq);
	}

	/** Resets a room, as if its log was lost and started again. */
	reset(liveId: string): void {
		this.#rooms.delete(liveId);
	}

	/** Loses a room's newest events, as by a power cut; the log continues far above. @param kept its last `seq` */
	cut(liveId: string, kept: number): void {
		const room = this.#rooms.get(liveId);
		if (!room) return;
		const to = room.lastSeq + 1_000_000;
		const events = room.events.filter(({ seq }) => seq <= kept);
		this.#rooms.set(liveId, { events, lastSeq: to, jump: { after: kept, to } });
	}

	async read(
		liveId: string,
		{ after, limit, types, from: since = 0 }: Parameters<TargetLog["read"]>[1],
	): Promise<LogPage> {
		if (this.fault) throw this.fault;
		const room: Room = this.#rooms.get(liveId) ?? { events: [], lastSeq: 0 };
		const { lastSeq, jump } = room;
		if (jump && after >= jump.after && after < jump.to) {
			const page = await this.read(liveId, { after: jump.to, limit, types, from: since });
			return { ...page, truncated: { from: after + 1, to: jump.to, reason: "reset" } };
		}
		const oldestSeq = room.events[0]?.seq ?? lastSeq + 1;
		const reset = after > lastSeq;
		const from = reset ? 0 : after;
		const page: Stored[] = [];
		let nextAfter = lastSeq;
		for (const event of room.events) {
			if (jump && after < jump.after && event.seq > jump.to) {
				nextAfter = jump.after;
				break;
			}
			if (event.seq <= from || (types && !types.includes(event.type))) continue;
			if (since > 0 && ((JSON.parse(event.json) as { at?: number }).at ?? 0) < since) continue;
			page.push(event);
			if (page.length === limit) {
				nextAfter = event.seq;
				break;
			}
		}
		const truncated = reset || from < oldestSeq - 1;
		return {
			events: page,
			nextAfter,
			caughtUp: nextAfter >= lastSeq,
			...(truncated && {
				truncated: { from: from + 1, to: oldestSeq - 1, reason: reset ? ("reset" as const) : ("retention" as const) },
			}),
			oldestSeq,
			lastSeq,
		};
	}

	/** Returns an id that no other event has, unless a test sets one. */
	#nextId(): string {
		return String(++this.#ids);
	}

	async lastSeq(liveId: string): Promise<number> {
		return this.#rooms.get(liveId)?.lastSeq ?? 0;
	}

	async liveIds(): Promise<string[]> {
		return [...this.#rooms.keys()];
	}

	onCommitted(listener: Listener): () => void {
		this.#listeners.add(listener);
		return () => this.#listeners.delete(listener);
	}
}
