import { type Broadcast, LivekeeperApiError, type SeriesPoint } from "@livekeeper/client";
import { onScopeDispose, shallowRef, watch } from "vue";
import { useService } from "../service/index.ts";
import { beginOf, type Columns, columnsOf, type Mark, marksOf, minuteMs, stepFor } from "./chart-data.ts";

/** Polling interval of the newest minutes, ms, and their number: late messages belong to earlier minutes. */
const everyMs = 2_000;
const newestMs = 3 * minuteMs;
/** Interval of complete reads, ms. */
const allEveryMs = 60_000;
const marksTypes = ["connection", "gap", "service_down"] as const;

export interface Charted {
	columns: Columns;
	/** Minutes per span. */
	step: number;
	/** Whether the newest span is still open. */
	running: boolean;
}

/**
 * A broadcast's totals over time and its problems, kept up to date while it is running.
 * @param change returns a different value after each change of the connection
 */
export function useSeries(liveId: () => string, broadcast: () => Broadcast | undefined, change: () => string) {
	const service = useService();
	const charted = shallowRef<Charted>();
	const marks = shallowRef<Mark[]>([]);
	const failure = shallowRef("");
	let reading = new AbortController();
	let points = new Map<number, SeriesPoint>();
	let allAt = 0;
	let busy = false;

	async function read(one: Broadcast, signal: AbortSignal): Promise<void> {
		const all = Date.now() - allAt >= allEveryMs;
		const to = one.ended_at ?? Math.max(Date.now(), one.started_at + one.duration_ms);
		const begin = beginOf(one.started_at, to);
		const step = stepFor(to - begin);
		const stepMs = step * minuteMs;
		const from = all ? begin : begin + Math.max(0, Math.floor((to - newestMs - begin) / stepMs)) * stepMs;
		const room = service.client.room(liveId());
		const series = await room.series({ from, to: to + 1, step, broadcast: one.room_id, signal });
		if (all) {
			points = new Map();
			const found = await room.history({ types: marksTypes, from: begin, to: to + 1, limit: 5_000, signal });
			marks.value = marksOf(found.events);
			allAt = Date.now();
		}
		for (const point of series.points) points.set(point.at, point);
		const columns = columnsOf(points.values(), begin, to, step);
		charted.value = { columns, step, running: one.ended_at === null };
	}

	async function update(): Promise<void> {
		const one = broadcast();
		if (!one || busy || document.hidden) return;
		// An ended broadcast does not change.
		if (one.ended_at !== null && allAt > 0) return;
		const { signal } = reading;
		busy = true;
		try {
			await read(one, signal);
			failure.value = "";
		} catch (error) {
			if (signal.aborted) return;
			if (!(error instanceof LivekeeperApiError)) throw error;
			failure.value = error.retryable ? "" : error.message;
		} finally {
			if (!signal.aborted) busy = false;
		}
	}

	watch(
		() => `${liveId()} ${broadcast()?.room_id} ${broadcast()?.ended_at}`,
		(now, before) => {
			reading.abort();
			reading = new AbortController();
			busy = false;
			allAt = 0;
			points = new Map();
			// Clears the charts for another broadcast; one that has just ended stays on the screen.
			if (now.split(" ", 2).join() !== before?.split(" ", 2).join()) {
				charted.value = undefined;
				marks.value = [];
			}
			void update();
		},
		{ immediate: true },
	);
	watch([change, () => service.connection.value.name], () => {
		allAt = 0;
	});
	const timer = setInterval(() => void update(), everyMs);
	onScopeDispose(() => {
		clearInterval(timer);
		reading.abort();
	});
	return { charted, marks, failure };
}
