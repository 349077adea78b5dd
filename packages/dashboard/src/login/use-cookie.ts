import type { FoundCookie, ProbeStep } from "@livekeeper/client";
import { computed, onScopeDispose, ref, shallowRef, watch } from "vue";
import { useService, wordsOf } from "../service/index.ts";
import { usePairing } from "./use-pairing.ts";

/** Delay after the last keystroke before the service is asked, ms. */
const settleMs = 250;

/**
 * A cookie that was pasted or handed over by the browser extension: what the service found in it, and whether the site
 * accepts it. The page stores none of it.
 */
export function useCookie(liveId: string | undefined) {
	const service = useService();
	const way = ref<"paste" | "extension">("paste");
	const text = ref("");
	const pairing = usePairing();
	const read = shallowRef<FoundCookie>();
	const failure = ref("");
	const reading = ref(false);
	const steps = ref<ProbeStep[]>([]);
	const testing = ref(false);
	let asking = new AbortController();
	let timer: ReturnType<typeof setTimeout> | undefined;

	const found = computed(() => (way.value === "paste" ? read.value : (pairing.pairing.value?.found ?? undefined)));
	/** The cookie in the form that the service takes. */
	const given = computed(() =>
		way.value === "paste" ? { cookie: text.value } : { pairing: pairing.pairing.value?.id },
	);

	/** The room that the cookie is tested with: a live one if there is any. */
	const testRoom = computed(() => {
		const asked = liveId === undefined ? undefined : service.rooms.get(liveId);
		return asked ?? [...service.rooms.values()].toSorted((a, b) => Number(b.connected_at) - Number(a.connected_at))[0];
	});

	async function look(signal: AbortSignal): Promise<void> {
		try {
			const answer = await service.client.identities.read(text.value, { signal });
			if (!signal.aborted) read.value = answer;
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
			const answer = await service.client.identities.probe(given.value, testRoom.value.live_id, { signal });
			if (!signal.aborted) steps.value = answer;
		} catch (error) {
			if (!signal.aborted) failure.value = wordsOf(error);
		} finally {
			if (!signal.aborted) testing.value = false;
		}
	}

	watch([way, text, () => pairing.pairing.value?.id], () => {
		asking.abort();
		asking = new AbortController();
		clearTimeout(timer);
		[read.value, failure.value, steps.value, testing.value] = [undefined, "", [], false];
		reading.value = way.value === "paste" && text.value.trim() !== "";
		const { signal } = asking;
		if (reading.value) timer = setTimeout(() => void look(signal), settleMs);
	});
	onScopeDispose(() => {
		asking.abort();
		clearTimeout(timer);
	});
	const usable = computed(() => found.value?.logged_in === true);
	/** Drops the cookie, because the service has stored it. */
	function forget(): void {
		text.value = "";
		pairing.end();
	}
	return { way, text, pairing, given, found, failure, reading, steps, testing, testRoom, usable, test, forget };
}

export type GivenCookie = ReturnType<typeof useCookie>;
