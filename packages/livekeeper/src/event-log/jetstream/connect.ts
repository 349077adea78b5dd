import {
	DiscardPolicy,
	type JetStreamManager,
	jetstream,
	RetentionPolicy,
	StorageType,
	type StreamInfo,
} from "@nats-io/jetstream";
import { connect, errors, type NatsConnection, type Server } from "@nats-io/transport-node";
import { LivekeeperError } from "../../errors.ts";
import { Conflict, openSecretBox, type SecretBox } from "../../storage/index.ts";
import { clusterTexts, importTexts } from "../../text/index.ts";
import { requireFormat, storeFormat } from "./cluster-version.ts";
import { CurrentBucket } from "./current-bucket.ts";
import { textOf } from "./faults.ts";
import { LogStreams } from "./log-streams.ts";
import { Names } from "./names.ts";
import { authOf, isRefusal, tellOfRefusals } from "./nats-auth.ts";
import { type JetStreamEventLogOptions, jetStreamDefaults } from "./options.ts";
import { raiseReplicas } from "./replicas.ts";
import { isUnanswered, patient } from "./requests.ts";
import { ServerRun } from "./server-run.ts";
import { bucketConfig, StateBucket } from "./state-bucket.ts";
import { StreamKeeper, type StreamOptions } from "./stream-keeper.ts";
import { untilReady, type WhenReady } from "./when-ready.ts";

/** NATS as the log uses it: connected, with streams and buckets made. */
export interface Connected {
	/** Each request is one attempt. */
	nc: NatsConnection;
	/** The same connection: requests to JetStream are made again where nobody answers. */
	patient: NatsConnection;
	/** Has the rest of the start wait for NATS as well. */
	whenReady: WhenReady;
	/** Makes the streams where they are missing, and sees what they lost. */
	keeper: StreamKeeper;
	/** For how long most servers have run without a stop. */
	run: ServerRun;
	/** Seals what is stored, with the secret of all nodes. */
	box: SecretBox;
	streams: LogStreams;
	state: StateBucket;
	summaries: StateBucket;
	/** Written for each delivery: not among what is written seldom. */
	targets: StateBucket;
	/** Replicas of each stream and bucket: as many as this node asks for, or more where others have. */
	replicas: number;
}

/** Older ones can lose streams when they are killed. */
const leastVersion = [2, 10, 23] as const;
/**
 * So long a server keeps the id of a message that it has taken and not stored, ns: where it is lost over an election, the
 * same message is refused that long. The room's newest message shows what was stored, however long ago that was.
 */
const dedupWindowNs = 10 * 1e9;
/** Longest time a server may take to accept a connection, ms: one that hangs accepts it and then says nothing. */
const dialMs = 2_000;
/** Interval of pings, ms: after three without an answer the connection is given up for one to another server. */
const pingMs = 1_000;
/** What the cluster was made with: the same for every node, ever. */
const madeKey = "made";
/** There once the state was lost: from then on a room that is not known may have been given numbers. */
export const floorKey = "floor";
/** Each stream of rooms says how many there are, should the state bucket be lost. */
const partitionsKey = "livekeeper.partitions";
/** Something that opens with the cluster's secret alone. */
const probeKey = "secret";
const probeText = "livekeeper";
/** Longest time of each look at a stream, ms. */
const lookMs = 2_000;

/**
 * Connects, and makes what is not there yet.
 * @throws LivekeeperError `nats_unreachable`, `nats_refused`, `nats_too_old`, `nats_unsuitable`, `cluster_other_version`, `secret_differs`,
 * `invalid_config`, `import_refused` if the log must exist and does not
 */
