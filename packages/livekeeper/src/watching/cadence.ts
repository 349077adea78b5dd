import type { Exit } from "./exit.ts";
import { maxIntervalMs, minIntervalMs, type WatchedRoom } from "./watched-room.ts";

const minute = 60_000;
/** The part of the budget that may go to rooms however unlikely they are. */
const evenPart = 0.5;
/** Likelihoods differ by factors of a hundred, and are guesses. */
const caution = 0.75;

/**
 * Sets how often each waiting room is asked about alone: each at least every half hour, and the rest of the budget where a
 * broadcast is likely. Where there are too many rooms for that, half of the budget goes to all alike.
 */
export function setIntervals(exits: Iterable<Exit>, rooms: Iterable<WatchedRoom>, now: number): void {
	const rates = new Map<WatchedRoom, number>();
	const bounds = new Map<WatchedRoom, number>();
	for (const exit of exits) {
		const here = [...rooms].filter((room) => room.routes.has(exit));
		if (here.length === 0) continue;
		const budget = rateOf(exit, here, now);
		if (budget <= 0) continue;
		// A room with several exits takes a part of its look-ups from each.
		const partOf = (room: WatchedRoom) => 1 / room.routes.size;
		const count = here.reduce((sum, room) => sum + partOf(room), 0);
		const floor = Math.min(minute / maxIntervalMs, (budget * evenPart) / count);
		const eager = here.filter((room) => !isCovered(exit, room, now) && !room.isDormant);
		const weights = eager.map((room) => partOf(room) * room.weight ** caution);
		const sum = weights.reduce((all, weight) => all + weight, 0);
		for (const room of here) {
			rates.set(room, (rates.get(room) ?? 0) + floor * partOf(room));
			bounds.set(room, Math.min(bounds.get(room) ?? Number.POSITIVE_INFINITY, minute / floor));
		}
		const rest = budget - floor * count;
		for (const [index, room] of eager.entries()) {
			rates.set(room, (rates.get(room) ?? 0) + (rest * (weights[index] ?? 0)) / sum);
		}
	}
	for (const [room, rate] of rates) {
		room.boundMs = bounds.get(room) ?? maxIntervalMs;
		room.intervalMs = Math.max(minIntervalMs, Math.min(room.boundMs, minute / rate));
	}
}

/** Calls that show many rooms at once show this one too. */
function isCovered(exit: Exit, room: WatchedRoom, now: number): boolean {
	if (room.isFollowed && exit.records.followed.state === "works") return true;
	return exit.relies(now) && !room.isDistrusted && room.batchedAt !== undefined;
}

/** Look-ups a minute that rooms may make from here, by the ways that are open. */
function rateOf(exit: Exit, rooms: readonly WatchedRoom[], now: number): number {
	const hasAsk = rooms.some((room) => room.routes.get(exit)?.some(({ upstream }) => upstream.ask));
	const isOpen = (way: "page" | "enter" | "reflow") => !exit.records[way].isClosed(now);
	const json = hasAsk && (isOpen("enter") || isOpen("reflow")) ? exit.perMinute("enter") : 0;
	return json + (isOpen("page") ? exit.perMinute("page") : 0);
}
