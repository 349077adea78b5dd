import { isBefore } from "./merge.ts";
import { MessageMap } from "./message-ids.ts";
import type { Buffered } from "./piece.ts";

/**
 * Merges two lists so that each keeps its order; between two common messages, times decide. If their orders differ, the
 * upstream delivered frames out of order: the list that times contradict less keeps its order, and messages that only
 * the other has come after all its earlier ones.
 */
export function weave(older: readonly Buffered[], newer: readonly Buffered[]): Buffered[] {
	const [inOlder, inNewer] = [byMessage(older), byMessage(newer)];
	const isShared = ({ event }: Buffered) => inOlder.has(event) && inNewer.has(event);
	const [ofOlder, ofNewer] = [older.filter(isShared), newer.filter(isShared)];
	const shared = backwards(ofNewer) < backwards(ofOlder) ? ofNewer : ofOlder;
	const [one, two] = [alone(older, shared), alone(newer, shared)];
	return one.flatMap((entries, i) => {
		const woven = interleave(entries, two[i] ?? []);
		const event = shared[i]?.event;
		const [a, b] = event ? [inOlder.get(event), inNewer.get(event)] : [];
		if (a && b) woven.push(same(a, b));
		return woven;
	});
}

function byMessage(entries: readonly Buffered[]): MessageMap<Buffered> {
	const map = new MessageMap<Buffered>();
	for (const entry of entries) map.set(entry.event, entry);
	return map;
}

/** Returns by how much upstream times go back in a list, ms in total. */
function backwards(entries: readonly Buffered[]): number {
	return entries.reduce((sum, { event }, i) => sum + Math.max(0, (entries[i - 1] ?? { event }).event.at - event.at), 0);
}

/** Returns the messages that only this list has, grouped by the number of common messages before them. */
function alone(entries: readonly Buffered[], shared: readonly Buffered[]): Buffered[][] {
	const places = new MessageMap<number>();
	for (const [i, { event }] of shared.entries()) places.set(event, i + 1);
	const lists: Buffered[][] = Array.from({ length: shared.length + 1 }, () => []);
	let passed = 0;
	for (const entry of entries) {
		const place = places.get(entry.event);
		if (place === undefined) lists[passed]?.push(entry);
		else passed = Math.max(passed, place);
	}
	return lists;
}

/** Merges a message that two pieces hold. */
function same(older: Buffered, newer: Buffered): Buffered {
	const [entry, other] = newer.paged ? [older, newer] : [newer, older];
	entry.cursor ??= other.cursor;
	return entry;
}

function interleave(one: readonly Buffered[], two: readonly Buffered[]): Buffered[] {
	const merged: Buffered[] = [];
	let from = 0;
	for (const entry of two) {
		for (let next = one[from]; next && !isBefore(entry.event, next.event); next = one[++from]) merged.push(next);
		merged.push(entry);
	}
	return [...merged, ...one.slice(from)];
}
