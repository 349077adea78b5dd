import { computed, type Ref, ref, type WritableComputedRef, watch } from "vue";
import { useRoute, useRouter } from "vue-router";

/** Changes of one task, which reach the address together: each starts from the one before. */
let pending: Record<string, string | undefined> | undefined;

/** A part of the address, `?name=value`: a reload, the way back and a bookmark keep it. "": it is not there. */
export function useQuery(name: string): WritableComputedRef<string> {
	const route = useRoute();
	const router = useRouter();
	return computed({
		get: () => {
			const value = route.query[name];
			return typeof value === "string" ? value : "";
		},
		set: (value) => {
			if (pending) {
				pending[name] = value || undefined;
				return;
			}
			pending = { [name]: value || undefined };
			const { path } = route;
			queueMicrotask(() => {
				const query = { ...route.query, ...pending };
				pending = undefined;
				// Another page has been opened meanwhile: it has an address of its own.
				if (route.path === path) void router.replace({ query, hash: route.hash });
			});
		},
	});
}

/**
 * A text that is being typed, and reaches the address once typing has paused.
 * @param pauseMs after the last key
 * @returns `typed`: the text as it is typed; `settle`: has it reach the address at once
 */
export function useTypedQuery(name: string, pauseMs: number): { typed: Ref<string>; settle: () => void } {
	const query = useQuery(name);
	const typed = ref(query.value);
	const settle = () => {
		query.value = typed.value.trim();
	};
	watch(typed, (text, _before, onCleanup) => {
		const timer = setTimeout(settle, text.trim() === "" ? 0 : pauseMs);
		onCleanup(() => clearTimeout(timer));
	});
	watch(query, (text) => {
		if (text !== typed.value.trim()) typed.value = text;
	});
	return { typed, settle };
}
