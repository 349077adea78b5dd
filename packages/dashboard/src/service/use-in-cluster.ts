import { LivekeeperApiError } from "@livekeeper/client";
import { onScopeDispose, type ShallowRef, shallowRef, watch } from "vue";
import { useService } from "./service.ts";

/** Whether the service is a node of a cluster; checked each time the page connects. */
export function useInCluster(): Readonly<ShallowRef<boolean>> {
	const service = useService();
	const inCluster = shallowRef(false);
	let asking = new AbortController();

	async function ask(): Promise<void> {
		asking.abort();
		asking = new AbortController();
		const { signal } = asking;
		try {
			inCluster.value = (await service.client.nodes({ signal })).unheard_ms !== null;
		} catch (error) {
			if (signal.aborted) return;
			// It is checked again once the service is back; until then the last answer holds.
			if (!(error instanceof LivekeeperApiError)) throw error;
		}
	}

	watch(
		() => service.connection.value.name,
		(name) => name === "open" && void ask(),
		{ immediate: true },
	);
	onScopeDispose(() => asking.abort());
	return inCluster;
}
