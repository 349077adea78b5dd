import type { FoundCookie, ProbeStep } from "@livekeeper/client";
import { computed, onScopeDispose, ref, shallowRef, watch } from "vue";
import { useService, wordsOf } from "../service/index.ts";

/** Nothing is asked while somebody still types, ms. */
const settleMs = 250;

/** What somebody pasted: what the service found in it, and whether the site accepts it. Nothing of it is kept here. */
export function usePasted(liveId: string | undefined) {
	const service = useService();
	const text = ref("");
	const found = shallowRef<FoundCookie>();
	const failure = ref("");
	const reading = ref(false);
	const steps = ref<ProbeStep[]>([]);
	const testing = ref(false);
	let asking = new AbortController();
	let timer: ReturnType<typeof setTimeout> | undefined;

	/** The room that it is tested with: one that is live, where there is one. */
	const testRoom = computed(() => {
		const asked = liveId === undefined ? undefined : service.rooms.get(liveId);
		return asked ?? [...service.rooms.values()].toSorted((a, b) => Number(b.connected_at) - Number(a.connected_at))[0];
	});

	async function read(signal: AbortSignal): Promise<void> {
		try {
			const answer = await service.client.identities.read(text.value, { signal });
			if (!signal.aborted) found.value = answer;
		} catch (error) {
			if (!signal.aborted) failure.value = wordsOf(error);
		} finally {
			if (!signal.aborted) reading.value = false;
		}
	}

	async function test(): Promise<void> {
		if (!testRoom.value) return;
		const { signal } = asking;
		[steps.value, failure.value, testing.value] = [[], "", true];
		try {
			const answer = await service.client.identities.probe(text.value, testRoom.value.live_id, { signal });
			if (!signal.aborted) steps.value = answer;
		} catch (error) {
			if (!signal.aborted) failure.value = wordsOf(error);
		} finally {
			if (!signal.aborted) testing.value = false;
		}
	}

	watch(text, () => {
		asking.abort();
		asking = new AbortController();
		clearTimeout(timer);
		[found.value, failure.value, steps.value, testing.value] = [undefined, "", [], false];
		reading.value = text.value.trim() !== "";
		const { signal } = asking;
		if (reading.value) timer = setTimeout(() => void read(signal), settleMs);
	});
	onScopeDispose(() => {
		asking.abort();
		clearTimeout(timer);
	});
	const usable = computed(() => found.value?.logged_in === true);
	return { text, found, failure, reading, steps, testing, testRoom, usable, test };
}

export type Pasted = ReturnType<typeof usePasted>;
