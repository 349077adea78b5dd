import { onScopeDispose, shallowRef, watchEffect } from "vue";
import { useService } from "../service/index.ts";

/** A picture is asked for once its place has been shown for this long, ms: one that is scrolled past isn't. */
const settledMs = 150;

/**
 * A picture from elsewhere, fetched by the service (the page itself may fetch from nobody else) and kept as long as it is
 * shown or among the newest.
 * @param url where it is; `undefined` or "" for none
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
