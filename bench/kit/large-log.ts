import { toWire } from "@livekeeper/douyin";
import { Block, encodeBlock, joinBlocks } from "../../packages/log/src/event-log/block.ts";
import { personOf } from "../../packages/log/src/event-log/columns.ts";
import type { StoredEvent } from "../../packages/log/src/event-log/event-log.ts";
import { Projection } from "../../packages/log/src/event-log/projection.ts";
import { SqliteWriter } from "../../packages/log/src/event-log/sqlite/writer.ts";
import { benchChat } from "./bench-events.ts";

export interface LargeLog {
	rooms: number;
	/** Events of each room, and people who say them. */
	perRoom: number;
	people: number;
	/** Time over which they are spread, until now, ms; default: a day. */
	spanMs?: number;
}

const perBlock = 250;
const firstPerson = 100_000;

export function liveIdOf(room: number): string {
	return `room-${String(room).padStart(3, "0")}`;
}

/** Returns the `sec_uid` of one of a room's people, numbered from 0. */
export function secUidOf(person: number): string {
	return `MS4wLjABAAAA-invented-${firstPerson + person}-${"x".repeat(40)}`;
}

/**
 * Fills a SQLite log with compressed blocks and aggregates, as months of a running service leave them. A log that has
 * some is filled further.
 */
export function fillLarge(dataDir: string, { rooms, perRoom, people, spanMs = 86_400_000 }: LargeLog): void {
	const end = Date.now();
	const writer = new SqliteWriter({ dataDir, fsync: false, suspect: false, now: end });
	const liveIds = Array.from({ length: rooms }, (_, room) => liveIdOf(room));
	const all = liveIds.map((liveId) => ({ liveId, oldestSeq: 1, lastSeq: perRoom, events: perRoom, cursor: undefined }));
	writer.beginCopy(all, false, end);
	const aggregates = new Map(liveIds.map((liveId) => [liveId, writer.projection(liveId) ?? new Projection(0)]));
	const filled = Math.max(...liveIds.map((liveId) => writer.lastSeq(liveId)));
	const known = JSON.stringify(toWire({ ...benchChat("room-xxx", end), id: "7500000000000000000" }));
	const person = /invented-(\d{6})/.exec(known)?.[1] ?? "";
	const template = known.slice(1).replaceAll(person, "PERSON");
	let nextId = 7_500_000_000_000_000_000n + BigInt(rooms) * BigInt(filled);
	for (let seq = filled + 1; seq <= perRoom; seq += perBlock) {
		const storedAt = Math.round(end - spanMs * (1 - seq / perRoom));
		for (const [room, liveId] of liveIds.entries()) {
			const events: StoredEvent[] = [];
			const columns = [];
			for (let n = seq; n < Math.min(seq + perBlock, perRoom + 1); n++) {
				const speaker = (n * 7_919 + room * 104_729) % people;
				const json = template
					.replaceAll("PERSON", String(firstPerson + speaker))
					.replace("7500000000000000000", String(nextId++))
					.replace("room-xxx", liveId);
				events.push({ seq: n, type: "chat", at: storedAt, json: `{"seq":${n},${json}` });
				columns.push({
					...{ person: personOf(secUidOf(speaker)), amount: 0, total: 0, isOfService: false },
					roomId: "7380000000000000001",
				});
			}
			const place = { firstSeq: seq, lastSeq: seq + events.length - 1 };
			const written = new Block(place, encodeBlock({ events, columns, storedAt }));
			const block = new Block(place, joinBlocks([written]));
			aggregates.get(liveId)?.add(block);
			writer.copy(liveId, [block], end);
		}
	}
	for (const [liveId, projection] of aggregates) writer.endCopy(liveId, undefined, projection);
	writer.close();
}
