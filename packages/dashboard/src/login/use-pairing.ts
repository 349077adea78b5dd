import type { CookiePairing } from "@livekeeper/client";
import { onScopeDispose, ref, shallowRef } from "vue";
import { useService, wordsOf } from "../service/index.ts";

const everyMs = 1000;

/** Whether the browser extension can reach the service at this page's address: its manifest only allows these hosts. */
export const extensionReachesUs = ["127.0.0.1", "localhost"].includes(location.hostname);

/** A pairing code for the browser extension, and the state of the handover. */
export function usePairing() {
	const service = useService();
	const pairing = shallowRef<CookiePairing>();
	const code = ref("");
	const failure = ref("");
	let asking = new AbortController();
	let timer: ReturnType<typeof setTimeout> | undefined;

	/** Creates a code, which invalidates the previous one. */
	async function begin(): Promise<void> {
		end();
		asking = new AbortController();
		const { signal } = asking;
		try {
			const made = await service.client.identities.pair({ signal });
			[pairing.value, code.value] = [made.pairing, made.code];
			follow(made.pairing.id, signal);
		} catch (error) {
			if (!signal.aborted) failure.value = wordsOf(error);
		}
	}

	function follow(id: string, signal: AbortSignal): void {
		timer = setTimeout(async () => {
			try {
				pairing.value = await service.client.identities.pairing(id, { signal });
				if (pairing.value.state === "waiting") follow(id, signal);
			} catch (error) {
				if (signal.aborted) return;
				[pairing.value, failure.value] = [undefined, wordsOf(error)];
			}
		}, everyMs);
	}

	function end(): void {
		asking.abort();
		clearTimeout(timer);
		// If the service is unreachable, it discards the pairing itself after some minutes.
		if (pairing.value) void service.client.identities.endPairing(pairing.value.id).catch(() => undefined);
		[pairing.value, code.value, failure.value] = [undefined, "", ""];
	}

	onScopeDispose(end);
	return { pairing, code, failure, begin, end };
}
