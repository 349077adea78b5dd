import { type Broadcast, LivekeeperApiError } from "@livekeeper/client";
import { computed, onScopeDispose, shallowRef, watch } from "vue";
import { useService } from "../service/index.ts";
import { now } from "../ui/now.ts";
import { asOfNow } from "./running.ts";

/** Polling interval of the running broadcast, ms. */
const everyMs = 5_000;

/** A room's broadcasts, newest first, polled while the page is visible. */
export function useBroadcasts(liveId: () => string) {
	const service = useService();
	const stored = shallowRef<Broadcast[]>([]);
	const loaded = shallowRef(false);
	const unknown = shallowRef(false);
	// It is unknown which rooms are followed until the list of rooms has arrived.
	const broadcasts = computed(() =>
		service.loaded.value ? asOfNow(stored.value, service.rooms.get(liveId()), now.value) : stored.value,
	);
	const failure = shallowRef("");
	let reading = new AbortController();

	async function read(): Promise<void> {
		if (document.hidden) return;
		const { signal } = reading;
		try {
			const found = await service.client.room(liveId()).broadcasts({ signal });
			stored.value = found.reverse();
			loaded.value = true;
			unknown.value = false;
			failure.value = "";
		} catch (error) {
			if (signal.aborted) return;
			if (!(error instanceof LivekeeperApiError)) throw error;
			failure.value = error.retryable || error.code === "room_not_found" ? "" : error.message;
			if (error.code === "room_not_found") loaded.value = unknown.value = true;
		}
	}

	watch(
		liveId,
		() => {
			reading.abort();
			reading = new AbortController();
			stored.value = [];
			loaded.value = false;
			unknown.value = false;
			void read();
		},
		{ immediate: true },
	);
	const timer = setInterval(() => void read(), everyMs);
	onScopeDispose(() => {
		clearInterval(timer);
		reading.abort();
	});
	return {
		broadcasts,
		/** Whether the list of broadcasts has been read. */
		loaded,
		/** Whether the service has nothing of this room. */
		unknown,
		failure,
	};
}
