import { type LiveEvent, toWire } from "@livekeeper/douyin";
import type { StoredEvent } from "@livekeeper/log";
import fc from "fast-check";
import { expect, test } from "vitest";
import { eventSamples } from "../../cli/format/event-samples.helpers.ts";
import { barrageGrabMessages } from "./barrage-grab.ts";
import { douyinLiveMessages } from "./douyin-live/messages.ts";
import { encodingsOf, type MessageTable } from "./message-table.ts";

const anchor = { id: "42", nickname: "主播", avatar: "https://p0.example.com/a" };
const live = { getRoom: () => ({ roomId: "r", title: "标题", anchor }) as never };

/** Returns the messages a listener gets for one event. */
function said(table: MessageTable, event: object): string[] {
	const { type } = event as StoredEvent;
	const stored: StoredEvent = { seq: 1, type, at: 0, json: JSON.stringify({ seq: 1, ...event }) };
	return textsOf(encodingsOf(table, live).plain.encode([stored]).frames);
}

/** Parses text frames. */
function textsOf(frames: Buffer): string[] {
	const texts: string[] = [];
	for (let at = 0; at < frames.length; ) {
		expect(frames[at]).toBe(0x81);
		const short = frames[at + 1] ?? 0;
		const head = short < 126 ? 2 : short === 126 ? 4 : 10;
		const length =
			short < 126 ? short : short === 126 ? frames.readUInt16BE(at + 2) : Number(frames.readBigUInt64BE(at + 2));
		texts.push(frames.toString("utf8", at + head, at + head + length));
		at += head + length;
	}
	return texts;
}

const chat = toWire({ ...eventSamples.chat[0], method: "WebcastChatMessage" }) as unknown as Record<string, unknown>;
const gift = { ...toWire(eventSamples.gift[0]), method: "WebcastGiftMessage" };
const { user } = eventSamples.chat[0];
/** One event of each type, and variants with optional fields. */
const wireEvents = [
	...Object.values(eventSamples).map(([event]) => toWire(event as LiveEvent)),
	{ ...gift, to_user: toWire(eventSamples.chat[0]).user },
	toWire({
		...eventSamples.viewers[0],
		top: [
			{ rank: 1, score: "9", ...(user && { user }) },
			{ rank: 2, score: "" },
		],
	}),
].map((event) => ({ ...event, method: event.method === "livekeeper" ? event.method : "WebcastOtherMessage" }));

/** Replaces each leaf by an arbitrary value of its type. */
function shaken(value: unknown, text: fc.Stream<string>, number: fc.Stream<number>): unknown {
	if (typeof value === "string") return text.next().value;
	if (typeof value === "number") return number.next().value;
	if (Array.isArray(value)) return value.map((one) => shaken(one, text, number));
	if (typeof value !== "object" || value === null) return value;
	return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, shaken(one, text, number)]));
}

const anyEvent = fc
	.tuple(
		fc.constantFrom<object>(...wireEvents),
		fc.infiniteStream(fc.oneof(fc.string({ unit: "binary" }), fc.bigInt({ min: 0n, max: 1n << 64n }).map(String))),
		fc.infiniteStream(fc.oneof(fc.nat(), fc.maxSafeInteger())),
	)
	.map(([event, texts, numbers]) => {
		const { type, method } = event as { type: string; method: string };
		return { ...(shaken(event, texts, numbers) as object), type, method };
	});

test.each([
	["douyinLive", douyinLiveMessages],
	["DouyinBarrageGrab", barrageGrabMessages],
] as [string, MessageTable][])("%s sends valid JSON or nothing for any kind", (_name, table) => {
	fc.assert(
		fc.property(anyEvent, (event) => {
			const texts = said(table, event);
			expect(texts.length).toBeLessThanOrEqual(1);
			for (const text of texts) {
				const message = JSON.parse(text);
				if ("Data" in message) expect(JSON.parse(message.Data)).toMatchObject({ Onwer: { Nickname: "主播" } });
				else expect(message).toMatchObject({ method: expect.stringMatching(/^Webcast/), livename: "主播" });
			}
		}),
		{ numRuns: 500 },
	);
});

