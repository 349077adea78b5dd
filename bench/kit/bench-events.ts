import { type ChatEvent, toWire } from "@livekeeper/douyin";
import { seeded } from "@livekeeper/douyin/testing";
import type { EncodedEvent } from "../../packages/log/src/event-log/encoded-event.ts";

const random = seeded(1);
let nextId = 7_380_000_000_000_000_000n;

/** Returns a chat of about 600 bytes as JSON, like a real one: all have the same number of characters. */
export function benchChat(liveId: string, at: number): ChatEvent {
	nextId += BigInt(Math.floor(random() * 100_000) + 1);
	const person = 100_000 + Math.floor(random() * 900_000);
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
		content: `今天的直播真好看，主播加油 ${100 + (person % 900)}`,
	};
}

export function jsonOf(event: ChatEvent): string {
	return JSON.stringify(toWire(event));
}

export function encodedChat(liveId: string, at: number): EncodedEvent {
	const event = benchChat(liveId, at);
	return { id: event.id, method: event.method, type: event.type, at, json: jsonOf(event) };
}

export const quietLogger = { info: () => undefined, warn: console.warn, error: console.error };
