import { LivekeeperError } from "@livekeeper/base/errors";
import { listed } from "@livekeeper/base/text";
import type { Clock } from "@livekeeper/douyin";
import {
	DiscardPolicy,
	type JetStreamManager,
	jetstream,
	RetentionPolicy,
	StorageType,
	type StreamInfo,
} from "@nats-io/jetstream";
import { errors, type NatsConnection, type Server } from "@nats-io/transport-node";
import { z } from "zod";
import { Conflict, openSecretBox, type SecretBox } from "../../storage/index.ts";
import { clusterTexts, importTexts } from "../../text/index.ts";
import { CurrentBucket } from "./current-bucket.ts";
import { textOf } from "./faults.ts";
import { LogStreams } from "./log-streams.ts";
import { Names } from "./names.ts";
import { authOf, isRefusal, logRefusals } from "./nats-auth.ts";
import { accessOf, type JetStreamEventLogOptions, jetStreamDefaults } from "./options.ts";
import { raiseReplicas } from "./replicas.ts";
import { isUnanswered, patient } from "./requests.ts";
import { ServerRun } from "./server-run.ts";
import { bucketConfig, StateBucket } from "./state-bucket.ts";
import { StreamKeeper, type StreamOptions } from "./stream-keeper.ts";
import { untilReady, type WhenReady } from "./when-ready.ts";

/** A NATS connection as the log uses it, with streams and buckets created. */
export interface Connected {
	/** Makes a single attempt per request. */
	nc: NatsConnection;
	/** The same connection, but requests to JetStream are retried if no server answers. */
	patient: NatsConnection;
	/** Makes the rest of the start wait for NATS as well. */
	whenReady: WhenReady;
	/** Creates missing streams, and detects their losses. */
	keeper: StreamKeeper;
	/** Identifies the time for which most servers have run without a stop. */
	run: ServerRun;
	/** Seals stored values with the secret of all nodes. */
	box: SecretBox;
	streams: LogStreams;
	state: StateBucket;
	summaries: StateBucket;
	/** Apart from `state`, because it is written with each delivery. */
	targets: StateBucket;
	/** Replicas of each stream and bucket: as many as this node requests, or more if existing ones have more. */
	replicas: number;
}

/** Minimum version of NATS. Older servers can lose streams when they are killed. */
const minVersion = [2, 10, 23] as const;
/**
 * Time for which a server keeps the id of a message that it has accepted and not stored, ns. If that message is lost in
 * an election, the server refuses the same message for this long. The room's newest message shows what was stored,
 * however long ago that was.
 */
const dedupWindowNs = 10 * 1e9;
/** Maximum time for a server to accept a connection, ms: a server that hangs accepts it and then sends nothing. */
const dialMs = 2_000;
/** Minimum time between two attempts to connect to the same server, ms. */
const redialMs = 250;
/** Interval of pings, ms. After three without an answer the node connects to another server. */
const pingMs = 1_000;
/** Key of the cluster's permanent properties, the same for every node. */
const madeKey = "made";
/** Exists once the state was lost: since then an unknown room may have been assigned numbers. */
export const floorKey = "floor";
/** Metadata of each stream of rooms: the number of these streams, in case the state bucket is lost. */
const partitionsKey = "livekeeper.partitions";
/** Key of a value that opens only with the cluster's secret. */
const probeKey = "secret";
const probeText = "livekeeper";
/** Maximum time of each look at a stream, ms. */
const lookMs = 2_000;

/**
 * Connects, and creates missing streams and buckets.
 * @throws LivekeeperError `nats_unreachable`, `nats_refused`, `nats_too_old`, `nats_unsuitable`,
 * `cluster_other_version`, `secret_differs`, `invalid_config`, `import_refused` if the log must exist and does not
 */
export async function connectNats(options: JetStreamEventLogOptions): Promise<Connected> {
	const { startMs = jetStreamDefaults.startMs, logger } = options;
	const nc = await reach(options);
	void logRefusals(nc, logger);
	try {
		requireVersion(nc);
		await requireJetStream(nc);
		const whenReady = untilReady(startMs, logger, accessOf(options).clock);
		// Right after the servers have started there is no leader yet.
		const connected = await whenReady(() => prepare(nc, options, whenReady));
		logReplicas(connected, options);
		// NATS reveals its sync interval only to its operators.
		logger.info({ event: "sync_not_known" });
		return connected;
	} catch (error) {
		await nc.close();
		throw error;
	}
}

