import type { Buffered, Source } from "./source.ts";

/**
 * The source whose next message is to be emitted; `undefined` when all that there is has to wait. Each source keeps its
 * own order. A message that another queue holds deeper waits for what that one has before it; one that a synced source
 * may still bring waits for it, at most `holdMs`; else the upstream's times decide.
 */
export function nextOf(sources: readonly Source[], now: number, holdMs: number): Source | undefined {
	const first: Partial<Record<Verdict, Source>> = {};
	for (const source of sources) {
		const { head } = source;
		if (!head) continue;
		const verdict = judge(sources, source, head, now - holdMs);
		const best = first[verdict];
		if (!best || isBefore(source, best)) first[verdict] = source;
	}
	const { late, go, wait, crossed } = first;
	if (late) return late;
	// A closed source's messages wait as well: what was said after them comes after them.
	if (go && wait && isBefore(wait, go)) return undefined;
	// Each of two queues has the other's head behind its own: they contradict each other.
	return go ?? (wait ? undefined : crossed);
}

type Verdict = "late" | "go" | "wait" | "crossed";

function judge(
	sources: readonly Source[],
	source: Source,
	{ event, arrivedAt }: Buffered,
	waitedSince: number,
): Verdict {
	if (arrivedAt === Number.NEGATIVE_INFINITY) return "late";
	let missing = false;
	for (const other of sources) {
		if (other === source) continue;
		if (other.queued(event.id)) {
			if (other.head?.event.id !== event.id) return "crossed";
		} else missing ||= other.state === "synced" && !hasPassed(other, source);
	}
	return missing && arrivedAt > waitedSince ? "wait" : "go";
}

/** Whether a source has a later message of another's queue: it will not bring the head of that any more. */
function hasPassed(source: Source, other: Source): boolean {
	return source.queue.length > 0 && other.queue.some(({ event }) => source.queued(event.id));
}

/** By upstream time, and where that is the same by id: they rise with time. */
function isBefore(a: Source, b: Source): boolean {
	const [one, two] = [a.head?.event, b.head?.event];
	if (!one || !two) return false;
	if (one.at !== two.at) return one.at < two.at;
	return one.id.length !== two.id.length ? one.id.length < two.id.length : one.id < two.id;
}
