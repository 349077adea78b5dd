import type { Gathered, GatherFrom } from "./gather.ts";
import { changesOf, noRoom } from "./service-states.ts";
import type { ServiceWatch } from "./service-watch.ts";
import type { TargetLog } from "./target-log.ts";
import type { TargetRenderer } from "./target-renderer.ts";

/** Source of a lane's deliveries. */
export interface LaneSource {
	/** Returns the content of the next delivery. */
	gather(from: GatherFrom): Promise<Gathered>;
	/** Whether the lane may move past a position that cannot be stored, and store it later. */
	mayRunAhead(): boolean;
}

const maxNotices = 20;

/** Returns a source of a room's events in the log, or of the service's states. */
export function sourceOf(
	liveId: string,
	renderer: TargetRenderer,
	{ log, states }: { log: TargetLog; states?: ServiceWatch | undefined },
): LaneSource {
	if (liveId !== noRoom) return { gather: (from) => renderer.gather(log, from), mayRunAhead: () => false };
	const { target, pace } = renderer;
	const of = {
		states: target.filter.states ?? [],
		holdMs: (target.pace.holdSeconds ?? 0) * 1_000,
		maxNotices,
		heldUntil: (at: number, now: number) => pace.heldUntil(at, now),
	};
	return {
		gather: async ({ lastNotified, now, after }) => {
			const changes = changesOf(states?.observed ?? new Map(), lastNotified, { ...of, now });
			const { due, dueAt, isAll } = changes;
			return {
				...{ events: [], chosen: undefined, truncated: undefined, notices: due.length > 0 ? due : undefined },
				...{
					nextAfter: after + due.length,
					lastNotified: changes.lastNotified,
					caughtUp: isAll,
					dueAt,
					undecided: false,
				},
			};
		},
		// Otherwise no target would be notified that storage is failing.
		mayRunAhead: () => !(states?.isStorable ?? true),
	};
}
