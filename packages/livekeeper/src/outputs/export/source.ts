import type { LiveEventType } from "@livekeeper/douyin";
import { LivekeeperError } from "../../errors.ts";
import type { EventLog, StoredEvent } from "../../event-log/index.ts";
import { storageTexts } from "../../text/index.ts";

/** Which events to export. */
export interface ExportQuery {
	/** The rooms, at least one; those of the first come first. */
	liveIds: readonly string[];
	/** Only events with `at` >= this, ms since the epoch. */
	from?: number | undefined;
	/** Only events with `at` < this, ms since the epoch. */
	to?: number | undefined;
	/** Only these kinds; default all. */
	types?: readonly LiveEventType[] | undefined;
}

/** The matching events that the log held when the export began, page by page, as far as the reader asks for them. */
export interface ExportSource {
	/** Oldest `seq` of the first room. */
	oldestSeq: number;
	/** The last event of the first room in the export; later ones are not, or an export of a live room would never end. */
	lastSeq: number;
	/** Not one event matches. */
	empty: boolean;
	pages: AsyncGenerator<readonly StoredEvent[], void>;
}

const pageSize = 1000;

/**
 * Begins to read. The first events are already there when this resolves, so that what is wrong with the log is known
 * before a reader is promised anything.
 */
export async function openSource(
	log: Pick<EventLog, "read" | "lastSeq">,
	{ liveIds: [liveId = "", ...others], ...query }: ExportQuery,
): Promise<ExportSource> {
	// What later rooms say while those before them are read is not part of it.
	const ends = await Promise.all(others.map((other) => log.lastSeq(other)));
	const first = await openRoom(log, liveId, query);
	let current = first;
	let next = 0;
	const advance = async () => {
		const other = others[next];
		if (other === undefined) return false;
		current = await openRoom(log, other, query, ends[next]);
		next++;
		return true;
	};
	while (current.empty && (await advance()));

	async function* pages() {
		do yield* current.pages;
		while (await advance());
	}
	const { oldestSeq, lastSeq } = first;
	return { oldestSeq, lastSeq, empty: current.empty, pages: pages() };
}

/** @param end events after it are left out; default: the newest that there is now */
async function openRoom(
	log: Pick<EventLog, "read">,
	liveId: string,
	query: Omit<ExportQuery, "liveIds">,
	end = Number.POSITIVE_INFINITY,
): Promise<ExportSource> {
	const readAfter = (after: number) => log.read(liveId, { after, limit: pageSize, ...query });
	let page = await readAfter(0);
	// What retention deleted before we began is simply not there any more.
	const { oldestSeq } = page;
	const lastSeq = Math.min(end, page.lastSeq);
	const upToLast = (events: readonly StoredEvent[]) =>
		(events.at(-1)?.seq ?? 0) > lastSeq ? events.filter(({ seq }) => seq <= lastSeq) : events;
	const next = async () => {
		if (page.caughtUp || page.nextAfter >= lastSeq) return undefined;
		page = await readAfter(page.nextAfter);
		// Where numbers jump there is nothing to export, and a gap behind it says why.
		if (page.truncated?.reason === "retention") throw overtaken(liveId, page.truncated);
		return page;
	};
	while (page.events.length === 0 && (await next()));

	async function* pages() {
		for (let current: typeof page | undefined = page; current; current = await next()) {
			const events = upToLast(current.events);
			if (events.length > 0) yield events;
		}
	}
	return { oldestSeq, lastSeq, empty: upToLast(page.events).length === 0, pages: pages() };
}

function overtaken(liveId: string, { from, to }: { from: number; to: number }): LivekeeperError {
	return new LivekeeperError("export_overtaken", storageTexts.overtaken(liveId, from, to));
}
