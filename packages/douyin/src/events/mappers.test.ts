import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import * as wire from "../wire/index.ts";
import { kindCases as cases } from "./kind-cases.helpers.ts";
import { eventOf, typedMethods } from "./mappers.ts";
import { anna, envelopeOf, liveAnna, RECEIVED_AT, ROOM_ID, SENT_AT } from "./samples.helpers.ts";

const common = { msgId: "99", createTime: SENT_AT - 5 };

/** Kinds whose message names a user and is about that user. */
const withUser = new Set([
	"chat",
	"emoji_chat",
	"screen_chat",
	"gift",
	"light_gift",
	"like",
	"member",
	"follow",
	"share",
	"fansclub",
	"intro",
]);

const personal = new Set([
	"WebcastCommonTextMessage",
	"WebcastHighlightComment",
	"WebcastItemShareMessage",
	"WebcastLinkmicPlayModeUpdateScoreMessage",
	"WebcastLuckyBoxMessage",
]);

describe("eventOf", () => {
	it.each(cases)("maps a %s to its event", (method, payload, own) => {
		const hasUser = withUser.has(own.type ?? "") || personal.has(method);
		expect(eventOf(payload, envelopeOf(method))).toEqual({
			id: "99",
			envelopeId: "7590000000000000001",
			liveId: "261378947940",
			roomId: ROOM_ID,
			method,
			at: SENT_AT - 5,
			receivedAt: RECEIVED_AT,
			...(hasUser && { user: liveAnna }),
			...own,
		});
	});

	it("has a case here for each typed kind", () => {
		expect(new Set(cases.map(([method]) => method))).toEqual(new Set(typedMethods));
	});

	it.each(["WebcastHotRoomMessage", "WebcastNotifyEffectMessage", "WebcastExhibitionChatMessage"])(
		"passes a %s without texts or known fields as raw",
		(method) => {
			for (const payload of [wire.encodeSpokenMessage({ common }), Buffer.from("0a0212ff1a02ffff", "hex")]) {
				expect(eventOf(payload, envelopeOf(method))).toMatchObject({
					type: "raw",
					method,
					payload: new Uint8Array(payload),
				});
			}
		},
	);

	it.each(["WebcastRoomDataSyncMessage", "", "__proto__", "constructor"])("passes on the kind %j as raw", (method) => {
		const payload = wire.encodeChatMessage({ common, content: "x" });
		expect(eventOf(payload, envelopeOf(method))).toMatchObject({
			type: "raw",
			method,
			payload: new Uint8Array(payload),
			at: SENT_AT - 5,
		});
	});

	it("passes a kind as raw whose payload isn't protobuf", () => {
		const payload = Buffer.from("<html>");
		expect(eventOf(payload, envelopeOf("WebcastNewMessage"))).toMatchObject({
			type: "raw",
			payload: new Uint8Array(payload),
		});
	});

	it("keeps only a raw event's payload of a frame", () => {
		const frame = Buffer.alloc(100_000);
		const event = eventOf(frame.subarray(10, 20), envelopeOf("WebcastNewMessage"));
		expect(event.type === "raw" && event.payload.buffer.byteLength).toBe(10);
	});

	it("passes untyped social actions and empty texts as raw", () => {
		const social = wire.encodeSocialMessage({ common, action: 4 });
		expect(eventOf(social, envelopeOf("WebcastSocialMessage")).type).toBe("raw");
		const text = wire.encodeCommonTextMessage({ common, user: anna });
		expect(eventOf(text, envelopeOf("WebcastCommonTextMessage")).type).toBe("raw");
	});

	it.each<[string, Uint8Array]>([
		["WebcastLinkMicMethod", wire.encodeLinkMicMethod({ common, messageType: 100 })],
		["WebcastLinkMicBattleMethod", wire.encodeLinkMicBattle({ common, battleSettings: { battleStatus: 3 } })],
		["WebcastLinkMicArmiesMethod", wire.encodeLinkMicArmies({ common })],
		["WebcastBattleStatusMessage", wire.encodeBattleStatusMessage({ common, battleId: "1", status: 9 })],
		["WebcastMatchAgainstScoreMessage", wire.encodeMatchAgainstScoreMessage({ common })],
		["WebcastRoomDataSyncMessage", wire.encodeRoomDataSyncMessage({ common, syncKey: "DoubleLikeSyncData" })],
		["WebcastRoomDataSyncMessage", wire.encodeRoomDataSyncMessage({ common, syncKey: "InteractEffectSyncData" })],
		["WebcastRoomMessage", wire.encodeRoomMessage({ common, content: " \u3000" })],
		["WebcastToastMessage", wire.encodeRoomMessage({ common, content: " " })],
		["WebcastHighlightComment", wire.encodeHighlightComment({ common, content: " " })],
		[
			"WebcastHotRoomMessage",
			wire.encodeSpokenMessage({ common: { ...common, displayText: { defaultPattern: " " } } }),
		],
		["WebcastLinkMessage", wire.encodeLinkMessage({ common, messageType: 33 })],
		["WebcastAnchorLinkmicSilenceMessage", wire.encodeAnchorLinkmicSilenceMessage({ common, silenceAction: 9 })],
		["WebcastBindingGiftMessage", wire.encodeBindingGiftMessage({ common })],
		["WebcastLinkMicMethod", Buffer.from("12ff", "hex")],
		["WebcastImDeleteMessage", Buffer.from("1202ffff", "hex")],
		["WebcastChatLikeMessage", wire.encodeChatLikeMessage({ common })],
		["WebcastLinkerContributeMessage", wire.encodeLinkerContributeMessage({ common, totalScore: 7 })],
	])("passes a %s as raw if untyped or unreadable", (method, payload) => {
		expect(eventOf(payload, envelopeOf(method))).toMatchObject({ type: "raw", payload: new Uint8Array(payload) });
	});

	it("passes a broken or oversized gzipped battle as raw", () => {
		// A battle, but for an unknown field of 2 MiB.
		const padding = Buffer.concat([Buffer.from([0xfa, 0x01, 0x80, 0x80, 0x80, 0x01]), Buffer.alloc(2 * 1024 * 1024)]);
		const bomb = gzipSync(Buffer.concat([wire.encodeLinkMicBattle({ common }), padding]));
		for (const payload of [bomb, bomb.subarray(0, 40)]) {
			const event = eventOf(payload, envelopeOf("LinkMicBattle"));
			expect(event.type === "raw" && Buffer.from(event.payload).equals(payload)).toBe(true);
		}
	});

	it("limits unpacking to the budget of one frame", () => {
		const { budget } = envelopeOf("");
		const large = gzipSync(
			Buffer.concat([
				wire.encodeLinkMicBattle({ common }),
				Buffer.from([0xfa, 0x01, 0x80, 0x80, 0x20]),
				Buffer.alloc(524_288),
			]),
		);
		const types = Array.from({ length: 50 }, () => eventOf(large, envelopeOf("LinkMicBattle", { budget })).type);
		expect(types.filter((type) => type === "pk_started").length).toBeGreaterThan(20);
		expect(types.at(-1)).toBe("raw");
	});

	it("rejects an unreadable typed kind", () => {
		expect(() => eventOf(Buffer.from("12ff", "hex"), envelopeOf("WebcastChatMessage"))).toThrow(wire.WireError);
	});

	it("detects a streak by its group without a gift description", () => {
		const payload = wire.encodeGiftMessage({ common, giftId: "9", groupId: "7", repeatCount: 2 });
		expect(eventOf(payload, envelopeOf("WebcastGiftMessage"))).toMatchObject({
			giftName: "",
			count: 2,
			final: false,
			diamonds: 0,
		});
	});
});

