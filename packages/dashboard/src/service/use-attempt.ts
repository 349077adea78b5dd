import { onScopeDispose, ref } from "vue";
import { wordsOf } from "./words-of.ts";

/** Runs actions of the user, and keeps the service's message about the last one if it was refused. */
export function useAttempt() {
	const busy = ref(false);
	/** The service's words; `undefined` while all is well. */
	const failure = ref<string>();
	const gone = new AbortController();
	onScopeDispose(() => gone.abort());

	/**
	 * @param act receives a signal that ends its requests once the user has left
	 * @returns whether it was done
	 */
	async function attempt(act: (signal: AbortSignal) => Promise<unknown>): Promise<boolean> {
		[busy.value, failure.value] = [true, undefined];
		try {
			await act(gone.signal);
			return true;
		} catch (error) {
			if (!gone.signal.aborted) failure.value = wordsOf(error);
			return false;
		} finally {
			busy.value = false;
		}
	}
	return { busy, failure, attempt };
}
