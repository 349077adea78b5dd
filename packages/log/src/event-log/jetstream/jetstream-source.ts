import { randomBytes } from "node:crypto";
import { LivekeeperError } from "@livekeeper/base/errors";
import { Conflict, type KeyValueStores } from "../../storage/index.ts";
import { importTexts } from "../../text/index.ts";
import { partOf } from "../block.ts";
import { type CopiedRoom, inLanes, type LogSource, type Piece } from "../log-copy.ts";
import type { Projection } from "../projection.ts";
import { isShown } from "./claim.ts";
import { type Connected, connectNats, floorKey } from "./connect.ts";
import type { Guard } from "./guard.ts";
import { patientGuard, sharedStores } from "./jetstream-destination.ts";
import { KnownRooms } from "./known-rooms.ts";
import { entryTtlMs, NodeBucket } from "./node-bucket.ts";
import { type JetStreamEventLogOptions, jetStreamDefaults } from "./options.ts";
import { countedAfter, countOf } from "./room-messages.ts";
import { RoomReader } from "./room-reader.ts";
import type { StateBucket } from "./state-bucket.ts";
import { countedBlock, Summaries } from "./summaries.ts";

/** Key of the id that distinguishes a cluster's log from all others. */
const idKey = "id";

/**
 * Opens the log of a cluster with stopped nodes, to be copied elsewhere. Deletes nothing.
 * @throws LivekeeperError `import_refused` if there is none, nodes run, or the end of a room is in doubt; as
 * `connectNats`
 */
export async function openJetStreamSource(options: JetStreamEventLogOptions): Promise<LogSource> {
	const connected = await connectNats({ ...options, mustExist: true });
	try {
		connected.whenReady.end();
		const guard = patientGuard(options);
		await requireStopped(connected, options, guard);
		const { streams, state, run } = connected;
		const current = await guard(() => run.current());
		const liveIds = await guard(() => new KnownRooms(state).list());
		const found = new Map<string, CopiedRoom>();
		const doubtful: string[] = [];
		await inLanes(liveIds, async (liveId) => {
			const messages = streams.messages(liveId);
			const extent = await guard(() => new RoomReader(streams).extent(liveId, messages));
			if (!extent) return;
			const { newest, oldestSeq, lastSeq } = extent;
			if (!isShown(newest.head, current)) doubtful.push(liveId);
			const events = await guard(() => countOf(messages, extent));
			found.set(liveId, { liveId, oldestSeq, lastSeq, events, cursor: newest.cursor });
		});
		if (doubtful.length > 0) {
			throw new LivekeeperError("import_refused", importTexts.inDoubt(doubtful), { hint: importTexts.inDoubtHint });
		}
		const rooms = liveIds.flatMap((liveId) => found.get(liveId) ?? []);
		const hasLost = rooms.length < liveIds.length || (await guard(() => state.get(floorKey))) !== undefined;
		return new JetStreamSource(connected, guard, { id: await guard(() => idOf(state)), hasLost, rooms });
	} catch (error) {
		connected.keeper.close();
		await connected.nc.close();
		throw error;
	}
}

async function requireStopped(
	connected: Connected,
	{ prefix = jetStreamDefaults.prefix }: JetStreamEventLogOptions,
	guard: Guard,
): Promise<void> {
	const bucket = await guard(() => NodeBucket.open(connected, prefix, entryTtlMs));
	try {
		const { nodes } = await guard(() => bucket.list());
		if (nodes.size === 0) return;
		throw new LivekeeperError("import_refused", importTexts.nodesRun([...nodes.keys()]));
	} finally {
		bucket.close();
	}
}

async function idOf(state: StateBucket): Promise<string> {
	try {
		await state.create(idKey, randomBytes(8));
	} catch (error) {
		if (!(error instanceof Conflict)) throw error;
	}
	return Buffer.from((await state.get(idKey))?.value ?? []).toString("hex");
}

class JetStreamSource implements LogSource {
	readonly id: string;
	readonly hasLost: boolean;
	readonly rooms: readonly CopiedRoom[];
	readonly stores: KeyValueStores;
	readonly #connected: Connected;
	readonly #guard: Guard;
	readonly #reader: RoomReader;
	readonly #summaries: Summaries;

	constructor(connected: Connected, guard: Guard, { id, hasLost, rooms }: Pick<LogSource, "id" | "hasLost" | "rooms">) {
		this.id = id;
		this.hasLost = hasLost;
		this.rooms = rooms;
		this.stores = sharedStores(connected, guard);
		this.#connected = connected;
		this.#guard = guard;
		this.#reader = new RoomReader(connected.streams);
		this.#summaries = new Summaries(connected.summaries, this.#reader, `export.${id}`, () => undefined);
	}

	async *pieces(liveId: string, after: number): AsyncGenerator<Piece, void> {
		const messages = this.#connected.streams.messages(liveId);
		const extent = await this.#guard(() => this.#reader.extent(liveId, messages));
		if (!extent) return;
		let last = Math.max(after, extent.oldestSeq - 1);
		for await (const message of countedAfter(messages, extent, last)) {
			const { next, count } = message.head;
			const firstSeq = Math.max(last + 1, next - count);
			if (firstSeq > last + 1) yield { from: last + 1, to: firstSeq - 1 };
			if (next > firstSeq) yield partOf(countedBlock(liveId, message), { firstSeq, lastSeq: next - 1 });
			last = Math.max(last, next - 1);
		}
		if (last < extent.lastSeq) yield { from: last + 1, to: extent.lastSeq };
	}

	projection(liveId: string): Promise<Projection> {
		return this.#guard(() => this.#summaries.current(liveId));
	}

	async close(): Promise<void> {
		await this.#summaries.close();
		this.#connected.keeper.close();
		await this.#connected.nc.close();
	}
}
