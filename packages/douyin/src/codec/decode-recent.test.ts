import { expect, it } from "vitest";
import { GiftStreaks } from "../gifts/index.ts";
import { encodeChatMessage, encodeGiftMessage, encodeResponse } from "../wire/index.ts";
import { decodeRecent } from "./decode-recent.ts";

const chat = (id: number) => ({
	method: "WebcastChatMessage",
	msgId: String(id),
	payload: encodeChatMessage({ content: `text ${id}`, common: { createTime: 1_700_000_000 + id } }),
});
const gift = (id: number, repeatCount: number) => ({
	method: "WebcastGiftMessage",
	msgId: String(id),
	payload: encodeGiftMessage({ giftId: "463", groupId: "9", repeatCount, gift: { combo: true, diamondCount: 2 } }),
});
const broken = (id: number) => ({ method: "WebcastChatMessage", msgId: String(id), payload: Uint8Array.of(0xff) });

function decoded(messages: NonNullable<Parameters<typeof encodeResponse>[0]>["messages"]) {
	const gifts = new GiftStreaks();
	const body = encodeResponse({ messages, cursor: "c", pushServer: "push.example", now: 1_700_000_009_000 });
	return { gifts, ...decodeRecent(body, { liveId: "1001", roomId: "7", receivedAt: 5, gifts }) };
}

it("recent messages are told by id and time, beside what the answer says as a whole", () => {
	const { recent, cursor, pushServers } = decoded([chat(1), gift(2, 3)]);
	expect(recent.preview).toEqual([
		{ id: "1", at: 1_700_000_001_000 },
		{ id: "2", at: 1_700_000_009_000 },
	]);
	expect([cursor, pushServers]).toEqual(["c", ["push.example"]]);
});

it("gift steps are counted when they are taken, and only those", () => {
	const { recent, gifts } = decoded([gift(1, 3), chat(2), gift(3, 5)]);
	expect(gifts.size).toBe(0);
	expect(recent.take(1, 2).events).toMatchObject([{ type: "chat", content: "text 2" }]);
	expect(gifts.size).toBe(0);
	expect(recent.take(2).events).toMatchObject([{ id: "3", count: 5, delta: 5 }]);
	expect(recent.take().events).toMatchObject([{ id: "1", delta: 0 }, { id: "2" }, { id: "3", delta: 0 }]);
});

it("what will not decode is told with the message before it, once", () => {
	const { recent } = decoded([broken(1), chat(2), broken(3), broken(4), chat(5), broken(6)]);
	expect(recent.preview.map(({ id }) => id)).toEqual(["2", "5"]);
	expect(recent.take(0, 1).problems.map(({ id }) => id)).toEqual(["1", "3", "4"]);
	expect(recent.take(1).problems.map(({ id }) => id)).toEqual(["6"]);
	expect(recent.take(2)).toEqual({ events: [], problems: [] });
});

it("an answer without messages has none to take", () => {
	expect(decoded([]).recent.take()).toEqual({ events: [], problems: [] });
});
