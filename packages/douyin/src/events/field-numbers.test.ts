import { describe, expect, it } from "vitest";
import { eventOf } from "./mappers.ts";
import { envelopeOf } from "./samples.helpers.ts";

/** A message by its field numbers, as in the site's schema of April 2026: written without our own encoder. */
interface Fields {
	readonly [number: number]: Value;
}
type Value = number | string | Fields | readonly (string | Fields)[];

function varint(value: bigint): number[] {
	return value < 0x80n ? [Number(value)] : [Number(value & 0x7fn) | 0x80, ...varint(value >> 7n)];
}

function encode(fields: Fields): Buffer {
	const parts = Object.entries(fields).flatMap(([number, value]) =>
		(Array.isArray(value) ? value : [value]).map((one: string | number | Fields) => {
			const tag = (type: number) => Buffer.from(varint(BigInt(Number(number) * 8 + type)));
			if (typeof one === "number") return Buffer.concat([tag(0), Buffer.from(varint(BigInt(one)))]);
			const bytes = typeof one === "string" ? Buffer.from(one) : encode(one);
			return Buffer.concat([tag(2), Buffer.from(varint(BigInt(bytes.length))), bytes]);
		}),
	);
	return Buffer.concat(parts);
}

/** Yields the message once for each field, with that field under an unused number; with that field's place. */
function* renumbered(fields: Fields): Generator<[place: string, changed: Fields]> {
	for (const [number, value] of Object.entries(fields)) {
		const { [Number(number)]: _moved, ...others } = fields;
		yield [number, { ...others, 7001: value }];
		const [inner] = Array.isArray(value) ? value : [value];
		if (typeof inner !== "object") continue;
		for (const [place, changed] of renumbered(inner)) {
			yield [`${number}.${place}`, { ...fields, [number]: Array.isArray(value) ? [changed] : changed }];
		}
	}
}

const common = { 4: 1_767_000_000_000 };
const anna = { 1: 7, 3: "虚构安娜" };
const seat = { 1: anna, 5: 2, 6: 3, 7: 1, 11: { 2: { 9: "主持" } } };
const link = { 1: common, 2: 6, 3: 44 };

const cases: [method: string, type: string, fields: Fields][] = [
	["WebcastAudioChatMessage", "chat", { 1: common, 2: anna, 3: "你好", 4: "https://a", 5: 3963 }],
	["WebcastHotChatMessage", "topic", { 1: common, 2: "大家说", 3: "好听", 4: 12, 8: ["再来"] }],
	["WebcastRoomCommentTopicMessage", "topic", { 1: common, 4: [{ 2: 55, 3: "好听", 5: "聊聊" }] }],
	["WebcastCommonToastMessage", "notice", { 1: { ...common, 8: { 2: "提示" } } }],
	["WebcastBindingGiftMessage", "gift", { 1: { 2: 463, 5: 3, 7: anna, 15: { 12: 2, 16: "小心心" } }, 2: common }],
	["WebcastPreviewCjRpMessage", "lucky_box", { 1: { 1: "box", 2: 1_766_000_000, 8: "福袋", 9: 90, 10: 40 } }],
	["WebcastPreviewCjRpMessage", "lucky_box", { 1: { 6: "Coupon", 9: 90 } }],
	["WebcastPreviewCjRpMessage", "lucky_box", { 1: { 9: 90, 11: 9, 12: 4 }, 2: common }],
	["WebcastGiftSortMessage", "page_update", { 1: common, 4: { 1: "exhibition", 2: 463, 6: "{}" } }],
	["WebcastRoomIntroMessage", "intro", { 1: common, 2: anna, 4: "简介", 5: ["手艺"], 7: "木船", 8: [{ 3: "慢活" }] }],
	["WebcastRoomIntroMessage", "intro", { 8: [{ 6: "木匠" }] }],
	["WebcastLinkMessage", "seats", { ...link, 9: { 1: [seat], 2: 8 } }],
	["WebcastLinkMessage", "seats", { ...link, 10: { 1: 8, 2: [seat] } }],
	["WebcastLinkMessage", "seats", { ...link, 12: { 1: 8 } }],
	["WebcastLinkMessage", "seats", { ...link, 13: { 1: [seat] } }],
	["WebcastLinkMessage", "seats", { ...link, 14: { 1: 8, 2: 9, 4: [seat] } }],
	["WebcastLinkMessage", "seats", { ...link, 26: { 1: { 1: 3, 2: 1 } } }],
	["WebcastLinkMessage", "seats", { ...link, 68: { 1: 4 } }],
	["WebcastLinkMessage", "seats", { ...link, 101: { 1: 8 } }],
	["WebcastLinkmicPlayModeUpdateScoreMessage", "link_score", { 1: common, 7: 8, 9: 2, 15: anna, 16: { 3: "贝特" } }],
];

describe("field numbers of kinds that no capture shows", () => {
	it.each(cases)("%s maps to %s, and each field matters: %j", (method, type, fields) => {
		const eventFrom = (one: Fields) => ({ ...eventOf(encode(one), envelopeOf(method)) });
		const whole = eventFrom(fields);
		expect(whole.type).toBe(type);
		const unread = Array.from(renumbered(fields)).filter(([, changed]) => {
			return JSON.stringify(eventFrom(changed)) === JSON.stringify(whole);
		});
		expect(unread.map(([place]) => place)).toEqual([]);
	});

	it.each(["LiveEcomMessage", "LiveEcomGeneralMessage", "LiveEcomRankListMessage", "EcomFansClubMessage"])(
		"%s passes through as raw under its name",
		(name) => {
			const method = `Webcast${name}`;
			const payload = encode({ 1: common, 2: 1, 5: "上新" });
			expect(eventOf(payload, envelopeOf(method))).toMatchObject({
				type: "raw",
				method,
				payload: new Uint8Array(payload),
			});
		},
	);
});
