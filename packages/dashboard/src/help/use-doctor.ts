import type { DoctorStep, DoctorVerdict } from "@livekeeper/client";
import { onScopeDispose, ref, shallowRef } from "vue";
import { useService, wordsOf } from "../service/index.ts";

/** Runs an examination by the service and exposes its steps as they arrive, and its verdict. */
export function useDoctor() {
	const service = useService();
	const steps = ref<DoctorStep[]>([]);
	const verdict = shallowRef<DoctorVerdict>();
	const failure = ref("");
	const running = shallowRef<AbortController>();

	async function run(question: { liveId?: string | undefined; identity?: string | undefined }): Promise<void> {
		running.value?.abort();
		const stop = new AbortController();
		running.value = stop;
		[steps.value, verdict.value, failure.value] = [[], undefined, ""];
		try {
			const onStep = (step: DoctorStep) => stop.signal.aborted || steps.value.push(step);
			verdict.value = await service.client.doctor({ ...question, signal: stop.signal, onStep });
		} catch (error) {
			if (!stop.signal.aborted) failure.value = wordsOf(error);
		} finally {
			if (running.value === stop) running.value = undefined;
		}
	}

	function stop(): void {
		running.value?.abort();
		running.value = undefined;
	}
	onScopeDispose(stop);
	return { steps, verdict, failure, running, run, stop };
}