test("keeps ids past 2^53 exact in both formats", () => {
	const id = fc.bigInt({ min: 1n, max: (1n << 64n) - 1n }).map(String);
	fc.assert(
		fc.property(id, id, (messageId, userId) => {
			const event = { ...chat, id: messageId, user: { ...(chat["user"] as object), id: userId } };
			const [theirs] = said(douyinLiveMessages, event);
			expect(JSON.parse(theirs ?? "")).toMatchObject({ common: { msgId: messageId }, user: { id: userId } });
			const { Data } = JSON.parse(said(barrageGrabMessages, event)[0] ?? "");
			expect(Data).toContain(`"MsgId":${messageId},`);
			expect(Data).toContain(`"User":{"Id":${userId},`);
		}),
	);
});

test("maps the open platform's non-numeric ids to stable numbers", () => {
	const event = { ...chat, id: "official:1:abc", user: { ...(chat["user"] as object), id: "openid-xyz" } };
	const data = () => JSON.parse(JSON.parse(said(barrageGrabMessages, event)[0] ?? "").Data);
	expect(data()).toMatchObject({ MsgId: expect.any(Number), User: { Id: expect.any(Number) } });
	expect(data()).toEqual(data());
	expect(data().MsgId).not.toBe(data().User.Id);
});

test.each([
	["share", { share_target: "112" }, { ShareType: 112 }],
	["share", { share_target: "5" }, { ShareType: 5 }],
	["share", { share_target: "77" }, { ShareType: 0 }],
	["share", { share_target: "" }, { ShareType: 0 }],
	["member", { member_count: 3, enter_tip_type: 6 }, { CurrentCount: 3, EnterTipType: 6 }],
	["member", { member_count: 3 }, { CurrentCount: 3, EnterTipType: 0 }],
])("DouyinBarrageGrab: %s with %o", (type, fields, expected) => {
	const event = { ...chat, type, ...fields };
	expect(JSON.parse(JSON.parse(said(barrageGrabMessages, event)[0] ?? "").Data)).toMatchObject(expected);
});

test("sends an empty streak step only at the streak's end", () => {
	const late = { ...gift, delta: 0, diamonds: 0, final: false };
	expect([said(douyinLiveMessages, late), said(barrageGrabMessages, late)]).toEqual([[], []]);
	const end = { ...late, count: 3, group_count: 1, final: true };
	expect(JSON.parse(said(douyinLiveMessages, end)[0] ?? "")).toMatchObject({ repeatEnd: 1, repeatCount: "3" });
	expect(said(barrageGrabMessages, end)).toEqual([]);
});

test("does not repeat a gift that the open platform reports", () => {
	const evidence = { ...gift, delta: 0, diamonds: 0, final: true, evidence: { delta: 3, diamonds: 6 } };
	expect([said(douyinLiveMessages, evidence), said(barrageGrabMessages, evidence)]).toEqual([[], []]);
});

test("sends douyinLive packed gifts and spoken lines by their kinds", () => {
	const packed = { ...gift, method: "WebcastBindingGiftMessage", combo: false, final: true, count: 1 };
	const [first] = said(douyinLiveMessages, { ...packed, delta: 1 }).map((text) => JSON.parse(text));
	expect(first).toMatchObject({ method: "WebcastGiftMessage", common: { method: "WebcastGiftMessage" }, repeatEnd: 1 });
	// The same gift also arrived by itself; a client that adds up messages must not see it twice.
	expect(said(douyinLiveMessages, { ...packed, delta: 0 })).toEqual([]);
	const spoken = { ...chat, method: "WebcastAudioChatMessage", content: "你好" };
	const [line] = said(douyinLiveMessages, spoken).map((text) => JSON.parse(text));
	expect(line).toMatchObject({ method: "WebcastChatMessage", content: "你好" });
});

test("includes the 抖音号 of a person", () => {
	const event = {
		...chat,
		user: { ...(chat["user"] as object), id: "7", display_id: "anna.77", webcast_uid: "MS4w_w" },
	};
	const { user } = JSON.parse(said(douyinLiveMessages, event)[0] ?? "");
	expect(user).toMatchObject({ displayId: "anna.77", webcastUid: "MS4w_w", idStr: "7" });
	const { User } = JSON.parse(JSON.parse(said(barrageGrabMessages, event)[0] ?? "").Data);
	expect(User.DisplayId).toBe("anna.77");
});
