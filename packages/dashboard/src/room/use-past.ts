import type { RoomEventType } from "@livekeeper/client";
import { onScopeDispose, shallowRef } from "vue";
import { useService, wordsOf } from "../service/index.ts";
import { readPast } from "./feed-past.ts";
import type { FeedRow } from "./feed-row.ts";

/** Minimum number of lines per request: pages are read until there are as many. */
const minRows = 50;

/** Reads lines that the feed's buffer has dropped from the log, page by page towards the beginning. */
export function usePast(liveId: () => string) {
	const service = useService();
	const state = shallowRef<"idle" | "reading" | "ended" | "failed">("idle");
	const failure = shallowRef("");
	/** Only events before this `seq` are still unread; `undefined` if nothing has been read. */
	let firstSeq: number | undefined;
	let reading = new AbortController();

	function reset(): void {
		reading.abort();
		firstSeq = undefined;
		state.value = "idle";
	}

	/**
	 * @param before reads only older events, if nothing has been read yet
	 * @param onRows called with matching lines, oldest first, all older than the previous ones
	 */
	async function older(
		before: number,
		types: readonly RoomEventType[] | undefined,
		passes: (row: FeedRow) => boolean,
		onRows: (rows: FeedRow[]) => void,
	): Promise<void> {
		if (state.value === "reading" || state.value === "ended") return;
		reading = new AbortController();
		const { signal } = reading;
		state.value = "reading";
		try {
			for (let brought = 0; brought < minRows; ) {
				const page = await readPast(service.client, liveId(), firstSeq ?? before, types, signal);
				if (signal.aborted) return;
				firstSeq = page.firstSeq;
				const rows = page.rows.filter(passes);
				brought += rows.length;
				onRows(rows);
				if (!page.ended) continue;
				state.value = "ended";
				return;
			}
			state.value = "idle";
		} catch (error) {
			if (signal.aborted) return;
			failure.value = wordsOf(error);
			state.value = "failed";
		}
	}

	onScopeDispose(reset);
	return { state, failure, older, reset };
}