async function reach(options: JetStreamEventLogOptions): Promise<NatsConnection> {
	const { servers, node, auth = {}, timeoutMs = jetStreamDefaults.timeoutMs } = options;
	const shown = authOf(auth, servers);
	const { connect, clock } = accessOf(options);
	const endsAt = clock.elapsed() + timeoutMs;
	const order = new DialOrder(clock);
	for (;;) {
		try {
			const nc = await connect({
				...shown,
				servers: [...servers],
				name: `livekeeper ${node}`,
				timeout: dialMs,
				maxReconnectAttempts: -1,
				// Otherwise two refusals in a row would end it for good, while a password may be changed on one server after
				// the other.
				ignoreAuthErrorAbort: true,
				// The library would pace attempts by the wall clock, and wait for an hour after that was set back by one.
				reconnectDelayHandler: () => Number.NEGATIVE_INFINITY,
				reconnectToServer: (known) => order.next(known),
				pingInterval: pingMs,
				maxPingOut: 2,
				// A stack trace for each request, in case it fails, costs about a third of an append.
				noAsyncTraces: true,
			});
			// The library has dropped servers that did not answer.
			if (nc.getServers().length < servers.length) nc.setServers([...servers]);
			return nc;
		} catch (cause) {
			if (cause instanceof errors.TimeoutError && clock.elapsed() < endsAt) continue;
			const { en } = textOf(cause);
			const at = listed(servers);
			if (isRefusal(cause)) throw new LivekeeperError("nats_refused", clusterTexts.refused(at, en), { cause });
			throw new LivekeeperError("nats_unreachable", clusterTexts.unreachable(at, en), { cause });
		}
	}
}

/** Chooses the server to connect to, and paces the attempts. Times are of `Clock.elapsed`, ms. */
class DialOrder {
	readonly #clock: Clock;
	readonly #dialledAt = new Map<string, number>();

	constructor(clock: Clock) {
		this.#clock = clock;
	}

	/** Returns the server dialled longest ago. The last one dialled is the one whose connection was lost; it may hang. */
	next(servers: readonly Server[]): { server: Server; delay: number } | null {
		const dialledAt = ({ listen }: Server) => this.#dialledAt.get(listen) ?? Number.NEGATIVE_INFINITY;
		const [server] = servers.toSorted((one, other) => dialledAt(one) - dialledAt(other) || 0);
		if (!server) return null;
		const now = this.#clock.elapsed();
		const at = Math.max(now, dialledAt(server) + redialMs);
		this.#dialledAt.set(server.listen, at);
		return { server, delay: at - now };
	}
}

/** @throws LivekeeperError `nats_unsuitable` if neither this server nor another that it knows has JetStream */
async function requireJetStream(nc: NatsConnection): Promise<void> {
	if (nc.info?.jetstream === true) return;
	try {
		await nc.request("$JS.API.INFO", undefined, { timeout: dialMs });
	} catch (cause) {
		if (!isUnanswered(cause)) return;
		throw new LivekeeperError("nats_unsuitable", clusterTexts.noJetStream(serverOf(nc)), { cause });
	}
}

function serverOf({ info }: Pick<NatsConnection, "info">): string {
	const { server_name: name = "", host = "", port = 0 } = info ?? {};
	return `${name} (${host}:${port})`;
}

/** @throws LivekeeperError `nats_too_old` */
export function requireVersion(nc: Pick<NatsConnection, "info">): void {
	const { version = "0" } = nc.info ?? {};
	const parts = version.split(/[.-]/).map((part) => Number.parseInt(part, 10) || 0);
	const different = minVersion.findIndex((min, index) => (parts[index] ?? 0) !== min);
	if (different === -1 || (parts[different] ?? 0) > (minVersion[different] ?? 0)) return;
	throw new LivekeeperError("nats_too_old", clusterTexts.tooOld(serverOf(nc), version, minVersion.join(".")));
}

async function prepare(
	nc: NatsConnection,
	options: JetStreamEventLogOptions,
	whenReady: WhenReady,
): Promise<Connected> {
	const { clock } = accessOf(options);
	const asking = patient(nc, clock);
	const { logger, timeoutMs = jetStreamDefaults.timeoutMs } = options;
	const js = jetstream(asking, { timeout: Math.min(timeoutMs, lookMs) });
	const { doubtMs = jetStreamDefaults.doubtMs } = options;
	const keeper = new StreamKeeper({ jsm: await js.jetstreamManager(false), clock, logger, doubtMs });
	try {
		return { nc, patient: asking, whenReady, keeper, ...(await makeAll(asking, keeper, options)) };
	} catch (error) {
		keeper.close();
		throw error;
	}
}

type Made = Omit<Connected, "nc" | "patient" | "whenReady" | "keeper">;

