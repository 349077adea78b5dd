import type { LiveUser, WireEvent, WireOf } from "@livekeeper/douyin";
// Imported from its own entry, so that the log's threads load nothing else of that package.
import { type GiftCoverage, parseTotal, type TotalSeen } from "@livekeeper/douyin/gift-coverage";
import { whole } from "./bounded.ts";

type Ranked = Extract<WireEvent, { type: "viewers" }>["top"][number];

/** Whether an event is evidence of how many gifts arrived. */
export function isGiftEvidence({ type }: Pick<WireEvent, "type">): boolean {
	return type in takers;
}

/** Applies one event of a broadcast. The same events in the same order give the same result, wherever this runs. */
export function addToCoverage(coverage: GiftCoverage, event: WireEvent): void {
	const take = (takers as Partial<Record<string, (coverage: GiftCoverage, event: WireEvent) => void>>)[event.type];
	take?.(coverage, event);
}

const takers = {
	gift: (coverage: GiftCoverage, event: WireEvent & { type: "gift" }) => {
		// The open platform identifies people differently, so it is unknown whose score has grown.
		const giver = event.source === "official" ? "" : keyOf(event.user);
		coverage.gift(
			{ diamonds: whole(event.diamonds), earlier: earlierOf(event), giver, at: timeOf(event) },
			event.received_at,
		);
		addTickets(coverage, event);
	},
	fan_ticket: (coverage: GiftCoverage, event: WireEvent & { type: "fan_ticket" }) => addTickets(coverage, event),
	viewers: (coverage: GiftCoverage, event: WireEvent & { type: "viewers" }) =>
		addScores(coverage, "contributor", event, event.top),
	rank: (coverage: GiftCoverage, event: WireEvent & { type: "rank" }) =>
		addScores(coverage, "rank", event, event.ranks),
	connection: (coverage: GiftCoverage, event: WireEvent & { type: "connection" }) => {
		if (event.state === "connected") coverage.connected(event.login ?? "");
	},
	gap: (coverage: GiftCoverage, event: WireEvent & { type: "gap" }) => coverage.gap(event.from, event.to),
	gifts_withheld: (coverage: GiftCoverage, event: WireEvent & { type: "gifts_withheld" }) => coverage.confirm(event.to),
	broadcast_ended: (coverage: GiftCoverage) => coverage.finish(),
};

function addScores(
	coverage: GiftCoverage,
	source: "contributor" | "rank",
	event: WireEvent,
	ranks: Ranked[] | undefined,
): void {
	const at = timeOf(event);
	const totals = (ranks ?? []).flatMap(({ score, user }): TotalSeen[] => {
		const key = keyOf(user);
		const total = parseTotal(score);
		return key !== "" && total ? [{ source, key, at, ...total }] : [];
	});
	if (totals.length > 0) coverage.totals(totals, event.received_at);
}

/**
 * Returns the diamonds of earlier steps. Beyond one group of gifts, a step of a streak reports earlier steps that did
 * not arrive, or several at once. The end of a streak repeats the last step, and gives nothing itself.
 */
function earlierOf({ combo, final, diamonds, group_count, diamond_count }: WireEvent & { type: "gift" }): number {
	if (!combo) return 0;
	return whole(final ? diamonds : diamonds - group_count * diamond_count);
}

/** Adds the room's own running total, which gifts report as well. */
function addTickets(coverage: GiftCoverage, event: WireEvent & { room_fan_ticket_count?: number }): void {
	const { room_fan_ticket_count: value } = event;
	if (!value) return;
	coverage.totals([{ source: "room_total", key: "", value, step: 1, at: timeOf(event) }], event.received_at);
}

/** Returns an event's time, at most our own: a time ahead of ours would delay everything after it. */
const timeOf = ({ at, received_at }: WireEvent): number => Math.min(at, received_at);

/** Returns "" for people who can't be distinguished, because masked people share ids. */
function keyOf(user: WireOf<LiveUser> | undefined): string {
	if (!user) return "";
	return user.sec_uid || (user.masked ? "" : user.id);
}
