import type { LivekeeperClient } from "@livekeeper/client";
import { battleTypes } from "./battle.ts";
import { followForEver, refusedMs } from "./follow-for-ever.ts";
import { eventTypes, showsGifts } from "./line.ts";
import type { Settings } from "./parameters.ts";
import type { Stage } from "./stage.ts";
import { tallyOf } from "./tally.ts";

interface RoomSource {
	client: LivekeeperClient;
	liveId: string;
	settings: Settings;
	stage: Pick<Stage, "add" | "tell" | "setAnchor" | "markIncomplete">;
	/** `seq` of the last event shown; `undefined` if there is none yet. */
	after: number | undefined;
	signal: AbortSignal;
	/** Resolves after this time, or when the signal aborts. */
	pause: (delayMs: number) => Promise<void>;
	/** Called with the `seq` of each event shown. */
	onSeen: (seq: number) => void;
}

/** Polling interval of the broadcast's totals, ms. */
const tallyMs = 3_000;
/** How far back the start of a running battle can be, ms. */
const battleMs = 45 * 60_000;

/** Feeds an overlay with the events that its settings need, for as long as the page is open. Survives all errors. */
export async function followRoom(source: RoomSource): Promise<void> {
	const { settings, stage, after, onSeen } = source;
	const has = (widget: Settings["widgets"][number]) => settings.widgets.includes(widget);
	if (showsGifts(settings) || has("pk")) void askForStatus(source);
	if (has("ranking") || has("goal")) void askForTally(source);
	const before = has("pk") ? await readBattle(source) : undefined;
	await followForEver({
		...source,
		types: eventTypes(settings),
		after: after ?? before,
		onEvent: (event) => {
			onSeen(event.seq);
			stage.add(event);
		},
	});
}

/**
 * Reads the room's anchor and whether gifts were withheld before the page was opened, because no event reports them.
 */
async function askForStatus({ client, liveId, settings, stage, signal }: RoomSource): Promise<void> {
	try {
		const { anchor, gift_coverage: coverage } = await client.room(liveId).status({ signal });
		if (signal.aborted) return;
		if (anchor) stage.setAnchor(anchor.id);
		const missing = coverage.verdict !== "all" && coverage.verdict !== "unknown";
		if (missing && showsGifts(settings)) stage.markIncomplete();
	} catch (error) {
		warn("whether all gifts come is not known", error, signal);
	}
}

async function askForTally({ client, liveId, stage, signal, pause }: RoomSource): Promise<void> {
	while (!signal.aborted) {
		let waitMs = tallyMs;
		try {
			const [broadcast] = await client.room(liveId).broadcasts({ last: 1, signal });
			if (!signal.aborted) stage.tell(tallyOf(broadcast));
		} catch (error) {
			warn("the sums of the broadcast can't be read", error, signal);
			waitMs = refusedMs;
		}
		await pause(waitMs);
	}
}

/**
 * Reads a battle that may already be under way.
 * @returns the `seq` to continue after; `undefined` if the log can't be read
 */
async function readBattle({ client, liveId, stage, signal }: RoomSource): Promise<number | undefined> {
	let after: number | undefined;
	try {
		for (;;) {
			const query = { after, types: battleTypes, from: Date.now() - battleMs, signal };
			const page = await client.room(liveId).history(query);
			for (const event of page.events) stage.add(event);
			after = page.nextAfter;
			if (page.caughtUp) return after;
		}
	} catch (error) {
		warn("whether a battle goes on is not known", error, signal);
		return undefined;
	}
}

function warn(what: string, error: unknown, signal: AbortSignal): void {
	if (!signal.aborted) console.warn(`livekeeper overlay: ${what}.`, error);
}
