import { LivekeeperApiError, type RoomEvent } from "@livekeeper/client";
import { onScopeDispose, shallowRef, watch } from "vue";
import { useService } from "../service/index.ts";
import { safeText } from "../text/safe-text.ts";

/** One incident of the room's connection or broadcast. */
export interface TimelineEntry {
	seq: number;
	at: number;
	kind: "connection" | "gap" | "withheld" | "down" | "broadcast";
	/** The new state, the gap's reason, or the event's type. */
	code: string;
	text: string;
	/** Upstream time that is missing, or time that the service did not run, ms; 0 for all others. */
	spanMs: number;
	/** Worth of the withheld gifts, in diamonds. */
	diamonds: number;
}

const types = ["connection", "gap", "gifts_withheld", "service_down", "broadcast_started", "broadcast_ended"] as const;
/** Maximum number of entries shown; the newest are kept. */
const most = 100;
/** Delay after a change before the log is read, ms; later changes within it are read together. */
const settleMs = 1_500;

/**
 * History of a room's connection from its log, newest first.
 * @param change returns a different value after each incident
 */
export function useTimeline(liveId: () => string, change: () => string) {
	const service = useService();
	const entries = shallowRef<TimelineEntry[]>([]);
	const failure = shallowRef<string>();
	let reading = new AbortController();
	/** Everything up to this `seq` has been read. */
	let after = 0;
	let timer: ReturnType<typeof setTimeout> | undefined;

	async function read(id: string, signal: AbortSignal): Promise<void> {
		try {
			for (let caughtUp = false; !caughtUp; ) {
				const page = await service.client.room(id).history({ after, limit: 5000, types, signal });
				if (signal.aborted) return;
				const fresh = page.events.map(entryOf).filter((entry) => entry !== undefined);
				entries.value = [...fresh.reverse(), ...entries.value].slice(0, most);
				after = page.nextAfter;
				caughtUp = page.caughtUp;
			}
			failure.value = undefined;
		} catch (error) {
			if (signal.aborted) return;
			if (!(error instanceof LivekeeperApiError)) throw error;
			// The banner already says that the service is unreachable; the log is read once it is back.
			failure.value = error.retryable ? undefined : error.message;
		}
	}

	watch(
		liveId,
		() => {
			reading.abort();
			reading = new AbortController();
			entries.value = [];
			after = 0;
			void read(liveId(), reading.signal);
		},
		{ immediate: true },
	);
	watch([change, () => service.connection.value.name], () => {
		clearTimeout(timer);
		timer = setTimeout(() => void read(liveId(), reading.signal), settleMs);
	});
	onScopeDispose(() => {
		clearTimeout(timer);
		reading.abort();
	});
	return { entries, failure };
}

function entryOf(event: RoomEvent): TimelineEntry | undefined {
	const plain = { seq: event.seq, at: event.at, text: "", spanMs: 0, diamonds: 0 };
	switch (event.type) {
		case "connection":
			return { ...plain, kind: "connection", code: event.state, text: event.reason };
		case "gap":
			return { ...plain, kind: "gap", code: event.reason, spanMs: Math.max(0, event.to - event.from) };
		case "service_down":
			return { ...plain, kind: "down", code: event.type, spanMs: Math.max(0, event.to - event.from) };
		case "gifts_withheld":
			return { ...plain, kind: "withheld", code: event.type, diamonds: event.diamonds_missing };
		case "broadcast_started":
			return { ...plain, kind: "broadcast", code: event.type, text: safeText(event.title, 120) };
		case "broadcast_ended":
			return { ...plain, kind: "broadcast", code: event.type, text: event.reason };
		default:
			return undefined;
	}
}
