import { type Broadcast, LivekeeperApiError } from "@livekeeper/client";
import { computed, onScopeDispose, shallowRef, watch } from "vue";
import { useService } from "../service/index.ts";
import { asOfNow } from "./running.ts";

/** How often the broadcast that goes on is looked at, ms. */
const everyMs = 5_000;

/** A room's broadcasts, newest first, read again and again while the page is looked at. */
export function useBroadcasts(liveId: () => string) {
	const service = useService();
	const told = shallowRef<Broadcast[]>([]);
	const loaded = shallowRef(false);
	// Which rooms are followed is not known before they have been told.
	const broadcasts = computed(() =>
		service.loaded.value ? asOfNow(told.value, service.rooms.get(liveId())) : told.value,
	);
	const failure = shallowRef("");
	let reading = new AbortController();

	async function read(): Promise<void> {
		if (document.hidden) return;
		const { signal } = reading;
		try {
			const found = await service.client.room(liveId()).broadcasts({ signal });
			told.value = found.reverse();
			loaded.value = true;
			failure.value = "";
		} catch (error) {
			if (signal.aborted) return;
			if (!(error instanceof LivekeeperApiError)) throw error;
			failure.value = error.retryable || error.code === "room_not_found" ? "" : error.message;
			if (error.code === "room_not_found") loaded.value = true;
		}
	}

	watch(
		liveId,
		() => {
			reading.abort();
			reading = new AbortController();
			told.value = [];
			loaded.value = false;
			void read();
		},
		{ immediate: true },
	);
	const timer = setInterval(() => void read(), everyMs);
	onScopeDispose(() => {
		clearInterval(timer);
		reading.abort();
	});
	return { broadcasts, /** Whether it is known which there are. */ loaded, failure };
}
