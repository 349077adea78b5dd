import type { ExitStatus, WatchStatus, WatchWay, WayStatus } from "./watch-status.ts";

/** Returns a way that works; with a sign, one that was refused and cools down. */
export function wayStatus(way: WatchWay, given: Partial<WayStatus> = {}): WayStatus {
	const isRefused = given.sign !== undefined;
	const defaults = {
		since: 0,
		until: isRefused ? 300_000 : undefined,
		sign: undefined,
		left: 10,
		perMinute: 1,
		asked: 3,
	};
	return { way, state: isRefused ? "rests" : "works", ...defaults, ...given };
}

export function exitStatus(name: string, ways: WayStatus[]): ExitStatus {
	return { name, rooms: 1, ways, closed: ways.every(({ state }) => state === "rests") };
}

/** Look-ups that a test puts in any state. */
export class WatchStates {
	exits: ExitStatus[] = [];
	rooms = 0;
	known = 0;
	knownInMs = 0;
	/** The exits that should be tried again. */
	readonly tried: (string | undefined)[] = [];
	/** Called when an exit should be tried again. */
	onPassed: () => void = () => undefined;

	status(): WatchStatus {
		return { exits: this.exits, rooms: this.rooms, known: this.known, knownInMs: this.knownInMs };
	}

	passed(exit?: string): void {
		this.tried.push(exit);
		this.onPassed();
	}
}
