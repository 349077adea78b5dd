import { LivekeeperApiError, type TruncatedNotice } from "@livekeeper/client";
import { onScopeDispose, shallowRef, watch } from "vue";
import { useService, wordsOf } from "../service/index.ts";
import { FeedBuffer } from "./feed-buffer.ts";

/** Number of past events that are read when a room is opened. */
const backlog = 300;

/**
 * A room's events as they come, for as long as the page shows them. Reading goes on behind the last one that was seen
 * through cuts and restarts of the service, with no hole and no repeat.
 * @param liveId may change: then it is another room's feed
 */
export function useFeed(liveId: () => string) {
	const service = useService();
	const buffer = new FeedBuffer();
	/** Changes once a frame while something comes. */
	const version = shallowRef(0);
	/** Whether it is known what there is to read. */
	const loaded = shallowRef(false);
	const truncated = shallowRef<TruncatedNotice>();
	const failure = shallowRef<string>();
	let reading = new AbortController();
	let frame = 0;

	const changed = () => {
		frame ||= requestAnimationFrame(() => {
			frame = 0;
			version.value++;
		});
	};

	async function read(id: string, signal: AbortSignal): Promise<void> {
		try {
			const room = service.client.room(id);
			const { lastSeq } = await room.history({ limit: 1, signal });
			loaded.value = lastSeq === 0;
			const after = Math.max(0, lastSeq - backlog);
			for await (const item of room.events({ after, signal, transport: "websocket" })) {
				if (item.type === "truncated") truncated.value = item;
				else buffer.add(item);
				loaded.value = true;
				changed();
			}
		} catch (error) {
			if (signal.aborted) return;
			failure.value = wordsOf(error);
			loaded.value = true;
			// A service that was away when the page was opened: the reading itself survives that.
			const isAway = error instanceof LivekeeperApiError && error.retryable;
			if (isAway) setTimeout(() => signal.aborted || void read(id, signal), 2_000);
			return;
		}
		failure.value = undefined;
	}

	function begin(): void {
		reading.abort();
		reading = new AbortController();
		buffer.clear();
		loaded.value = false;
		truncated.value = undefined;
		failure.value = undefined;
		changed();
		void read(liveId(), reading.signal);
	}

	watch(liveId, begin, { immediate: true });
	// A room that nobody has kept before has no messages to read until it is started.
	watch(
		() => service.rooms.has(liveId()),
		(isKept) => isKept && failure.value !== undefined && begin(),
	);
	onScopeDispose(() => {
		reading.abort();
		cancelAnimationFrame(frame);
	});
	return { buffer, version, loaded, truncated, failure };
}
