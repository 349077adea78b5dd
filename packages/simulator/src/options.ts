import { type Clock, systemClock } from "@livekeeper/douyin";
import { SimulatorError } from "./errors.ts";
import type { IdentityDefaults } from "./identities.ts";
import type { PushServerStyle } from "./pages/pages-context.ts";
import type { StartTraffic } from "./rooms/room.ts";
import { defaultFirstLiveId } from "./rooms/room-set.ts";
import { defaultBatchIds, type SiteKind } from "./site/site-rules.ts";
import type { TotalsView } from "./traffic/gift-totals.ts";
import { type IdMode, idModes } from "./traffic/message-ids.ts";

export interface SimulatorOptions {
	/** Address to listen on. Default 127.0.0.1. */
	host?: string | undefined;
	/** Port; 0, the default, takes a free one. */
	port?: number | undefined;
	/** Whether it listens; otherwise it only answers calls within this process. Default true. */
	listens?: boolean | undefined;
	/** Number of rooms at the beginning. Default 3. */
	rooms?: number | undefined;
	/** Live id of the first room; the others follow. Default 1001. */
	firstLiveId?: number | undefined;
	/** Messages per second in each room. Default 5. */
	rate?: number | undefined;
	/** Two simulators with the same seed produce the same messages. Default 1. */
	seed?: number | undefined;
	/** When a broadcast's messages begin. Default: with its first viewer, who then receives everything. */
	startTraffic?: StartTraffic | undefined;
	/**
	 * A folder of recorded frames (`.hex`, `.b64`, `.ndjson`). Its own files are replayed in the first room instead of
	 * invented messages, those of its subfolders in the rooms after it; the other rooms keep invented ones.
	 */
	replay?: string | undefined;
	/** Whether a recording begins again at its end. Default true. */
	replayLoop?: boolean | undefined;
	/**
	 * Whether clients must be like the site's page even if the site would let them in: by `Origin`, SDK version, the
	 * whole query, the signature's marks of the browser and heartbeat frames; and every other room's page escapes its
	 * state twice, as the site's sometimes do. For tests of a client that must resemble the page. Default false.
	 */
	strict?: boolean | undefined;
	/**
	 * Number of messages that each broadcast keeps for resuming clients, about 1 KB each. Default 20,000, and fewer
	 * with more than 50 rooms: a million for all rooms together.
	 */
	historySize?: number | undefined;
	/** Interval between frames, ms; messages in between are sent together. Default 100. */
	tickMs?: number | undefined;
	/** How `im/fetch` names the push socket: `url` (default), `host`, or not at all (`none`). */
	pushServer?: PushServerStyle | undefined;
	/** How logins without rules of their own are treated. Default: they receive everything. */
	identities?: IdentityDefaults | undefined;
	/** Ids of messages: {@link IdMode}. Default `differ`, as the site sends them. */
	ids?: IdMode | undefined;
	/**
	 * `real`: budgets and bans for each requesting address, as far as they are known, and the site's other quirks.
	 * Default `kind`: no limits.
	 */
	site?: SiteKind | undefined;
	/** Number of people that one batch call answers for; those after them are left out silently. Default 64. */
	batchIds?: number | undefined;
	/** How rooms show their totals. */
	totals?: Partial<TotalsView> | undefined;
	clock?: Clock | undefined;
	/** Receives a line for each refused socket. Default: none. */
	log?: ((line: string) => void) | undefined;
}

export type Settings = { [K in keyof Required<Omit<SimulatorOptions, "replay">>]: NonNullable<SimulatorOptions[K]> } & {
	replay: string | undefined;
};

const defaults = {
	host: "127.0.0.1",
	port: 0,
	listens: true,
	rooms: 3,
	firstLiveId: defaultFirstLiveId,
	rate: 5,
	seed: 1,
	startTraffic: "first_viewer",
	replay: undefined,
	replayLoop: true,
	strict: false,
	historySize: 20_000,
	tickMs: 100,
	pushServer: "url",
	identities: {},
	ids: "differ",
	site: "kind",
	batchIds: defaultBatchIds,
	totals: {},
	clock: systemClock,
	log: () => undefined,
} satisfies Settings;

const keptByAllRooms = 1_000_000;

/**
 * Fills in the defaults.
 *
 * @throws SimulatorError `bad_options`, naming the option
 */
export function settle(options: SimulatorOptions): Settings {
	const given = Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
	const settings: Settings = { ...defaults, ...given };
	if (options.historySize === undefined) {
		settings.historySize = Math.min(defaults.historySize, Math.ceil(keptByAllRooms / Math.max(1, settings.rooms)));
	}
	inRange("port", settings.port, 0, 65_535, true);
	inRange("rooms", settings.rooms, 0, 10_000, true);
	inRange("firstLiveId", settings.firstLiveId, 0, Number.MAX_SAFE_INTEGER - 10_000, true);
	inRange("rate", settings.rate, 0, 10_000, false);
	inRange("seed", settings.seed, 0, Number.MAX_SAFE_INTEGER, true);
	inRange("historySize", settings.historySize, 1, 10_000_000, true);
	inRange("batchIds", settings.batchIds, 1, 10_000, true);
	inRange("tickMs", settings.tickMs, 1, 60_000, true);
	if (!idModes.includes(settings.ids)) {
		throw new SimulatorError("bad_options", `ids must be one of ${idModes.join(", ")}, not ${settings.ids}.`);
	}
	return settings;
}

function inRange(name: string, value: number, min: number, max: number, whole: boolean): void {
	if (value >= min && value <= max && (!whole || Number.isInteger(value))) return;
	throw new SimulatorError(
		"bad_options",
		`${name} must be a ${whole ? "whole " : ""}number from ${min} to ${max}, not ${value}.`,
	);
}
