import { computed, type Ref, ref, type WritableComputedRef, watch } from "vue";
import { useRoute, useRouter } from "vue-router";

/** Changes of the same task, which are applied to the address together; each builds on the previous one. */
let pending: Record<string, string | undefined> | undefined;

/**
 * A query parameter of the address, which survives reloads, back navigation and bookmarks. Empty: the parameter is
 * absent.
 */
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
				// Another page has been opened in the meantime, with an address of its own.
				if (route.path === path) void router.replace({ query, hash: route.hash });
			});
		},
	});
}

/**
 * A text input that reaches the address once typing has paused.
 * @param pauseMs time after the last key press
 * @returns `typed`: the current text; `settle`: applies it to the address at once
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
