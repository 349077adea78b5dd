import { LivekeeperApiError, type QualityPoint } from "@livekeeper/client";
import { computed, onMounted, onScopeDispose, type Ref, shallowRef, watch } from "vue";
import { useService } from "../service/index.ts";
import { now } from "../ui/now.ts";
import { cellMs, dayStrip } from "./day-strip.ts";

/** Polling interval, ms: there is a new point every 5 minutes. */
const everyMs = 5 * 60_000;
/** Maximum number of concurrent requests, because a wall may show many rooms. */
const maxRooms = 3;
let running = 0;
const waiting: (() => void)[] = [];

async function inTurn<T>(work: () => Promise<T>): Promise<T> {
	if (running >= maxRooms) await new Promise<void>((resolve) => waiting.push(resolve));
	running++;
	try {
		return await work();
	} finally {
		running--;
		waiting.shift()?.();
	}
}

/** A room's last 24 hours, loaded while its element is visible; `undefined` until loaded. */
export function useDayStrip(liveId: () => string, place: Readonly<Ref<Element | null>>) {
	const service = useService();
	const history = shallowRef<readonly QualityPoint[]>();
	const asking = new AbortController();
	let readAt = 0;
	let inSight = false;

	async function read(): Promise<void> {
		if (!inSight || document.hidden || Date.now() - readAt < everyMs) return;
		readAt = Date.now();
		const { signal } = asking;
		try {
			history.value = await inTurn(async () => {
				signal.throwIfAborted();
				return service.client.room(liveId()).qualityHistory({ signal });
			});
		} catch (error) {
			if (signal.aborted) return;
			// The strip shows no errors: the room's own state says what is wrong, and the strip is polled again.
			if (!(error instanceof LivekeeperApiError)) throw error;
		}
	}

	const observer = new IntersectionObserver((entries) => {
		inSight = entries.at(-1)?.isIntersecting ?? false;
		void read();
	});
	onMounted(() => place.value && observer.observe(place.value));
	const timer = setInterval(() => void read(), 30_000);
	watch(liveId, () => {
		readAt = 0;
		history.value = undefined;
		void read();
	});
	onScopeDispose(() => {
		clearInterval(timer);
		observer.disconnect();
		asking.abort();
	});
	const cell = computed(() => Math.floor(now.value / cellMs) * cellMs);
	return computed(() => history.value && dayStrip(history.value, cell.value));
}
