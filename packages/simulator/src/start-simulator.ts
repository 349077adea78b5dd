import { Socket } from "node:net";
import { type Clock, systemClock } from "@livekeeper/douyin";
import { fastify } from "fastify";
import { addControl } from "./control/control.ts";
import { SimulatorError } from "./errors.ts";
import { FaultBoard } from "./faults/fault-board.ts";
import { Identities, type IdentityDefaults, Logins } from "./identities.ts";
import { addOpenPlatform, OpenPlatform } from "./open-platform/index.ts";
import { addPages } from "./pages/pages.ts";
import type { PushServerStyle } from "./pages/pages-context.ts";
import { addPictures } from "./pages/pictures.ts";
import { addSiteGate } from "./pages/site-gate.ts";
import { PushServer } from "./push/push-server.ts";
import { type Recording, readRecordings } from "./replay/recording.ts";
import { ReplaySource } from "./replay/replay-source.ts";
import type { RoomContext, StartTraffic } from "./rooms/room.ts";
import { defaultFirstLiveId, liveIdOf, RoomSet } from "./rooms/room-set.ts";
import { Simulator } from "./simulator.ts";
import { Site } from "./site/site.ts";
import { defaultBatchIds, type SiteKind } from "./site/site-rules.ts";
import { Generator } from "./traffic/generator.ts";
import type { TotalsView } from "./traffic/gift-totals.ts";
import { type IdMode, idModes } from "./traffic/message-ids.ts";
import { People } from "./traffic/people.ts";

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

type Settings = { [K in keyof Required<Omit<SimulatorOptions, "replay">>]: NonNullable<SimulatorOptions[K]> } & {
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
function settle(options: SimulatorOptions): Settings {
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

/**
 * Starts a simulated Douyin: pages, push socket and control API (`/__sim/`) on one port.
 *
 * @throws SimulatorError `bad_options`, `replay_unreadable`, `cannot_listen`
 */
export async function startSimulator(options: SimulatorOptions = {}): Promise<Simulator> {
	const settings = settle(options);
	const { clock, seed, log, rate, tickMs, host, port, listens, pushServer, strict, ids } = settings;
	const recordings = settings.replay === undefined ? [] : await readRecordings(settings.replay);
	const faults = new FaultBoard(clock);
	const rooms: RoomSet = new RoomSet(
		roomContext(settings, recordings, faults, (broadcast, message) => platform.said(broadcast, message)),
	);
	const platform = new OpenPlatform({ clock, rooms, seed });
	const logins = new Logins(clock);
	const identities = new Identities(clock, logins, settings.identities);
	const site = new Site(clock, settings.site, settings);
	const push = new PushServer({ clock, rooms, faults, identities, site, log, strict, ids });
	const app = fastify({
		forceCloseConnections: true,
		// A request is fulfilled or rejected: nothing is dropped, filled in or converted silently.
		ajv: { customOptions: { removeAdditional: false, coerceTypes: false, useDefaults: false } },
	});
	const simulator = new Simulator({
		app,
		clock,
		rooms,
		faults,
		logins,
		identities,
		push,
		platform,
		site,
		rate,
		tickMs,
	});
	for (let i = 0; i < Math.max(settings.rooms, recordings.length); i++) {
		simulator.addRoom(liveIdOf(i, settings.firstLiveId), {
			escapeDepth: strict && i % 2 === 1 ? 2 : 1,
			totals: settings.totals,
		});
	}
	addSiteGate(app, { site, faults });
	addControl(app, simulator);
	// Connections count from 1.
	let receivers = 500_000;
	const nextReceiver = () => receivers++;
	addPages(app, { clock, rooms, faults, identities, logins, site, seed, pushServer, ids, nextReceiver });
	addPictures(app);
	addOpenPlatform(app, platform);
	app.server.on("upgrade", (request, socket, head) => {
		if (socket instanceof Socket) push.upgrade(request, socket, head);
		else socket.destroy();
	});
	try {
		if (listens) await simulator.listen(host, port);
		else await app.ready();
		simulator.begin();
	} catch (cause) {
		await simulator.close();
		const why = cause instanceof Error ? cause.message : String(cause);
		throw new SimulatorError("cannot_listen", `Cannot listen on ${host}:${port}: ${why}`, cause);
	}
	return simulator;
}

function roomContext(
	settings: Settings,
	recordings: readonly Recording[],
	faults: FaultBoard,
	said: RoomContext["said"],
): RoomContext {
	const { clock, seed, historySize, startTraffic, replayLoop } = settings;
	const people = new People(seed);
	return {
		seed,
		people,
		now: () => clock.now(),
		historySize,
		startTraffic,
		said,
		source(room, broadcast) {
			const { number, roomId } = broadcast;
			const generator = new Generator(
				{ seed, roomNumber: room.number, broadcast: number, roomId },
				people,
				() => room.totalsView,
				() => faults.peek("novelties", room.liveId) !== undefined,
			);
			const recording = recordings[room.number];
			if (!recording) return generator;
			return new ReplaySource(recording.messages, { loop: replayLoop, asRecorded: number === 0 }, generator);
		},
	};
}