export async function connectNats(options: JetStreamEventLogOptions): Promise<Connected> {
	const { startMs = jetStreamDefaults.startMs, logger } = options;
	const nc = await reach(options);
	void tellOfRefusals(nc, logger);
	try {
		requireVersion(nc);
		await requireJetStream(nc);
		const whenReady = untilReady(startMs, logger);
		// Right after the servers have started there is no leader yet.
		const connected = await whenReady(() => prepare(nc, options, whenReady));
		tellOfReplicas(connected, options);
		// NATS tells it to nobody but its operators.
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
	const endsAt = performance.now() + timeoutMs;
	for (;;) {
		try {
			const nc = await connect({
				...shown,
				servers: [...servers],
				name: `livekeeper ${node}`,
				timeout: dialMs,
				maxReconnectAttempts: -1,
				// Else two refusals in a row end it for good: a password may be changed on the servers one after the other.
				ignoreAuthErrorAbort: true,
				reconnectTimeWait: 250,
				reconnectToServer: longestLeftAlone,
				pingInterval: pingMs,
				maxPingOut: 2,
				// A stack trace for each request, should it fail, costs about a third of what an append does.
				noAsyncTraces: true,
			});
			// It has forgotten those that did not answer.
			if (nc.getServers().length < servers.length) nc.setServers([...servers]);
			return nc;
		} catch (cause) {
			if (cause instanceof errors.TimeoutError && performance.now() < endsAt) continue;
			const { en } = textOf(cause);
			const at = servers.join(", ");
			if (isRefusal(cause)) throw new LivekeeperError("nats_refused", clusterTexts.refused(at, en), { cause });
			throw new LivekeeperError("nats_unreachable", clusterTexts.unreachable(at, en), { cause });
		}
	}
}

/** The server that was dialled longest ago: the last one is that whose connection was lost, and may hang. */
function longestLeftAlone(servers: readonly Server[]): Server | null {
	return servers.toSorted((one, other) => one.lastConnect - other.lastConnect)[0] ?? null;
}

/** @throws LivekeeperError `nats_unsuitable` where neither this server nor another that it knows has JetStream */
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
	const different = leastVersion.findIndex((least, index) => (parts[index] ?? 0) !== least);
	if (different === -1 || (parts[different] ?? 0) > (leastVersion[different] ?? 0)) return;
	throw new LivekeeperError("nats_too_old", clusterTexts.tooOld(serverOf(nc), version, leastVersion.join(".")));
}

async function prepare(
	nc: NatsConnection,
	options: JetStreamEventLogOptions,
	whenReady: WhenReady,
): Promise<Connected> {
	const asking = patient(nc);
	const { clock, logger, timeoutMs = jetStreamDefaults.timeoutMs } = options;
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
		// What follows is kept by as many.
		replicas = await raiseReplicas(jsm, made.placeOf("").stream, replicas);
		return new StateBucket(made);
	};
	// They are made after the state bucket, so they must not be older than what is in it.
	const logs = await logStreams(jsm, prefix);
	let wasThere = logs.length > 0;
	if (options.mustExist && !wasThere) {
		throw new LivekeeperError("import_refused", importTexts.noLog(options.servers.join(", ")));
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
		replicas = await raiseReplicas(jsm, config.name, replicas);
	}
	const streams = await LogStreams.open(asking, names, keeper, timeoutMs, options.onAppended);
	const run = await ServerRun.open(js, jsm, prefix, replicas);
	return { box, state, summaries, targets, streams, run, replicas };
}

/** The streams of rooms that are there before any is made. */
async function logStreams(jsm: JetStreamManager, prefix: string): Promise<StreamInfo[]> {
	const found: StreamInfo[] = [];
	for await (const info of jsm.streams.list(`${prefix}.ev.>`)) found.push(info);
	return found;
}

/** How many streams rooms are spread over, as those that are there tell. */
function partitionsIn(logs: readonly StreamInfo[]): number | undefined {
	const [text] = logs.flatMap(({ config }) => config.metadata?.[partitionsKey] ?? []);
	return text === undefined ? undefined : Number(text);
}

/**
 * What is stored can be opened only with the secret that it was sealed with.
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

/** A node that asks for fewer than there are is set otherwise than the others. */
function tellOfReplicas(
	{ replicas }: Connected,
	{ replicas: asked = jetStreamDefaults.replicas, logger }: JetStreamEventLogOptions,
) {
	if (replicas === asked) return;
	logger.warn({ event: "replicas_kept", replicas, asked });
}

/**
 * Where a room lies follows from how many there are: the first node that ever starts decides.
 * @throws LivekeeperError `cluster_other_version`
 */
async function agreedPartitions(state: StateBucket, wanted: number): Promise<number> {
	try {
		await state.create(madeKey, Buffer.from(JSON.stringify({ partitions: wanted, format: storeFormat })));
		return wanted;
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

/** Without what is `undefined`, so that defaults hold. */
function defined<T extends object>(options: T): Partial<{ [Key in keyof T]: NonNullable<T[Key]> }> {
	return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as never;
}
