import { existsSync, readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { WireError } from "../wire/index.ts";
import { eventBounds } from "./bounds.ts";
import { kindCases } from "./kind-cases.helpers.ts";
import { linkCases, pageCases } from "./link-and-page-cases.helpers.ts";
import type { LiveEventType } from "./live-event.ts";
import { eventOf, typedMethods } from "./mappers.ts";
import { moneyCases } from "./money-cases.helpers.ts";
import { envelopeOf } from "./samples.helpers.ts";
import { toWire } from "./to-wire.ts";

/**
 * Messages by kind in a recording of one room in 2026, as a public project counted them. Other kinds had one or two
 * each.
 */
const recorded: Readonly<Record<string, number>> = {
	WebcastLightGiftMessage: 11_578,
	LinkMicMethod: 6_110,
	WebcastMemberMessage: 6_066,
	WebcastGiftMessage: 4_618,
	WebcastInRoomBannerMessage: 3_572,
	WebcastChatMessage: 2_806,
	WebcastRanklistHourEntranceMessage: 877,
	WebcastProfitInteractionScoreMessage: 849,
	WebcastBattleTeamTaskMessage: 726,
	WebcastLinkMicMethod: 558,
	WebcastGiftSortMessage: 387,
	WebcastRoomUserSeqMessage: 352,
	WebcastLikeMessage: 318,
	WebcastSocialMessage: 156,
	WebcastLinkerContributeMessage: 155,
	WebcastFansclubMessage: 92,
	WebcastScreenChatMessage: 89,
	WebcastBattleEffectContainerMessage: 59,
	WebcastRoomMessage: 32,
	WebcastLinkmicPlayModeUpdateScoreMessage: 22,
	WebcastRoomStatsMessage: 13,
	WebcastEmojiChatMessage: 12,
	WebcastBattlePowerContainerMessage: 11,
	WebcastLinkMicArmiesMethod: 10,
	WebcastChatLikeMessage: 10,
	WebcastDecorationModifyMethod: 10,
	WebcastDecorationUpdateMessage: 10,
	WebcastHotChatMessage: 8,
	WebcastItemShareMessage: 6,
	WebcastRoomDataSyncMessage: 6,
	WebcastResidentGuestMessage: 4,
	WebcastNotifyEffectMessage: 3,
	WebcastLinkMessage: 3,
	WebcastRoomStreamAdaptationMessage: 3,
	WebcastLinkMicBattleMethod: 2,
	WebcastLinkMicBattleFinishMethod: 2,
	WebcastRoomNotifyMessage: 2,
	WebcastRoomRankMessage: 2,
	WebcastActivityEmojiGroupsMessage: 2,
	WebcastAssetEffectUtilMessage: 2,
	WebcastCommonDotMessage: 2,
	WebcastLowPcuGuideMessage: 2,
	WebcastProfitGameStatusMessage: 2,
	WebcastAudioChatMessage: 1,
	WebcastBattleRankSeasonMessage: 1,
	WebcastLinkSettingNotifyMessage: 1,
	WebcastPrivilegeScreenChatMessage: 1,
	WebcastRoomCommentTopicMessage: 1,
};

/** Counts of the kinds that had no type, among 46,000 messages of three recordings. */
const untypedBefore: Readonly<Record<string, number>> = {
	WebcastProfitInteractionScoreMessage: 1_134,
	WebcastBattleTeamTaskMessage: 1_014,
	WebcastGiftSortMessage: 387,
	WebcastGroupLiveContainerChangeMessage: 140,
	WebcastBattleEffectContainerMessage: 59,
	WebcastLinkmicPlayModeUpdateScoreMessage: 32,
	WebcastDecorationModifyMethod: 10,
	WebcastDecorationUpdateMessage: 10,
	WebcastBattlePowerContainerMessage: 11,
	WebcastHotChatMessage: 8,
	WebcastItemShareMessage: 6,
	WebcastAnchorLinkmicSilenceMessage: 4,
	WebcastResidentGuestMessage: 4,
	WebcastAudioChatMessage: 1,
};

const totalOf = (counts: Readonly<Record<string, number>>, counted: (method: string) => boolean): number =>
	Object.entries(counts).reduce((sum, [method, count]) => sum + (counted(method) ? count : 0), 0);

const typed = new Set(typedMethods);

describe("recorded message kinds", () => {
	it("are typed except for 2 % of the messages", () => {
		const all = totalOf(recorded, () => true);
		expect(totalOf(recorded, (method) => !typed.has(method)) / all).toBeLessThanOrEqual(0.02);
		expect(totalOf(untypedBefore, (method) => !typed.has(method)) / 46_000).toBeLessThanOrEqual(0.02);
		// Share of untyped messages if these kinds had no type: proves that the test above can fail.
		expect(totalOf(untypedBefore, () => true) / 46_000).toBeGreaterThan(0.05);
	});
});

/** Real payloads of July 2026, kept outside of the project. Names and texts were replaced before their publication. */
const folder = fileURLToPath(new URL("../../../../../shared/protocol/captures/summer-2026", import.meta.url));
const there = existsSync(folder);

/** Types of the payloads that hold no text written by people; the others are `raw`. */
const expected: Readonly<Record<string, LiveEventType>> = {
	AnchorLinkmicSilenceMessage: "seats",
	AudioChatMessage: "chat",
	BattleEffectContainerMessage: "page_update",
	BattlePowerContainerMessage: "page_update",
	DecorationModifyMethod: "page_update",
	DecorationUpdateMessage: "page_update",
	FansclubMessage: "fansclub",
	GiftSortMessage: "page_update",
	ItemShareMessage: "notice",
	LinkMessage: "seats",
	LinkmicPlayModeUpdateScoreMessage: "link_score",
	PreviewCjRpMessage: "lucky_box",
	ProfitInteractionScoreMessage: "link_score",
	ResidentGuestMessage: "seats",
	RoomMessage: "raw",
	RoomStreamAdaptationMessage: "page_update",
};

describe.skipIf(!there)(`recorded payloads${there ? "" : " (skipped: no recordings here)"}`, () => {
	const read = (name: string) => readFileSync(`${folder}/${name}.bin`);
	const eventIn = (name: string) => eventOf(read(name), envelopeOf(`Webcast${name}`));

	it.each(Object.entries(expected))("map %s to %s", (name, type) => {
		expect(eventIn(name).type).toBe(type);
	});

	it("hold the values read from them by hand", () => {
		expect(eventIn("AudioChatMessage")).toMatchObject({ audio: { durationMs: 3_970 } });
		expect(eventIn("FansclubMessage")).toMatchObject({ action: "other", code: 6 });
		expect(eventIn("GiftSortMessage")).toMatchObject({ part: "gift_panel", name: "anchor_exhibition" });
		expect(eventIn("PreviewCjRpMessage")).toMatchObject({
			diamondCount: 50,
			diamondsLeft: 13,
			parts: 50,
			partsLeft: 13,
		});
		const scores = eventIn("ProfitInteractionScoreMessage");
		expect(scores.type === "link_score" && scores.scores.map(({ score }) => score)).toEqual([83, 326, 0, 4]);
		const seats = eventIn("LinkMessage");
		expect(seats.type === "seats" && seats.seats.map(({ title, user }) => [title, user?.id.length])).toEqual([
			["", 16],
			["主持", 16],
			["", 16],
		]);
		const power = eventIn("BattlePowerContainerMessage");
		expect(power.type === "page_update" && [power.people.length, power.content !== ""]).toEqual([1, true]);
	});

	it("are all mapped, or passed as raw", () => {
		for (const file of readdirSync(folder).filter((name) => name.endsWith(".bin"))) {
			const name = file.slice(0, -".bin".length);
			const event = eventIn(name);
			if (event.type === "raw") expect(Buffer.from(event.payload).equals(read(name)), name).toBe(true);
		}
	});
});

/** One field at the top of a message: tag and content. */
interface Field {
	bytes: Buffer;
	number: number;
}

function fieldsOf(payload: Uint8Array): Field[] {
	const bytes = Buffer.from(payload);
	const varint = (at: number): [value: number, next: number] => {
		let value = 0;
		for (let i = at, scale = 1; ; i++, scale *= 128) {
			const byte = bytes[i] as number;
			value += (byte & 127) * scale;
			if (byte < 128) return [value, i + 1];
		}
	};
	const fields: Field[] = [];
	for (let at = 0; at < bytes.length; ) {
		const [tag, content] = varint(at);
		const [value, next] = varint(content);
		const end = tag % 8 === 2 ? next + value : next;
		fields.push({ bytes: bytes.subarray(at, end), number: Math.floor(tag / 8) });
		at = end;
	}
	return fields;
}

/** Returns a field with the number of another one, but of a wire type that none of ours has: four bytes. */
function ofWrongType(number: number): Buffer {
	const tag = number * 8 + 5;
	const head =
		tag < 128
			? [tag]
			: tag < 16_384
				? [(tag & 127) | 128, tag >> 7]
				: [(tag & 127) | 128, ((tag >> 7) & 127) | 128, tag >> 14];
	return Buffer.from([...head, 1, 2, 3, 4]);
}

const newKinds = new Set([
	...linkCases.map(([method]) => method),
	...pageCases.map(([method]) => method),
	"WebcastAudioChatMessage",
	"WebcastBattleTeamTaskMessage",
	"WebcastBindingGiftMessage",
	"WebcastCommonToastMessage",
	"WebcastItemShareMessage",
	"WebcastPreviewCjRpMessage",
	"WebcastRoomDataSyncMessage",
]);
const mutated = [...kindCases, ...moneyCases].filter(
	([method, payload]) => newKinds.has(method) && payload[0] !== 0x1f,
);

describe("a message with missing, truncated or mistyped fields", () => {
	it.each([...newKinds])("stays typed or becomes raw: %s", (method) => {
		const cases = mutated.filter(([of]) => of === method);
		expect(cases.length).toBeGreaterThan(0);
		for (const [, payload] of cases) {
			const fields = fieldsOf(payload);
			const without = (skipped: number, instead: Buffer) =>
				Buffer.concat(fields.map(({ bytes }, index) => (index === skipped ? instead : bytes)));
			const variants = [
				...fields.map((_, index) => without(index, Buffer.alloc(0))),
				...fields.map(({ number }, index) => without(index, ofWrongType(number))),
				...Array.from({ length: payload.length }, (_, length) => Buffer.from(payload.subarray(0, length))),
			];
			for (const variant of variants) checkEvent(method, variant);
		}
	});

	it("stays typed or becomes raw after any changed bytes", () => {
		const changed = fc.tuple(
			fc.constantFrom(...mutated),
			fc.array(fc.tuple(fc.nat(), fc.nat(255)), { minLength: 1, maxLength: 4 }),
		);
		fc.assert(
			fc.property(changed, ([[method, payload], changes]) => {
				const bytes = Buffer.from(payload);
				for (const [at, byte] of changes) bytes[at % bytes.length] = byte;
				checkEvent(method, bytes);
			}),
			{ numRuns: 1_000 },
		);
	});

	function checkEvent(method: string, payload: Buffer): void {
		const event = eventOf(payload, envelopeOf(method));
		expect(event.method).toBe(method);
		if (event.type === "raw") expect(Buffer.from(event.payload).equals(payload)).toBe(true);
		const wire = toWire(event);
		expect(JSON.parse(JSON.stringify(wire))).toEqual(wire);
		expect(JSON.stringify(wire).length).toBeLessThan(eventBounds.extra * 10);
	}
});

it("is rejected only for kinds with certain field numbers", () => {
	expect(() => eventOf(Buffer.from("12ff", "hex"), envelopeOf("WebcastChatMessage"))).toThrow(WireError);
	for (const method of newKinds) expect(eventOf(Buffer.from("12ff", "hex"), envelopeOf(method)).type).toBe("raw");
});
