import { type Ref, ref, watch } from "vue";

/**
 * A choice stored in this browser.
 * @param known all choices, if there are only these: a stored value that is no longer known counts as none
 */
export function useStorage<Value extends string>(key: string, initial: Value, known?: readonly Value[]): Ref<Value> {
	const stored = localStorage.getItem(key) as Value | null;
	const value = ref(stored !== null && (known?.includes(stored) ?? true) ? stored : initial) as Ref<Value>;
	watch(value, (chosen) => localStorage.setItem(key, chosen));
	return value;
}
