import { type Broadcast, type Highlights, LivekeeperApiError } from "@livekeeper/client";
import { onScopeDispose, shallowRef, watch } from "vue";
import { useService } from "../service/index.ts";

/** Interval at which a running broadcast's moments are read again, ms. */
const refreshMs = 60_000;

/** Moments of a broadcast that stand out, in order of time; up to date while it is running. */
export function useHighlights(liveId: () => string, broadcast: () => Broadcast | undefined) {
	const service = useService();
	const highlights = shallowRef<Highlights["highlights"]>([]);
	let reading = new AbortController();

	async function read(): Promise<void> {
		const one = broadcast();
		if (!one || document.hidden) return;
		const { signal } = reading;
		// New words are found once it has ended: the whole chat is read for them.
		const options = { words: one.ended_at !== null, signal };
		try {
			highlights.value = (await service.client.room(liveId()).highlights(one.room_id, options)).highlights;
		} catch (error) {
			// The charts report what the service can't answer.
			if (!signal.aborted && !(error instanceof LivekeeperApiError)) throw error;
		}
	}

	watch(
		() => `${liveId()} ${broadcast()?.room_id} ${broadcast()?.ended_at}`,
		(now, before) => {
			reading.abort();
			reading = new AbortController();
			if (now.split(" ", 2).join() !== before?.split(" ", 2).join()) highlights.value = [];
			void read();
		},
		{ immediate: true },
	);
	const timer = setInterval(() => {
		if (broadcast()?.ended_at === null) void read();
	}, refreshMs);
	onScopeDispose(() => {
		clearInterval(timer);
		reading.abort();
	});
	return highlights;
}
