import { setTimeout as pause } from "node:timers/promises";

/** An event as a follower received it. */
export interface SeenEvent {
	seq: number;
	id: string;
}

/**
 * A reader that follows one room through every interruption. Keeps what it receives as it arrived, without sorting or
 * deduplication.
 */
export interface Follower {
	readonly name: string;
	readonly seen: SeenEvent[];
	/** Everything that must not happen: events reported as gone, refusals, bad signatures. */
	readonly complaints: string[];
	/** Number of connections made. */
	readonly connections: number;
	/** Cuts the current connection. @returns whether there was one */
	cut(): boolean;
	close(): Promise<void>;
}

export const lastSeq = (seen: readonly SeenEvent[]): number => seen.at(-1)?.seq ?? 0;

/** Repeats attempts with a short pause until the signal aborts. */
export async function again(signal: AbortSignal, attempt: () => Promise<void>): Promise<void> {
	while (!signal.aborted) {
		try {
			await attempt();
		} catch {
			// The service is down or the connection was cut, which is the point of these runs.
		}
		await pause(50 + Math.random() * 100);
	}
}
