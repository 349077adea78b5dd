import type { RoomEvent } from "@livekeeper/client";
import { safeText } from "../text/safe-text.ts";
import type { FeedRow, FeedSide } from "./feed-row.ts";

type Sides = Extract<RoomEvent, { type: "pk_score" }>["sides"];

/** Returns the extra fields of a line for a battle, a box, a lottery or the like. */
export function occasionOf(event: RoomEvent): Partial<FeedRow> {
	switch (event.type) {
		case "member":
			return event.set_to_admin ? { words: "moderator" } : {};
		case "banner":
			return { words: "wishes" };
		case "fansclub":
			return { words: `fansclub_${event.action}` };
		case "product":
			return event.content === "" ? { words: "products", count: event.total } : {};
		case "control":
			return { words: `control_${event.action}` };
		case "pk_started":
		case "pk_score":
		case "pk_ended":
			return { words: event.type, streakId: `pk:${event.battle_id}`, sides: sidesOf(event.sides) };
		case "chat":
			return event.audio ? { words: "audio", count: Math.ceil(event.audio.duration_ms / 1000) } : {};
		case "topic":
			return { words: "topic" };
		case "seats":
			return seatChange(event);
		case "lucky_box":
			return boxOf(event);
		case "lottery":
			return { ...lotteryOf(event), streakId: `lottery:${event.lottery_id}` };
		default:
			return {};
	}
}

/** Only named arrivals and departures get a line, because the list of all seats is repeated all the time. */
function seatChange({ action, target_id: id }: Extract<RoomEvent, { type: "seats" }>): Partial<FeedRow> {
	const named = id !== "0" && (action === "entered" || action === "left" || action === "removed");
	return named ? { words: `seat_${action}` } : {};
}

function boxOf(event: Extract<RoomEvent, { type: "lucky_box" }>): Partial<FeedRow> {
	switch (event.action) {
		case "sent":
			return { words: "box_sent", diamonds: event.diamond_count };
		case "update":
			return { words: "box_update", count: event.parts_left ?? 0, streakId: `box:${event.box_id}` };
		default:
			return { words: `box_${event.action}`, count: event.winners.length };
	}
}

function lotteryOf(event: Extract<RoomEvent, { type: "lottery" }>): Partial<FeedRow> {
	return event.action === "drawn"
		? { words: "lottery_drawn", count: event.winners.length }
		: { words: "lottery", count: event.participants };
}

function sidesOf(sides: Sides): FeedSide[] {
	return sides.map(({ id, name, display }) => ({ id, name: safeText(name, 30), score: safeText(display ?? "", 20) }));
}

/** Returns a battle's current sides; names and scores missing from the update keep their previous values. */
export function mergeSides(former: readonly FeedSide[], now: readonly FeedSide[]): readonly FeedSide[] {
	if (now.length === 0) return former;
	return now.map((side) => {
		const known = former.find(({ id }) => id === side.id);
		return known ? { ...side, name: side.name || known.name, score: side.score || known.score } : side;
	});
}

/** `甲 218 : 乙 211`. */
export const sidesText = (sides: readonly FeedSide[]): string =>
	sides.map(({ name, score }) => [name, score].filter(Boolean).join(" ")).join(" : ");
