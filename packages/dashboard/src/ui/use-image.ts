import { onScopeDispose, shallowRef, watchEffect } from "vue";
import { useService } from "../service/index.ts";

/** Delay before a visible picture is loaded, ms, so pictures that are scrolled past are not. */
const settledMs = 150;

/**
 * A picture from another site, fetched by the service (the page itself may not fetch from other hosts) and kept while
 * it is shown or among the newest.
 * @param url its address; `undefined` or empty for none
 */
export function useImage(url: () => string | undefined) {
	const { images } = useService();
	const source = shallowRef<string>();
	let wanted: string | undefined;
	let timer: ReturnType<typeof setTimeout> | undefined;
	watchEffect(() => {
		const next = url() || undefined;
		if (next === wanted) return;
		wanted = next;
		source.value = undefined;
		clearTimeout(timer);
		if (next === undefined) return;
		const show = () =>
			void images.get(next).then((found) => {
				if (wanted === next) source.value = found;
			});
		if (images.has(next)) show();
		else timer = setTimeout(show, settledMs);
	});
	onScopeDispose(() => {
		wanted = undefined;
		clearTimeout(timer);
	});
	return { source, failed: () => (source.value = undefined) };
}
