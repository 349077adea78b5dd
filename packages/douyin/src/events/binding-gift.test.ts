import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { GiftCounter } from "../gifts/index.ts";
import * as wire from "../wire/index.ts";
import type { GiftEvent } from "./live-event.ts";
import { eventOf } from "./mappers.ts";
import { anna, envelopeOf, RECEIVED_AT } from "./samples.helpers.ts";

interface Gift {
	/** Id in the gift's own common part; "0" for none. */
	commonId: string;
	groupId: string;
	combo: boolean;
	repeatCount: number;
	price: number;
}

const messageOf = ({ commonId, groupId, combo, repeatCount, price }: Gift): wire.GiftMessageInit => ({
	common: { msgId: commonId },
	user: anna,
	giftId: "463",
	groupId,
	repeatCount,
	gift: { id: "463", combo, diamondCount: price },
});

/** @param id the envelope's id */
const plain = (gift: Gift, id: string) =>
	eventOf(wire.encodeGiftMessage(messageOf(gift)), envelopeOf("WebcastGiftMessage", { id })) as GiftEvent;
const packed = (gift: Gift, id: string) =>
	eventOf(
		wire.encodeBindingGiftMessage({ msg: messageOf(gift), common: { msgId: `9${id}` } }),
		envelopeOf("WebcastBindingGiftMessage", { id: `9${id}` }),
	) as GiftEvent;

const diamondsOf = (events: readonly GiftEvent[]): number => {
	new GiftCounter().count(events);
	return events.reduce((sum, { diamonds }) => sum + diamonds, 0);
};

const single: Gift = { commonId: "77", groupId: "0", combo: false, repeatCount: 1, price: 520 };

describe("a gift packed into another message", () => {
	it("has the time of the message, however old the gift", () => {
		const gift = messageOf(single);
		const old = {
			...gift,
			common: { ...gift.common, createTime: RECEIVED_AT - 90_000 },
			sendTime: RECEIVED_AT - 90_000,
		};
		const common = { msgId: "9", createTime: RECEIVED_AT - 5 };
		const payload = wire.encodeBindingGiftMessage({ msg: old, common });
		expect(eventOf(payload, envelopeOf("WebcastBindingGiftMessage", { id: "9" })).at).toBe(RECEIVED_AT - 5);
		const alone = wire.encodeBindingGiftMessage({ msg: old });
		expect(eventOf(alone, envelopeOf("WebcastBindingGiftMessage", { id: "9" })).at).toBe(RECEIVED_AT - 90_000);
	});

	it("counts like the same gift on its own", () => {
		expect(packed(single, "1")).toMatchObject({ type: "gift", count: 1, diamonds: 520, final: true });
		expect(diamondsOf([packed(single, "1")])).toBe(520);
	});

	it.each([
		["single gift", single],
		["step of a streak", { ...single, combo: true, groupId: "7", repeatCount: 5, price: 1 }],
	])("counts once if the %s also comes alone", (_, gift) => {
		const worth = gift.repeatCount * gift.price;
		expect(diamondsOf([plain(gift, "1"), packed(gift, "1")])).toBe(worth);
		expect(diamondsOf([packed(gift, "1"), plain(gift, "1")])).toBe(worth);
	});

	it("counts as another gift without an id of its own", () => {
		const nameless = { ...single, commonId: "0" };
		expect(diamondsOf([plain(single, "1"), packed(nameless, "2"), packed(nameless, "3")])).toBe(3 * 520);
	});

	it("totals correctly however gifts are packed, repeated and shuffled", () => {
		const gift = fc.record({
			combo: fc.boolean(),
			counts: fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 1, maxLength: 4 }),
			price: fc.integer({ min: 1, max: 1_000 }),
		});
		const ways = fc.constantFrom("plain", "packed", "both");
		const world = fc
			.array(fc.tuple(gift, ways), { maxLength: 6 })
			.map((all) =>
				all.flatMap(([{ combo, counts, price }, way], index) =>
					(combo ? counts : [1]).flatMap((repeatCount, step) => {
						const about = { combo, price, repeatCount, groupId: combo ? String(index + 1) : "0" };
						const one = { ...about, commonId: String(1_000 + index * 10 + step) };
						const id = String(5_000 + index * 10 + step);
						const events = () => [
							...(way === "packed" ? [] : [() => plain(one, id)]),
							...(way === "plain" ? [] : [() => packed(one, id)]),
						];
						return events().map((make) => ({ key: `${index}`, worth: repeatCount * price, make }));
					}),
				),
			)
			.chain((messages) =>
				fc.tuple(fc.constant(messages), fc.shuffledSubarray(messages, { minLength: messages.length })),
			);
		fc.assert(
			fc.property(world, ([messages, shuffled]) => {
				const truth = new Map<string, number>();
				for (const { key, worth } of messages) truth.set(key, Math.max(worth, truth.get(key) ?? 0));
				const given = [...truth.values()].reduce((sum, worth) => sum + worth, 0);
				expect(diamondsOf(shuffled.map(({ make }) => make()))).toBe(given);
			}),
		);
	});
});

describe("a kind whose common part is its second field", () => {
	const idOf = (method: string, payload: Uint8Array) => eventOf(payload, envelopeOf(method, { id: "0" })).id;

	it("takes its id from that part, not the first field", () => {
		const gift = wire.encodeBindingGiftMessage({ msg: messageOf(single), common: { msgId: "42" } });
		expect(idOf("WebcastBindingGiftMessage", gift)).toBe("42");
		const box = wire.encodePreviewCjRpMessage({
			cjrp: { sendTime: 1_767_225_600, totalNum: 1 },
			common: { msgId: "43" },
		});
		expect(idOf("WebcastPreviewCjRpMessage", box)).toBe("43");
	});

	it("gets an id from its content if it has none", () => {
		const of = (commonId: string) => wire.encodeBindingGiftMessage({ msg: messageOf({ ...single, commonId }) });
		const [one, other] = [of("1"), of("2")].map((payload) => idOf("WebcastBindingGiftMessage", payload));
		expect(one).not.toBe(other);
		expect([one, other]).not.toContain("463");
	});

	it("takes its time from that part", () => {
		const payload = wire.encodeBindingGiftMessage({ msg: messageOf(single), common: { createTime: RECEIVED_AT - 9 } });
		expect(eventOf(payload, envelopeOf("WebcastBindingGiftMessage")).at).toBe(RECEIVED_AT - 9);
	});
});
