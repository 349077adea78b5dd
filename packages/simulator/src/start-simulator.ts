import { Socket } from "node:net";
import { fastify } from "fastify";
import { addControl } from "./control/control.ts";
import { SimulatorError } from "./errors.ts";
import { FaultBoard } from "./faults/fault-board.ts";
import { Identities } from "./identities.ts";
import { Logins } from "./logins.ts";
import { addOpenPlatform, OpenPlatform } from "./open-platform/index.ts";
import { type Settings, type SimulatorOptions, settle } from "./options.ts";
import { addPages } from "./pages/pages.ts";
import { addPictures } from "./pages/pictures.ts";
import { addSiteGate } from "./pages/site-gate.ts";
import { PushServer } from "./push/push-server.ts";
import { type Recording, readRecordings } from "./replay/read-recordings.ts";
import { ReplaySource } from "./replay/replay-source.ts";
import type { RoomContext } from "./rooms/room.ts";
import { liveIdOf, RoomSet } from "./rooms/room-set.ts";
import { Simulator } from "./simulator.ts";
import { Site } from "./site/site.ts";
import { Generator } from "./traffic/generator.ts";
import { People } from "./traffic/people.ts";

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
