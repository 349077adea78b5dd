import { setTimeout as pause } from "node:timers/promises";

/** An event as a follower was given it. */
export interface SeenEvent {
	seq: number;
	id: string;
}

/**
 * Somebody who follows one room through every interruption. What it was given is kept as it came: nothing is sorted,
 * and nothing is left out because it was there before.
 */
export interface Follower {
	readonly name: string;
	readonly seen: SeenEvent[];
	/** Whatever should not have happened: events called gone, refusals, bad signatures. */
	readonly complaints: string[];
	/** How often it has connected. */
	readonly connections: number;
	/** Cuts the connection, wherever it is. @returns whether there was one */
	cut(): boolean;
	close(): Promise<void>;
}

export const lastSeq = (seen: readonly SeenEvent[]): number => seen.at(-1)?.seq ?? 0;

/** Tries again and again, with a short pause, until it is stopped. */
export async function again(signal: AbortSignal, attempt: () => Promise<void>): Promise<void> {
	while (!signal.aborted) {
		try {
			await attempt();
		} catch {
			// The service is down, or the connection was cut: that is what these runs are about.
		}
		await pause(50 + Math.random() * 100);
	}
}
