import { onScopeDispose, shallowRef, watchEffect } from "vue";
import { useService } from "../service/index.ts";

/**
 * A picture from elsewhere, fetched by the service (the page itself may fetch from nobody else) and kept as long as it is
 * shown or among the newest.
 * @param url where it is; `undefined` or "" for none
 */
export function useImage(url: () => string | undefined) {
	const { images } = useService();
	const source = shallowRef<string>();
	let wanted: string | undefined;
	watchEffect(() => {
		const next = url() || undefined;
		if (next === wanted) return;
		wanted = next;
		source.value = undefined;
		if (next === undefined) return;
		void images.get(next).then((found) => {
			if (wanted === next) source.value = found;
		});
	});
	onScopeDispose(() => {
		wanted = undefined;
	});
	return { source, failed: () => (source.value = undefined) };
}