describe("an event's id", () => {
	const chat = (more: object) => wire.encodeChatMessage({ content: "x", common: more });

	it("is the common part's, otherwise the envelope's, keeping both", () => {
		const idsOf = (common: string, id: string) => {
			const event = eventOf(chat({ msgId: common }), envelopeOf("WebcastChatMessage", { id }));
			return [event.id, event.envelopeId];
		};
		expect(idsOf("5", "6")).toEqual(["5", "6"]);
		expect(idsOf("5", "5")).toEqual(["5", undefined]);
		expect(idsOf("5", "0")).toEqual(["5", undefined]);
		expect(idsOf("0", "6")).toEqual(["6", undefined]);
	});

	it("is the envelope's if the common part can't be read", () => {
		const event = eventOf(Buffer.from("0affff", "hex"), envelopeOf("WebcastNewMessage"));
		expect([event.id, event.envelopeId]).toEqual(["7590000000000000001", undefined]);
	});

	it("is made from kind and content without either", () => {
		const idOf = (method: string, payload: Uint8Array) => eventOf(payload, envelopeOf(method, { id: "0" })).id;
		const id = idOf("WebcastChatMessage", chat({ createTime: 1 }));
		expect(id).toMatch(/^\d{10,20}$/);
		expect(idOf("WebcastChatMessage", chat({ createTime: 1 }))).toBe(id);
		expect(idOf("WebcastChatMessage", chat({ createTime: 2 }))).not.toBe(id);
		expect(idOf("WebcastNewMessage", chat({ createTime: 1 }))).not.toBe(id);
	});
});

describe("an event's time", () => {
	const atOf = (createTime: number, upstreamNow: number, eventTime = 0) => {
		const payload = wire.encodeChatMessage({ common: { createTime }, eventTime });
		return eventOf(payload, envelopeOf("WebcastChatMessage", { upstreamNow })).at;
	};

	it("is the message's, the common part's, the Response's, or ours", () => {
		expect(atOf(SENT_AT + 1, SENT_AT + 2, SENT_AT)).toBe(SENT_AT);
		expect(atOf(SENT_AT + 1, SENT_AT + 2)).toBe(SENT_AT + 1);
		expect(atOf(0, SENT_AT + 2)).toBe(SENT_AT + 2);
		expect(atOf(0, 0)).toBe(RECEIVED_AT);
	});

	it("is in ms, whatever unit the upstream used", () => {
		expect(atOf(SENT_AT / 1000, 0)).toBe(SENT_AT);
		expect(atOf(SENT_AT * 1000 + 999, 0)).toBe(SENT_AT);
	});

	it("is never one that makes no sense", () => {
		for (const nonsense of [1, 42_000, Number.MAX_SAFE_INTEGER]) expect(atOf(nonsense, 0)).toBe(RECEIVED_AT);
	});
});
