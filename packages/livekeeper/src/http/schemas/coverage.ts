import { z } from "zod";
import type { WireCoverage, WireRoomCoverage } from "../../live/index.ts";

const diamonds = z.int().min(0);
const time = z.number().nullable();

const fields = {
	share: z
		.number()
		.min(0)
		.max(1)
		.nullable()
		.describe("worth of the gifts that came / of those that were given, by the room's own totals; null: not known"),
	verdict: z
		.enum(["all", "some", "stopped", "none", "unknown"])
		.describe("whether gifts come; stopped: the first came, and then none, while the room was given more"),
	diamonds_seen: diamonds.describe("worth of the gifts that came, of the time that could be judged"),
	diamonds_missing: diamonds.nullable().describe("worth of those that did not; null: not known"),
	diamonds_lost: diamonds.nullable().describe("of those that did not come: lost while the connection was down"),
	source: z
		.enum(["room_total", "contributor", "rank", "official"])
		.nullable()
		.describe(
			"what it is judged by: the room's running total, scores of people, or the open platform's deliveries; null: none",
		),
	unit: z.number().nullable().describe("how much of it one diamond is"),
	unit_learned: z.boolean().describe("whether gifts that came have shown so; else it is taken to be the usual"),
	from: time.describe("since when it could be judged, ms since the epoch"),
	to: time.describe("until when, ms since the epoch"),
};

export const giftCoverage = z.object(fields).meta({ id: "GiftCoverage" }) satisfies z.ZodType<WireCoverage>;

/** With words for people. */
export const roomGiftCoverage = z
	.object({
		...fields,
		summary: z.string().describe("whether all gifts come"),
		why: z.string().nullable().describe("why not"),
		advice: z.array(z.string()).describe("what can be done, in this order"),
		evidence: z.string().nullable().describe("what it is judged by"),
	})
	.meta({ id: "RoomGiftCoverage" }) satisfies z.ZodType<WireRoomCoverage>;
