import type { UpstreamEvent } from "@livekeeper/douyin";
import { ManualClock } from "@livekeeper/douyin/testing";
import { chat, type FakeSession, FakeUpstream, live } from "@livekeeper/engine/src/rooms/fake-upstream.helpers.ts";
import { eventually } from "@livekeeper/log/src/event-log/eventually.helpers.ts";
import { inThisThread } from "@livekeeper/log/src/event-log/sqlite/same-thread.helpers.ts";
import { temporaryFolder } from "@livekeeper/log/src/event-log/sqlite/stores.helpers.ts";
import { afterAll, beforeAll, expect, onTestFinished } from "vitest";
import { loadConfig } from "../config.ts";
import { type LogLine, recordingLogger } from "../recording-logger.helpers.ts";
import { type Service, type ServiceDeps, startService } from "../service.ts";

export interface TestService extends Service {
	clock: ManualClock;
	upstream: FakeUpstream;
	lines: LogLine[];
	/** Identities that rooms were started with. */
	identities: object[];
	dataDir: string;
	/** Advances time until the assertion holds, because storing takes real time. @returns its result */
	until<T>(assertion: () => T | Promise<T>): Promise<T>;
}

/**
 * Starts the whole service on a free port with a fake upstream and a clock that the test advances, in a data folder of
 * its own unless one is given; stopped after the test.
 * @param startAt ms since the epoch.
 * @param startThread thread of the store.
 * @param watching status of look-ups
 */
export function startTestService(
	flags: Record<string, unknown> = {},
	startAt?: number,
	startThread?: ServiceDeps["startThread"],
	watching?: ServiceDeps["watching"],
): Promise<TestService> {
	return launch(flags, startAt, onTestFinished, startThread, watching);
}

/**
 * Starts one service for all tests of a file or of a `describe` that leave it unchanged, because starting one takes
 * longer than most of them.
 * @returns a function that returns the service inside a test
 */
export function sharedTestService(flags: Record<string, unknown> = {}): () => TestService {
	const releases: (() => unknown)[] = [];
	let service: TestService;
	beforeAll(async () => {
		service = await launch(flags, undefined, (release) => releases.unshift(release));
	});
	afterAll(async () => {
		for (const release of releases) await release();
	});
	return () => service;
}

async function launch(
	flags: Record<string, unknown>,
	startAt = new ManualClock().now(),
	atEnd: (release: () => Promise<void> | void) => void,
	startThread: ServiceDeps["startThread"] = inThisThread,
	watching?: ServiceDeps["watching"],
): Promise<TestService> {
	const clock = new ManualClock(startAt);
	const upstream = new FakeUpstream(clock);
	upstream.page = (liveId) => live("r1", liveId);
	const { logger, lines } = recordingLogger();
	const identities: object[] = [];
	const dataDir = temporaryFolder(atEnd);
	const given = { port: "0", dataDir, groupCommitMs: "1", lookupsPerMinute: "100000", ...flags };
	const config = loadConfig({ cwd: dataDir, env: {}, flags: given });
	const service = await startService(config, {
		clock,
		logger,
		startThread,
		...(watching && { watching }),
		upstreamFactory: (identity) => {
			identities.push(identity);
			return upstream;
		},
	});
	atEnd(() => service.stop());
	const until = <T>(assertion: () => T | Promise<T>) => eventually(clock, assertion);
	return Object.assign(service, { clock, upstream, lines, identities, dataDir: config.dataDir, until });
}

/** Starts a room and brings it to `connected`; its first two events, the service's own, are stored. */
export async function connectRoom(service: TestService, liveId = "1001", key?: string): Promise<void> {
	await service.live.startLive(liveId);
	const session = await service.until(() => sessionOf(service, liveId));
	session.open();
	session.frame([]);
	await service.until(() => expect(service.live.getRoom(liveId)?.state).toBe("connected"));
	await service.until(async () => expect(await lastSeq(service, liveId, key)).toBeGreaterThanOrEqual(2));
}

/** Starts a service with one connected room, 1001. */
export async function startWithRoom(flags: Record<string, unknown> = {}): Promise<TestService> {
	const service = await startTestService(flags);
	await connectRoom(service, "1001", flags["apiKey"] as string | undefined);
	return service;
}

/** Sends chat messages of room 1001 in one frame; they are stored when this resolves. */
export async function say(service: TestService, ...texts: string[]): Promise<void> {
	const session = sessionOf(service, "1001");
	const before = await lastSeq(service, "1001");
	session.frame(texts.map((content) => chat(service.clock.now(), { content } as Partial<UpstreamEvent>)));
	await service.until(async () => expect(await lastSeq(service, "1001")).toBe(before + texts.length));
}

function sessionOf(service: TestService, liveId: string): FakeSession {
	const session = service.upstream.sessions.findLast(({ request }) => request.liveId === liveId);
	if (!session) throw new Error(`No session of ${liveId} was asked for.`);
	return session;
}

/** Returns the newest stored `seq` that the service reports. */
async function lastSeq(service: Service, liveId: string, key?: string): Promise<number> {
	const headers = key === undefined ? {} : { authorization: `Bearer ${key}` };
	const { body } = await ask(service, "GET", `/api/v1/rooms/${liveId}/events?limit=1`, undefined, headers);
	return body.last_seq as number;
}

export interface Answer {
	status: number;
	headers: Headers;
	// biome-ignore lint/suspicious/noExplicitAny: tests look into answers of every shape
	body: any;
}

/** Sends one request to the service; a plain object as body is sent as JSON. */
export async function ask(
	service: Service,
	method: string,
	path: string,
	body?: unknown,
	headers = {},
): Promise<Answer> {
	const json = typeof body === "object" && body !== null;
	const response = await fetch(`${service.url}${path}`, {
		method,
		headers: { ...(json ? { "content-type": "application/json" } : {}), ...headers },
		...(body === undefined ? {} : { body: json ? JSON.stringify(body) : String(body) }),
	});
	const text = await response.text();
	const isJson = response.headers.get("content-type")?.includes("application/json") ?? false;
	return { status: response.status, headers: response.headers, body: isJson ? JSON.parse(text) : text };
}
