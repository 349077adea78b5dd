import { performance } from "node:perf_hooks";
import { setTimeout as pause } from "node:timers/promises";
import type { ChatEvent } from "@livekeeper/douyin";
import type { EventLog } from "../packages/livekeeper/src/event-log/index.ts";

let nextId = 7_380_000_000_000_000_000n;

/** About 600 bytes as JSON, as a real chat is. */
export function benchChat(liveId: string, at: number): ChatEvent {
	nextId += BigInt(Math.floor(Math.random() * 100_000) + 1);
	const person = Math.floor(Math.random() * 1_000_000);
	return {
		type: "chat",
		id: nextId.toString(),
		liveId,
		roomId: "7380000000000000001",
		method: "WebcastChatMessage",
		at,
		receivedAt: at,
		user: {
			id: String(10_000_000_000 + person),
			secUid: `MS4wLjABAAAA-invented-${person}-${"x".repeat(40)}`,
			nickname: `看客${person}`,
			gender: "unknown",
			avatar: `https://127.0.0.1/aweme/100x100/${"a".repeat(100)}.jpeg`,
			level: 12,
			fansClub: { name: "粉丝团", level: 3 },
			masked: false,
		},
		content: "今天的直播真好看，主播加油",
	};
}

export interface Load {
	rooms: number;
	ratePerSecond: number;
	seconds: number;
}

/** Appends evenly, frame by frame, and measures each call and how long its events took to become durable. */
export async function load(log: EventLog, { rooms, ratePerSecond, seconds }: Load) {
	const appendMs: number[] = [];
	const durableMs: number[] = [];
	const appendedAt = new Map<string, number[]>();
	const off = log.onCommitted(({ liveId, events }) => {
		const now = performance.now();
		const queue = appendedAt.get(liveId) ?? [];
		for (const at of queue.splice(0, events.length)) durableMs.push(now - at);
	});
	const started = performance.now();
	const total = ratePerSecond * seconds;
	for (let sent = 0; sent < total; ) {
		const due = Math.min(total, Math.floor(((performance.now() - started) / 1_000) * ratePerSecond));
		for (; sent < due; sent++) {
			const liveId = `room-${Math.floor(Math.random() * rooms)}`;
			const event = benchChat(liveId, Date.now());
			const before = performance.now();
			const accepted = log.append({
				liveId,
				events: [event],
				cursor: { roomId: event.roomId, cursor: `t-${event.at}_r-${event.id}_d-1_u-1`, internalExt: "x".repeat(200) },
			});
			if (!accepted) throw new Error("The log can't keep up with this load.");
			appendMs.push(performance.now() - before);
			const queue = appendedAt.get(liveId) ?? [];
			appendedAt.set(liveId, queue);
			queue.push(before);
		}
		await pause(2);
	}
	await log.flush();
	off();
	return { appendMs, durableMs, events: total };
}

export function quantiles(values: number[]): { p50: number; p99: number; max: number } {
	const sorted = values.toSorted((a, b) => a - b);
	const at = (share: number) => Number((sorted[Math.floor((sorted.length - 1) * share)] ?? 0).toFixed(3));
	return { p50: at(0.5), p99: at(0.99), max: at(1) };
}
