import type { RoomEvent, SearchOptions } from "@livekeeper/client";
import { onScopeDispose, shallowRef } from "vue";
import { useService, wordsOf } from "../service/index.ts";

/** Number of results after which the search pauses and the user may continue it. */
const atOnce = 100;

/** Progress of a search. */
export interface SearchProgress {
	looked: number;
	/** Everything newer than this has been searched, ms since the epoch; `undefined` before the first page. */
	reachedAt: number | undefined;
	/** Share of the searched period, 0 to 1. */
	share: number;
}

const nothing: SearchProgress = { looked: 0, reachedAt: undefined, share: 0 };

/** A search of the service's log that can be stopped and continued. */
export function useSearch() {
	const service = useService();
	const found = shallowRef<readonly RoomEvent[]>([]);
	const state = shallowRef<"searching" | "paused" | "done" | "failed">("done");
	const progress = shallowRef(nothing);
	const failure = shallowRef("");
	let options: SearchOptions = {};
	let cursor: string | undefined;
	let begunAt = 0;
	let searching = new AbortController();

	async function resume(): Promise<void> {
		searching.abort();
		searching = new AbortController();
		const { signal } = searching;
		state.value = "searching";
		const enough = found.value.length + atOnce;
		try {
			for await (const page of service.client.search({ ...options, cursor, signal })) {
				if (signal.aborted) return;
				found.value = [...found.value, ...page.events];
				cursor = page.cursor ?? undefined;
				progress.value = progressOf(page.reachedAt, page.oldestAt, page.looked);
				if (page.cursor !== null && found.value.length < enough) continue;
				state.value = page.cursor === null ? "done" : "paused";
				return;
			}
		} catch (error) {
			if (signal.aborted) return;
			state.value = "failed";
			failure.value = wordsOf(error);
		}
	}

	function progressOf(reachedAt: number | null, oldestAt: number | null, looked: number): SearchProgress {
		const span = begunAt - (oldestAt ?? begunAt);
		return {
			looked: progress.value.looked + looked,
			reachedAt: reachedAt ?? undefined,
			share: reachedAt === null || span <= 0 ? 1 : Math.min(1, Math.max(0, (begunAt - reachedAt) / span)),
		};
	}

	onScopeDispose(() => searching.abort());
	return {
		found,
		state,
		progress,
		failure,
		resume,
		begin(asked: SearchOptions): void {
			options = asked;
			cursor = undefined;
			begunAt = Date.now();
			found.value = [];
			failure.value = "";
			progress.value = nothing;
			void resume();
		},
		stop(): void {
			searching.abort();
			state.value = "paused";
		},
	};
}
