import { LivekeeperApiError, type LivekeeperClient } from "@livekeeper/client";
import { onScopeDispose, shallowRef, watch } from "vue";
import { useService } from "./service.ts";
import { wordsOf } from "./words-of.ts";

/**
 * Polls a value of the service while the page is visible. The last value stays while the service is unreachable;
 * `failure` holds errors that the banner does not show.
 * @param read requests the value
 * @param everyMs delay between an answer and the next request, ms
 */
export function usePolled<T>(read: (client: LivekeeperClient, signal: AbortSignal) => Promise<T>, everyMs: number) {
	const service = useService();
	const value = shallowRef<T>();
	const failure = shallowRef<string>();
	let asking = new AbortController();
	let timer: ReturnType<typeof setTimeout> | undefined;

	async function refresh(): Promise<void> {
		clearTimeout(timer);
		asking.abort();
		asking = new AbortController();
		const { signal } = asking;
		try {
			if (!document.hidden) value.value = await read(service.client, signal);
			failure.value = undefined;
		} catch (error) {
			if (signal.aborted) return;
			if (!(error instanceof LivekeeperApiError)) throw error;
			failure.value = error.status === 0 ? undefined : wordsOf(error);
		}
		if (!signal.aborted) timer = setTimeout(() => void refresh(), everyMs);
	}

	const onVisible = () => document.hidden || void refresh();
	document.addEventListener("visibilitychange", onVisible);
	// In another language, or with another key.
	watch(
		() => service.client,
		() => void refresh(),
	);
	watch(service.connection, (now, before) => now.name === "open" && before.name !== "open" && void refresh());
	onScopeDispose(() => {
		document.removeEventListener("visibilitychange", onVisible);
		clearTimeout(timer);
		asking.abort();
	});
	void refresh();
	return { value, failure, refresh };
}