async function makeAll(asking: NatsConnection, keeper: StreamKeeper, options: JetStreamEventLogOptions): Promise<Made> {
	const { replicas: asked, prefix, partitions, timeoutMs } = { ...jetStreamDefaults, ...defined(options) };
	const js = jetstream(asking, { timeout: timeoutMs });
	const jsm = await js.jetstreamManager();
	let replicas: number = asked;
	const bucket = async (name: string) => {
		const bucketName = `${prefix}-${name}`;
		const config = bucketConfig(bucketName, { replicas });
		await keeper.ensure(config, wasThere);
		const made = await CurrentBucket.open(js, keeper, bucketName);
		// The following streams get as many replicas.
		replicas = await raiseReplicas(jsm, made.placeOf("").stream, replicas, keeper.clock);
		return new StateBucket(made);
	};
	// They are created after the state bucket, so they must not be older than its content.
	const logs = await logStreams(jsm, prefix);
	let wasThere = logs.length > 0;
	if (options.mustExist && !wasThere) {
		throw new LivekeeperError("import_refused", importTexts.noLog(listed(options.servers)));
	}
	const state = await bucket("state");
	if (wasThere && (await state.get(madeKey)) === undefined) await state.put(floorKey, Buffer.from("{}"));
	wasThere ||= (await state.get(madeKey)) !== undefined;
	const box = openSecretBox("", options.secret);
	const agreed = await agreedPartitions(state, partitionsIn(logs) ?? partitions);
	await requireSecret(state, box);
	const names = new Names(prefix, agreed);
	const summaries = await bucket("summaries");
	const targets = await bucket("targets");
	for (let partition = 0; partition < names.partitions; partition++) {
		const config = streamConfig(names, partition, replicas);
		await keeper.ensure(config, wasThere);
		replicas = await raiseReplicas(jsm, config.name, replicas, keeper.clock);
	}
	const streams = await LogStreams.open(asking, names, keeper, timeoutMs, options.onAppended);
	const run = await ServerRun.open(js, jsm, { prefix, replicas, clock: keeper.clock });
	return { box, state, summaries, targets, streams, run, replicas };
}

/** Returns the streams of rooms that already exist. */
async function logStreams(jsm: JetStreamManager, prefix: string): Promise<StreamInfo[]> {
	const found: StreamInfo[] = [];
	for await (const info of jsm.streams.list(`${prefix}.ev.>`)) found.push(info);
	return found;
}

/** Returns the number of streams that rooms are spread over, according to existing ones. */
function partitionsIn(logs: readonly StreamInfo[]): number | undefined {
	const [text] = logs.flatMap(({ config }) => config.metadata?.[partitionsKey] ?? []);
	return text === undefined ? undefined : Number(text);
}

/**
 * Verifies the secret: stored data can be opened only with the secret that sealed it.
 * @throws LivekeeperError `secret_differs`
 */
async function requireSecret(state: StateBucket, box: SecretBox): Promise<void> {
	try {
		await state.create(probeKey, box.seal(probeText, probeKey));
		return;
	} catch (error) {
		if (!(error instanceof Conflict)) throw error;
	}
	const probe = await state.get(probeKey);
	if (probe && box.open(probe.value, probeKey) === probeText) return;
	throw new LivekeeperError("secret_differs", clusterTexts.secretDiffers);
}

/** Warns if this node requests fewer replicas than there are: its settings differ from the other nodes'. */
function logReplicas(
	{ replicas }: Connected,
	{ replicas: asked = jetStreamDefaults.replicas, logger }: JetStreamEventLogOptions,
) {
	if (replicas === asked) return;
	logger.warn({ event: "replicas_kept", replicas, asked });
}

/**
 * Returns the number of partitions. It determines the location of rooms, so the first node ever started decides.
 * @throws LivekeeperError `cluster_other_version`
 */
async function agreedPartitions(state: StateBucket, proposed: number): Promise<number> {
	try {
		await state.create(madeKey, Buffer.from(JSON.stringify({ partitions: proposed, format: storeFormat })));
		return proposed;
	} catch (error) {
		if (!(error instanceof Conflict)) throw error;
	}
	const entry = await state.get(madeKey);
	return requireFormat(entry?.value ?? new Uint8Array(0)).partitions;
}

function streamConfig(names: Names, partition: number, replicas: number): StreamOptions {
	return {
		name: names.stream(partition),
		subjects: [names.subjects(partition)],
		retention: RetentionPolicy.Limits,
		storage: StorageType.File,
		num_replicas: replicas,
		discard: DiscardPolicy.New,
		duplicate_window: dedupWindowNs,
		allow_direct: true,
		republish: names.republish(partition),
		metadata: { [partitionsKey]: String(names.partitions) },
	};
}

/** Removes properties that are `undefined`, so that defaults apply. */
function defined<T extends object>(options: T): Partial<{ [Key in keyof T]: NonNullable<T[Key]> }> {
	return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as never;
}

/**
 * Version of the data that nodes of a cluster store in NATS: streams, messages, keys and their values. Increased with
 * each change that a node of the previous version would misread.
 */
const storeFormat = 2;

/** Permanent properties of a cluster, the same for every node. */
const made = z.object({ partitions: z.int().min(1).max(32), format: z.int() });

/** @throws LivekeeperError `cluster_other_version` if the stored data has a different or unknown format */
function requireFormat(value: Uint8Array): z.infer<typeof made> {
	const text = Buffer.from(value).toString("utf8");
	const { success, data } = made.safeParse(parsedOrNothing(text));
	if (success && data.format === storeFormat) return data;
	const found = success ? `${data.format}` : "?";
	throw new LivekeeperError("cluster_other_version", clusterTexts.otherFormat(found, `${storeFormat}`));
}

function parsedOrNothing(text: string): unknown {
	try {
		return JSON.parse(text);
	} catch {
		return undefined;
	}
}
