import type { IncomingHttpHeaders, OutgoingHttpHeaders } from "node:http";
import type { Clock, Timer } from "@livekeeper/douyin";
import type { FastifyInstance } from "fastify";
import type { Fault, FaultBoard, FaultSpec } from "./faults/fault-board.ts";

import type { Identities, Logins } from "./identities.ts";

import type { OpenPlatform } from "./open-platform/index.ts";
import type { ConnectionInfo, PushSocket } from "./push/push-connection.ts";
import type { PushServer } from "./push/push-server.ts";

import type { RoomSet } from "./rooms/room-set.ts";
import { type RoomChange, SimulatedRoom } from "./simulated-room.ts";
import type { Site } from "./site/site.ts";

/** Settings of a new room beyond those that can be changed later. */
export interface NewRoom extends RoomChange {
	/** Whether a broadcast is on. Default true. */
	live?: boolean | undefined;
}

/** A request within this process. */
export interface SiteRequest {
	method: "GET" | "POST";
	/** Path with its query. */
	url: string;
	headers: Readonly<Record<string, string>>;
	body?: string | undefined;
	/** Address that it seems to come from. */
	from: string;
}

export interface SiteAnswer {
	status: number;
	headers: OutgoingHttpHeaders;
	body: Buffer;
}

export interface SimulatorParts {
	app: FastifyInstance;
	clock: Clock;
	rooms: RoomSet;
	faults: FaultBoard;
	logins: Logins;
	identities: Identities;
	push: PushServer;
	platform: OpenPlatform;
	site: Site;
	/** Messages per second in rooms without a rate of their own. */
	rate: number;
	tickMs: number;
}

/** A Douyin on this machine, under the control of a test: everything that the control API can do. */
export class Simulator {
	readonly #parts: SimulatorParts;
	readonly #rooms = new Map<string, SimulatedRoom>();
	#ticking: Timer | undefined;
	#url = "";
	#port = 0;

	constructor(parts: SimulatorParts) {
		this.#parts = parts;
	}

	/** Base URL of the pages: `http://127.0.0.1:7002`. */
	get url(): string {
		return this.#url;
	}

	get port(): number {
		return this.#port;
	}

	/** The accounts that are logged in; tests end their logins. */
	get logins(): Logins {
		return this.#parts.logins;
	}

	/** The rules of each identity; tests change them. */
	get identities(): Identities {
		return this.#parts.identities;
	}

	/** The open platform, which pushes events to apps; tests set them up. */
	get platform(): OpenPlatform {
		return this.#parts.platform;
	}

	/** The site in front of the rooms: requests and refusals of each address; tests ban addresses and unban them. */
	get site(): Site {
		return this.#parts.site;
	}

	get rooms(): SimulatedRoom[] {
		return [...this.#rooms.values()];
	}

	room(liveId: string): SimulatedRoom | undefined {
		return this.#rooms.get(liveId);
	}

	/** @throws SimulatorError `room_exists` */
	addRoom(liveId: string, settings: NewRoom = {}): SimulatedRoom {
		const { page = "auto", escapeDepth = 1, rate = this.#parts.rate, live = true, title, totals, voice } = settings;
		const room = this.#parts.rooms.add({ liveId, page, escapeDepth, rate, live, title, totalsView: totals, voice });
		const handle = new SimulatedRoom(room, this.#parts.push, this.#parts.faults);
		this.#rooms.set(liveId, handle);
		return handle;
	}

	/**
	 * Sets a fault.
	 *
	 * @param liveId the room it applies to; without it, all
	 * @throws SimulatorError `bad_fault`
	 */
	setFault(fault: FaultSpec, liveId?: string): Fault {
		return this.#parts.faults.add(fault, liveId);
	}

	/**
	 * Sets these faults for all rooms, replacing the existing ones for all.
	 *
	 * @throws SimulatorError `bad_fault`
	 */
	setFaults(faults: readonly FaultSpec[]): Fault[] {
		this.#parts.faults.clear();
		return faults.map((fault) => this.setFault(fault));
	}

	/** Returns the active faults: of one room, or those for all. */
	faults(liveId?: string): Fault[] {
		return this.#parts.faults.list(liveId);
	}

	/** Clears the faults of one room, or without it all faults. */
	clearFaults(liveId?: string): void {
		if (liveId === undefined) this.#parts.faults.clearAll();
		else this.#parts.faults.clear(liveId);
	}

	/** Returns the open sockets. */
	connections(): ConnectionInfo[] {
		return this.#parts.push.connections();
	}

	/** Answers a request within this process. */
	async inject({ method, url, headers, body, from }: SiteRequest): Promise<SiteAnswer> {
		const answer = await this.#parts.app.inject({
			...{ method, url, headers: { ...headers }, remoteAddress: from },
			...(body !== undefined && { payload: body }),
		});
		return { status: answer.statusCode, headers: answer.headers, body: answer.rawPayload };
	}

	/** Answers a request to open the push socket within this process. */
	upgrade(request: { url: string; headers: IncomingHttpHeaders }, socket: PushSocket): void {
		this.#parts.push.upgrade(request, socket, Buffer.alloc(0));
	}

	/** Opens the port. For `startSimulator` only. */
	async listen(host: string, port: number): Promise<void> {
		const { app } = this.#parts;
		this.#url = await app.listen({ host, port });
		const address = app.server.address();
		if (address !== null && typeof address === "object") this.#port = address.port;
	}

	/** Lets time pass. For `startSimulator` only. */
	begin(): void {
		const { clock, rooms, push, platform, tickMs } = this.#parts;
		this.#ticking = clock.every(tickMs, () => {
			const now = clock.now();
			for (const room of rooms) room.tick(now);
			push.tick(now);
			platform.tick(now);
		});
	}

	/** Ends every socket and stops listening. */
	async close(): Promise<void> {
		this.#ticking?.cancel();
		this.#parts.push.close();
		this.#parts.platform.close();
		await this.#parts.app.close();
	}
}
