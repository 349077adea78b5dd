import { LivekeeperApiError, type TruncatedNotice } from "@livekeeper/client";
import { onScopeDispose, shallowRef, watch } from "vue";
import { useService, wordsOf } from "../service/index.ts";
import { FeedBuffer } from "./feed-buffer.ts";

/** Number of past events read when a room is opened. */
const backlog = 300;

/**
 * Follows a room's events for as long as the page shows them. Resumes after the last event across disconnects and
 * restarts of the service, without gaps or duplicates.
 * @param liveId may change, which switches the feed to another room
 */
export function useFeed(liveId: () => string) {
	const service = useService();
	const buffer = new FeedBuffer();
	/** Changes once per frame while events arrive. */
	const version = shallowRef(0);
	/** Whether the existing events have been read. */
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
			// A service that was unreachable when the page was opened: the stream itself reconnects.
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
	// A room that was never kept has no messages to read until it is started.
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
