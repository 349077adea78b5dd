import { setTimeout as pause } from "node:timers/promises";
import type { SimulatedRoom } from "@livekeeper/simulator";

export interface Talk {
	rooms: readonly SimulatedRoom[];
	/** Number of messages in each room, and in each frame. */
	messages: number;
	perFrame: number;
	seconds: number;
}

/**
 * Makes rooms send exactly the given number of messages, their frames spread evenly over the time: one room after the
 * other, because real rooms do not send at the same moment. Two simulators with one seed send the same.
 */
export async function talk({ rooms, messages, perFrame, seconds }: Talk): Promise<void> {
	const frames = rooms.length * Math.max(1, Math.round(messages / perFrame));
	const startedAt = performance.now();
	for (let said = 0; said < frames; ) {
		const due = Math.min(frames, Math.ceil(((performance.now() - startedAt) / seconds / 1000) * frames));
		for (; said < due; said++) rooms[said % rooms.length]?.produce(perFrame);
		await pause(1);
	}
}
